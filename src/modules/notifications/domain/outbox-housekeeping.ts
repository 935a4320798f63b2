import { Injectable } from '@nestjs/common'
import { OutboxStore } from '../persistence/outbox.store.js'
import { DemoInbox } from './demo-inbox.js'
import { MailHealth } from './mail-health.js'
import { NotificationsSettings } from './notifications-settings.js'

/** Small batches, each its own statement: nothing holds locks for long, and a run that is cut off has done its part. */
@Injectable()
export class OutboxHousekeeping {
  constructor(
    private readonly outbox: OutboxStore,
    private readonly health: MailHealth,
    private readonly inbox: DemoInbox,
    private readonly settings: NotificationsSettings,
  ) {}

  probe(): Promise<void> {
    return this.health.probe()
  }

  eraseDecoys(): Promise<void> {
    return inBatches(this.settings.retentionBatch, (limit) => this.outbox.eraseDecoys(limit))
  }

  async removeOld(): Promise<void> {
    const { keepSettledDays, retentionBatch } = this.settings
    await inBatches(retentionBatch, (limit) => this.outbox.removeSettled(keepSettledDays, limit))
    await this.inbox.trim()
  }
}

async function inBatches(size: number, batch: (limit: number) => Promise<number>): Promise<void> {
  while ((await batch(size)) === size) {
    // a full batch: there may be more
  }
}
