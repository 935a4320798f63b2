import { Injectable } from '@nestjs/common'
import { newId } from '../../../kernel/ids.js'
import type { Tx } from '../../../platform/database/database.js'
import { EpochGuard } from '../../../platform/database/epoch-guard.js'
import { AuditLog } from '../../audit/index.js'
import { TaskStore } from '../persistence/task.store.js'
import { TRANSITIONS } from './transitions.js'

/**
 * A restored backup brings back tasks that may have been carried out since. Running them again would write an older
 * password over a newer one, so they end as dead letters that say they may have been applied, and keep no secret.
 */
@Injectable()
export class VoidAfterRestore {
  constructor(
    epoch: EpochGuard,
    private readonly tasks: TaskStore,
    private readonly audit: AuditLog,
  ) {
    epoch.register('provisioning', (tx) => this.voidOpen(tx))
  }

  private async voidOpen(tx: Tx): Promise<void> {
    const correlationId = newId()
    for (const task of await this.tasks.voidOpen(tx, TRANSITIONS.void)) {
      await this.audit.record(tx, {
        action: 'provisioning.task.voided',
        outcome: 'unknown',
        channel: 'system',
        correlationId,
        actor: { kind: 'system', id: null },
        personId: task.personId,
        accountId: task.accountId,
        taskId: task.id,
        errorCode: 'OUTCOME_UNKNOWN',
        facts: { reason: 'restored-backup' },
      })
    }
  }
}
