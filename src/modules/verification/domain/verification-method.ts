import type { Language, MethodOffer } from '../../../contract/self-service.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import type { FlowProof, MethodId, Purpose, Strength } from '../proof.js'

/**
 * Who is to be proved. A decoy has no person: it walks the same statements and sends nothing. `subjectKey` is the keyed
 * hash of the normalised identifier for a decoy and of the person id for a person: shared budgets hang on it.
 */
export type Subject = {
  readonly personId: string | null
  readonly subjectKey: Buffer
  /** Keyed hash of the normalised identifier: masks of a decoy are drawn from it. */
  readonly identifierKey: Buffer
  readonly language: Language
  /**
   * The mask of what was typed, when that is a mail address. A person found by a contact sees that contact's mask, so an
   * unknown address must show its own mask too, or the two could be told apart.
   */
  readonly typedMask?: string | null
}

/** Nobody has this id: lookups for a decoy run the same statements and find nothing. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'

export type StartContext = {
  readonly subject: Subject
  readonly proof: FlowProof
  readonly target: string
  readonly resend: boolean
  /** The long-lived cookie of a browser that proved somebody before, if it has one. */
  readonly deviceToken: string | null
  /** Somebody is guessing codes all over the tenant: a short one would prove nothing. */
  readonly longCode: boolean
  readonly correlationId: string
}
export type AnswerContext = Pick<StartContext, 'subject' | 'proof' | 'deviceToken' | 'longCode' | 'correlationId'>

/**
 * How to prove one thing. A method knows nothing of the flow that asks, only its id and purpose; a flow knows nothing of
 * the method, only what it offers. `Start` and `Answer` are the method's own unions.
 */
export interface VerificationMethod<Start = never, Answer = never> {
  readonly id: MethodId
  /** The most it can prove: what is not enough even so is not offered. */
  readonly strength: Strength
  /** False for methods that find the person themselves (eID, company login). */
  readonly needsKnownPerson: boolean
  /** The ways this subject could be proved by it, masked, in a stable order. Empty: it does not serve this purpose. */
  availableFor(on: Queryable, subject: Subject, purpose: Purpose): Promise<MethodOffer[]>
  start?(tx: Tx, context: StartContext): Promise<Start>
  /** Opens its own transactions: a try must stay counted whatever happens afterwards. */
  answer?(context: AnswerContext, input: SecretText): Promise<Answer>
}
