import { Injectable } from '@nestjs/common'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { DeviceStore } from '../persistence/device.store.js'
import { EvidenceStore, type EvidenceClaim, type SpentEvidence } from '../persistence/evidence.store.js'
import { decideRequirement, type Requirement, type RequirementQuestion } from './requirement.js'
import { TenantBrake } from './tenant-brake.js'
import { VerificationSettings } from './verification-settings.js'

/** What must be proved, and what a proof leaves: evidence to be spent once, a browser to be remembered. */
@Injectable()
export class Proofs {
  constructor(
    private readonly evidence: EvidenceStore,
    private readonly devices: DeviceStore,
    private readonly brake: TenantBrake,
    private readonly keys: KeyRing,
    private readonly settings: VerificationSettings,
  ) {}

  /** The one decision, with the brake as it is now. One statement, whoever asks. */
  async required(on: Queryable | undefined, question: Omit<RequirementQuestion, 'stepUp'>): Promise<Requirement> {
    return decideRequirement({ ...question, stepUp: await this.brake.active(on) })
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
}
