import { Injectable } from '@nestjs/common'
import { DEFAULT_PRODUCT_POLICY, type ProductPolicy } from './product-policy.js'

/** Tunable numbers of the module. A test or an installation provides another instance. */
@Injectable()
export class PasswordPolicySettings {
  readonly policy: ProductPolicy = DEFAULT_PRODUCT_POLICY
  /** What one measurement may take while somebody types; later it is answered without a score. */
  readonly meterBudgetMs: number = 50
  /** The same at the gate, asked once a submit: there a busy machine should not cost the strength rule. */
  readonly meterGateBudgetMs: number = 500
  /** A thread that works on one password for so long is replaced. The dearest input known takes it 160 ms. */
  readonly meterStuckMs: number = 1_000
  /** What a measurement may wait for its turn or for a new thread before it is answered without a score. */
  readonly meterWaitMs: number = 1_000
  /** Measurements waiting at once; the next one is answered without a score. */
  readonly meterQueue: number = 100
  readonly passphraseWords: number = 4
  readonly randomLength: number = 16
}
