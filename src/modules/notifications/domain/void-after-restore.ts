import { Injectable } from '@nestjs/common'
import { newId } from '../../../kernel/ids.js'
import type { Tx } from '../../../platform/database/database.js'
import { EpochGuard } from '../../../platform/database/epoch-guard.js'
import { AuditLog } from '../../audit/index.js'
import { OutboxStore } from '../persistence/outbox.store.js'

/**
 * A restored backup brings back mails that have almost certainly left since, and that tell of what may not be so any more: a
 * code that opens nothing, a result that was overtaken. None of them is sent again (decisions.md 23).
 */
@Injectable()
export class VoidAfterRestore {
  constructor(
    epoch: EpochGuard,
    private readonly outbox: OutboxStore,
    private readonly audit: AuditLog,
  ) {
    epoch.register('notifications', (tx) => this.#voidWaiting(tx))
  }

  async #voidWaiting(tx: Tx): Promise<void> {
    const messages = await this.outbox.voidWaiting(tx, 'the database was restored from a backup')
    if (messages === 0) return
    await this.audit.record(tx, {
      action: 'notifications.messages.voided',
      outcome: 'info',
      channel: 'system',
      correlationId: newId(),
      actor: { kind: 'system', id: null },
      facts: { reason: 'restored-backup', messages },
    })
  }
}
