import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Database } from '../../../platform/database/database.js'
import { QueueRunner } from '../../../platform/queue/index.js'
import { Scheduler } from '../../../platform/scheduler/index.js'
import { Executor } from '../domain/executor.js'
import { ProvisioningSettings } from '../domain/provisioning-settings.js'
import { Reconciler } from '../domain/reconciler.js'
import { QUEUE } from '../domain/settlement.js'
import { toClaimedTask, type ClaimedTask } from '../domain/task-view.js'
import { TRANSITIONS } from '../domain/transitions.js'
import { ClaimStore } from '../persistence/claim.store.js'
import { TaskStore } from '../persistence/task.store.js'

/** Connects the task table with the queue, and erases passwords by the clock. */
@Injectable()
export class ProvisioningWorker implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly queue: QueueRunner,
    private readonly scheduler: Scheduler,
    private readonly claims: ClaimStore,
    private readonly tasks: TaskStore,
    private readonly executor: Executor,
    private readonly reconciler: Reconciler,
    private readonly settings: ProvisioningSettings,
  ) {}

  onModuleInit(): void {
    this.queue.register<ClaimedTask>({
      name: QUEUE,
      concurrency: this.settings.concurrency,
      leaseSeconds: this.settings.leaseSeconds,
      claim: (limit, leaseSeconds) => this.claim(limit, leaseSeconds),
      handle: (claimed) => this.handle(claimed),
      release: ({ hold }) => this.claims.release(this.database, hold),
      measure: () => this.tasks.measure(this.database),
    })
    this.scheduler.every({
      name: 'provisioning.erase-expired-passwords',
      everyMs: this.settings.purgeEveryMs,
      work: async () => void (await this.tasks.eraseExpiredSecrets(this.database)),
    })
  }

  async claim(limit: number, leaseSeconds: number): Promise<ClaimedTask[]> {
    const claimedAt = performance.now()
    const rows = await this.claims.claim(this.database, limit, leaseSeconds, TRANSITIONS.claim, TRANSITIONS.suspect)
    return rows.map((row) => toClaimedTask(row, claimedAt))
  }

  handle(claimed: ClaimedTask): Promise<void> {
    return claimed.task.state === 'checking' ? this.reconciler.reconcile(claimed) : this.executor.execute(claimed)
  }
}
