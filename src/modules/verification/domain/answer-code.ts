import { Injectable } from '@nestjs/common'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { equalDigests } from '../../../kernel/constant-time.js'
import { SecretText } from '../../../kernel/secret-text.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database } from '../../../platform/database/database.js'
import { ChallengeStore, type CountedTry } from '../persistence/challenge.store.js'
import { AccountBudget, type TryGrant } from './account-budget.js'
import { codeHash } from './issue-code.js'
import { RecordAnswer } from './record-answer.js'
import type { AnswerContext } from './verification-method.js'

export type AnswerResult =
  | { readonly result: 'verified'; readonly evidenceId: string }
  | { readonly result: 'wrong'; readonly triesLeft: number }
  | { readonly result: 'expired' }
  | { readonly result: 'locked'; readonly until: Date }

/**
 * The order is the rule: the try is counted and committed, then compared, then the code is used up by one guarded update. A
 * process that dies in between has cost a try and given nothing; any number of right answers at once make one evidence. A
 * decoy walks the same statements to the same answers.
 */
@Injectable()
export class AnswerCode {
  constructor(
    private readonly database: Database,
    private readonly challenges: ChallengeStore,
    private readonly budget: AccountBudget,
    private readonly record: RecordAnswer,
    private readonly keys: KeyRing,
    private readonly checkpoints: Checkpoints,
  ) {}

  async answer(context: AnswerContext, typed: SecretText): Promise<AnswerResult> {
    const { subject, proof, deviceToken, longCode } = context
    const counted = await this.challenges.countTry(proof, subject.subjectKey, longCode)
    if (!counted) {
      const why = await this.challenges.whyNot(proof, subject.subjectKey)
      return why === 'tries-used' ? { result: 'wrong', triesLeft: 0 } : { result: 'expired' }
    }
    const grant = await this.budget.countTry(subject, deviceToken)
    if ('closedUntil' in grant) return { result: 'locked', until: grant.closedUntil }
    await this.checkpoints.reach('answer.counted')
    const right = equalDigests(codeHash(this.keys, counted.id, normalised(typed)), counted.code_hash)
    // a decoy's hash fits no code; that it has no person is asked all the same
    if (!right || subject.personId === null) return this.#wrong(context, counted, grant)
    const { personId } = subject
    const evidenceId = await this.database.transaction((tx) => this.record.verified(tx, context, counted, grant, personId))
    if (evidenceId === null) return { result: 'expired' }
    await this.checkpoints.reach('answer.consumed')
    return { result: 'verified', evidenceId }
  }

  async #wrong(context: AnswerContext, counted: CountedTry, grant: TryGrant): Promise<AnswerResult> {
    const closedUntil = await this.database.transaction((tx) => this.record.wrong(tx, context, counted, grant))
    // a browser with a device cookie may have tries of its own left, which its next answer finds out
    if (closedUntil && context.deviceToken === null) return { result: 'locked', until: closedUntil }
    if (closedUntil) return { result: 'wrong', triesLeft: counted.most_tries - counted.tries }
    return { result: 'wrong', triesLeft: Math.min(counted.most_tries - counted.tries, grant.left) }
  }
}

/** People type codes with spaces or dashes, and some keyboards give full-width digits. */
function normalised(typed: SecretText): SecretText {
  return new SecretText(typed.reveal().normalize('NFKC').replace(/[\s\p{Pd}]/gu, ''))
}
