import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Database } from '../../../platform/database/database.js'
import { Scheduler } from '../../../platform/scheduler/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { SessionStore } from '../persistence/session.store.js'

const EVERY_MS = 60_000
const BATCH = 2_000

/** Flows and sessions nobody can use any more leave in small batches, so that nothing grows with past traffic. */
@Injectable()
export class ForgetOldFlows implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly scheduler: Scheduler,
    private readonly flows: FlowStore,
    private readonly sessions: SessionStore,
  ) {}

  onModuleInit(): void {
    this.scheduler.every({ name: 'self-service.forget-old-flows', everyMs: EVERY_MS, work: () => this.forget() })
  }

  async forget(): Promise<void> {
    while ((await this.flows.deleteOld(this.database, BATCH)) === BATCH);
    while ((await this.sessions.deleteOld(this.database, BATCH)) === BATCH);
  }
}
