import { Injectable } from '@nestjs/common'
import type { ChallengeView, Language, MethodOffer } from '../../../contract/self-service.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Tx, Queryable } from '../../../platform/database/database.js'

/** What a proof is for. A proof names it and opens nothing else (security.md rule 2). */
export type Purpose = 'password-reset' | 'account-unlock' | 'self-service-sign-in' | 'password-change'
export type AssuranceLevel = 'low' | 'medium' | 'high'

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
}
export type FlowProof = { readonly flowId: string; readonly purpose: Purpose }

export type StartAnswer =
  | { readonly result: 'sent'; readonly challenge: ChallengeView }
  | { readonly result: 'limited'; readonly retryAt: Date }
  | { readonly result: 'locked'; readonly until: Date }
  | { readonly result: 'unavailable' }
export type AnswerResult =
  | { readonly result: 'verified'; readonly evidenceId: string }
  | { readonly result: 'wrong'; readonly triesLeft: number }
  | { readonly result: 'expired' }
  | { readonly result: 'locked'; readonly until: Date }
export type KnownPasswordResult =
  | { readonly result: 'verified'; readonly evidenceId: string; readonly state: 'ok' | 'must-change' | 'password-expired'; readonly accountId: string }
  /** `triesLeft` before we stop asking the directory; the same course for unknown people. */
  | { readonly result: 'refused'; readonly triesLeft: number }
  | { readonly result: 'locked'; readonly until: Date }
  | { readonly result: 'unavailable' }

@Injectable()
export class Verification {
  /** The methods this subject may choose from, masked. A decoy's are plausible and stable. */
  async offers(_on: Queryable, _subject: Subject, _purpose: Purpose): Promise<MethodOffer[]> {
    throw new Error('pending')
  }
  /** Makes a challenge, the newest of its flow only, and queues its message. Also used for a resend. */
  async start(_tx: Tx, _subject: Subject, _proof: FlowProof, _choice: { method: string; target: string; resend: boolean; deviceToken: string | null }, _correlationId: string): Promise<StartAnswer> {
    throw new Error('pending')
  }
  /** The live challenge of a flow for the page, or null. */
  async findChallenge(_on: Queryable, _flowId: string): Promise<ChallengeView | null> {
    throw new Error('pending')
  }
  /** Method and target of the live challenge, for a resend; null when there is none. */
  async presentChoice(_on: Queryable, _flowId: string): Promise<{ method: string; target: string } | null> {
    throw new Error('pending')
  }
  /** Counts the try in its own committed statement, then compares, then consumes with a guarded update. Opens its own transactions. */
  async answer(_subject: Subject, _proof: FlowProof, _code: string, _deviceToken: string | null, _correlationId: string): Promise<AnswerResult> {
    throw new Error('pending')
  }
  /** Proves the person by the password of a sign-in directory, below the directory's own lockout threshold, counted before the bind. */
  async proveKnownPassword(_subject: Subject, _proof: FlowProof, _password: SecretText, _accountId: string | null, _correlationId: string): Promise<KnownPasswordResult> {
    throw new Error('pending')
  }
  /** Spends the evidence for exactly this purpose, flow and person, once, while fresh. Null: it may not be used. */
  async consumeEvidence(
    _tx: Tx, _evidence: { evidenceId: string; personId: string; flowId: string; purpose: Purpose },
  ): Promise<{ method: string; assurance: AssuranceLevel } | null> {
    throw new Error('pending')
  }
  /**
   * Gives the flow's own consumed and still fresh evidence back, because every directory refused the password by rules we
   * could not know and nothing was changed. Guarded like the consumption; audited. False: too old, or never there.
   */
  async restoreEvidence(_tx: Tx, _evidence: { flowId: string; personId: string; purpose: Purpose }): Promise<boolean> {
    throw new Error('pending')
  }
  /** A token for the long-lived device cookie of a browser that has proved this person (decisions.md 14). */
  async rememberDevice(_tx: Tx, _personId: string): Promise<string> {
    throw new Error('pending')
  }
}
