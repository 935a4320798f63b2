import { Injectable } from '@nestjs/common'
import { EpochGuard } from '../../../platform/database/epoch-guard.js'
import { ChallengeStore } from '../persistence/challenge.store.js'
import { DeviceStore } from '../persistence/device.store.js'
import { EvidenceStore } from '../persistence/evidence.store.js'

/** What was open when a restored backup was made may have been used or withdrawn since (decisions.md 23). */
@Injectable()
export class VoidAfterRestore {
  constructor(epoch: EpochGuard, challenges: ChallengeStore, evidence: EvidenceStore, devices: DeviceStore) {
    epoch.register('verification', async (tx) => {
      await challenges.voidOpen(tx)
      await evidence.voidOpen(tx)
      await devices.voidAll(tx)
    })
  }
}
