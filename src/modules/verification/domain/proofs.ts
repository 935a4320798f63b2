import { Injectable } from '@nestjs/common'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { EpochGuard } from '../../../platform/database/epoch-guard.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { ChallengeStore } from '../persistence/challenge.store.js'
import { DeviceStore } from '../persistence/device.store.js'
import { EvidenceStore, type EvidenceClaim, type SpentEvidence } from '../persistence/evidence.store.js'
import { TenantBrake } from './tenant-brake.js'
import { VerificationSettings } from './verification-settings.js'

/** What a proof leaves: evidence to be spent once, a browser to be remembered; and what a restored backup makes of them. */
@Injectable()
export class Proofs {
  constructor(
    private readonly evidence: EvidenceStore,
    private readonly devices: DeviceStore,
    private readonly brake: TenantBrake,
    private readonly keys: KeyRing,
    private readonly settings: VerificationSettings,
    challenges: ChallengeStore,
    epoch: EpochGuard,
  ) {
    // what was open when the backup was made may have been used or withdrawn since
    epoch.register('verification', async (tx) => {
      await challenges.voidOpen(tx)
      await evidence.voidOpen(tx)
      await devices.voidAll(tx)
    })
  }

  consume(tx: Tx, claim: EvidenceClaim): Promise<SpentEvidence | null> {
    return this.evidence.consume(tx, claim)
  }

  restore(tx: Tx, claim: Omit<EvidenceClaim, 'evidenceId'>): Promise<boolean> {
    return this.evidence.restore(tx, claim)
  }

  async rememberDevice(tx: Tx, personId: string, token: string): Promise<void> {
    await this.devices.insert(tx, this.keys.hash('device-cookie', token), personId, this.settings.deviceDays)
    await this.devices.keepNewest(tx, personId, this.settings.devicesPerPerson)
  }

  async knowsDevice(on: Queryable, personId: string, token: string): Promise<boolean> {
    return this.devices.isKnown(on, this.keys.hash('device-cookie', token), personId)
  }

  stepUpActive(on?: Queryable): Promise<boolean> {
    return this.brake.active(on)
  }
}
