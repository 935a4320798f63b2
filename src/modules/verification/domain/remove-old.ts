import { Injectable } from '@nestjs/common'
import { BrakeStore } from '../persistence/brake.store.js'
import { BudgetStore } from '../persistence/budget.store.js'
import { ChallengeStore } from '../persistence/challenge.store.js'
import { DeviceStore } from '../persistence/device.store.js'
import { EvidenceStore } from '../persistence/evidence.store.js'
import { PasswordBudgetStore } from '../persistence/password-budget.store.js'
import { VerificationSettings } from './verification-settings.js'

/**
 * Small batches, each its own statement. Challenges and evidence are kept some days for questions; the audit trail keeps
 * what happened for good.
 */
@Injectable()
export class RemoveOld {
  constructor(
    private readonly challenges: ChallengeStore,
    private readonly evidence: EvidenceStore,
    private readonly budgets: BudgetStore,
    private readonly devices: DeviceStore,
    private readonly passwords: PasswordBudgetStore,
    private readonly brake: BrakeStore,
    private readonly settings: VerificationSettings,
  ) {}

  async remove(): Promise<void> {
    const { keepDays } = this.settings
    await this.#drain((limit) => this.challenges.removeOld(keepDays, limit))
    await this.#drain((limit) => this.evidence.removeOld(keepDays, limit))
    await this.#drain((limit) => this.budgets.removeOld(keepDays, limit))
    await this.#drain((limit) => this.devices.removeExpired(limit))
    await this.#drain((limit) => this.passwords.removeOld(limit))
    await this.brake.removeOldMinutes()
  }

  async #drain(batch: (limit: number) => Promise<number>): Promise<void> {
    const { retentionBatch } = this.settings
    while ((await batch(retentionBatch)) === retentionBatch) {
      // a full batch: there may be more
    }
  }
}
