import { Injectable, type OnModuleInit } from '@nestjs/common'
import { QueueRunner } from '../../../platform/queue/index.js'
import { Scheduler } from '../../../platform/scheduler/index.js'
import { Delivery } from '../domain/delivery.js'
import { OUTBOX } from '../domain/notifications.js'
import { OutboxHousekeeping } from '../domain/outbox-housekeeping.js'
import { NotificationsSettings } from '../domain/notifications-settings.js'
import { OutboxStore, type ClaimedRow } from '../persistence/outbox.store.js'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Sends what is in the outbox, probes a mail server that failed, and clears away what is old. Worker processes only. */
@Injectable()
export class OutboxSender implements OnModuleInit {
  constructor(
    private readonly queue: QueueRunner,
    private readonly scheduler: Scheduler,
    private readonly outbox: OutboxStore,
    private readonly delivery: Delivery,
    private readonly housekeeping: OutboxHousekeeping,
    private readonly settings: NotificationsSettings,
  ) {}

  onModuleInit(): void {
    const { concurrency, leaseSeconds, probeEveryMs } = this.settings
    this.queue.register<ClaimedRow>({
      name: OUTBOX,
      concurrency,
      leaseSeconds,
      claim: (limit, lease) => this.outbox.claim(limit, lease),
      handle: async (row) => {
        const dueAgainMs = await this.delivery.deliver(row)
        if (dueAgainMs !== null) this.queue.wakeAfter(OUTBOX, dueAgainMs)
      },
      release: (row) => this.outbox.release(row),
      measure: () => this.outbox.measure(),
    })
    this.scheduler.every({ name: 'outbox-probe', everyMs: probeEveryMs, work: () => this.housekeeping.probe() })
    this.scheduler.every({ name: 'outbox-decoys', everyMs: MINUTE_MS, work: () => this.housekeeping.eraseDecoys() })
    this.scheduler.every({ name: 'outbox-retention', everyMs: HOUR_MS, work: () => this.housekeeping.removeOld() })
  }
}
