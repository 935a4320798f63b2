import { Injectable } from '@nestjs/common'
import { EpochGuard } from '../../../platform/database/epoch-guard.js'
import { FlowStore } from '../persistence/flow.store.js'
import { ServiceRequestStore } from '../persistence/service-request.store.js'
import { SessionStore } from '../persistence/session.store.js'

/** A restored backup brings back flows and sessions whose proofs may have been used since: all of them are void (decisions.md 23). */
@Injectable()
export class VoidAfterRestore {
  constructor(epoch: EpochGuard, flows: FlowStore, requests: ServiceRequestStore, sessions: SessionStore) {
    epoch.register('self-service', async (tx) => {
      await sessions.endAll(tx)
      await flows.voidOpen(tx)
      await requests.closeVoided(tx)
    })
  }
}
