import { Injectable } from '@nestjs/common'
import { DEFAULT_PRODUCT_POLICY, type ProductPolicy } from './product-policy.js'

/** Tunable numbers of the module. A test or an installation provides another instance. */
@Injectable()
export class PasswordPolicySettings {
  readonly policy: ProductPolicy = DEFAULT_PRODUCT_POLICY
  /** What one measurement may take before its thread is replaced. */
  readonly meterBudgetMs: number = 50
  /** What a measurement may wait for its turn or for a new thread before it is answered without a score. */
  readonly meterWaitMs: number = 1_000
  /** Measurements waiting at once; the next one is answered without a score. */
  readonly meterQueue: number = 100
  readonly passphraseWords: number = 4
  readonly randomLength: number = 16
}
