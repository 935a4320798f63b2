import { Injectable } from '@nestjs/common'
import type { ChallengeView, MethodOffer } from '../../../contract/self-service.contract.js'
import { newBrowserToken } from '../../../kernel/browser-token.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { SecretText } from '../../../kernel/secret-text.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import type { EvidenceClaim, SpentEvidence } from '../persistence/evidence.store.js'
import type { FlowProof, Purpose } from '../proof.js'
import { AnswerCode, type AnswerResult } from './answer-code.js'
import { IssueCode } from './issue-code.js'
import { KnownPassword, type KnownPasswordResult } from './known-password.js'
import { MailCode, type StartAnswer } from './mail-code.js'
import { Proofs } from './proofs.js'
import { satisfies, type Requirement, type RequirementQuestion } from './requirement.js'
import type { Subject, VerificationMethod } from './verification-method.js'

export type { AssuranceLevel, FlowProof, MethodId, Purpose } from '../proof.js'
export type { EvidenceClaim, SpentEvidence } from '../persistence/evidence.store.js'
export type { AnswerResult } from './answer-code.js'
export type { KnownPasswordResult } from './known-password.js'
export type { StartAnswer } from './mail-code.js'
export type { Subject, VerificationMethod } from './verification-method.js'

export type Choice = {
  readonly method: string
  readonly target: string
  readonly resend: boolean
  readonly deviceToken: string | null
}

/** The front door: flows ask what can be proved, have it proved, and spend the proof. They know no method's insides. */
@Injectable()
export class Verification {
  constructor(
    private readonly mailCode: MailCode,
    private readonly knownPassword: KnownPassword,
    private readonly codes: IssueCode,
    private readonly answers: AnswerCode,
    private readonly proofs: Proofs,
    private readonly audit: AuditLog,
  ) {}

  get #methods(): readonly Pick<VerificationMethod, 'id' | 'strength' | 'availableFor'>[] {
    return [this.mailCode, this.knownPassword]
  }

  /** What this person must prove for this now (decisions.md 27). */
  requirement(on: Queryable, question: Omit<RequirementQuestion, 'stepUp'>): Promise<Requirement> {
    return this.proofs.required(on, question)
  }

  /** The methods this subject may choose from, masked: those that are enough. A decoy's are plausible and stable. */
  async offers(on: Queryable, subject: Subject, purpose: Purpose): Promise<MethodOffer[]> {
    const required = await this.#requiredOf(on, purpose)
    const offers: MethodOffer[] = []
    for (const method of this.#methods) {
      if (satisfies(method.strength, required)) offers.push(...(await method.availableFor(on, subject, purpose)))
    }
    return offers
  }

  /** Of anybody who walks a flow: a privileged person's is a decoy, and so must ask for the same. */
  #requiredOf(on: Queryable | undefined, purpose: Purpose): Promise<Requirement> {
    return this.proofs.required(on, { purpose, channel: 'self-service', privileged: false })
  }

  /**
   * Makes a challenge, the newest of its flow only, and queues its message. Also used for a resend. Call it in the
   * transaction that moves the flow; when the answer is not `sent`, nothing was written. A target that was not offered is
   * refused with REQUEST_INVALID.
   */
  async start(tx: Tx, subject: Subject, proof: FlowProof, choice: Choice, correlationId: string): Promise<StartAnswer> {
    this.audit.assertWritable()
    const required = await this.#requiredOf(tx, proof.purpose)
    if (choice.method !== this.mailCode.id || !satisfies(this.mailCode.strength, required)) {
      throw new DomainError('REQUEST_INVALID', { fields: [{ field: 'method', reason: 'unknown' }] })
    }
    const { target, resend, deviceToken } = choice
    return this.mailCode.start(tx, { subject, proof, target, resend, deviceToken, longCode: longCodeOf(required), correlationId })
  }

  /** The newest unused code of a flow for the page, also when it has run out; null when there is none. */
  findChallenge(on: Queryable, flowId: string): Promise<ChallengeView | null> {
    return this.codes.view(on, flowId)
  }

  /** Method and target of the flow's newest code: what a resend repeats. */
  presentChoice(on: Queryable, flowId: string): Promise<{ method: string; target: string } | null> {
    return this.codes.presentChoice(on, flowId)
  }

  /**
   * Counts the try in its own committed statement, then compares, then consumes with a guarded update. Opens its own
   * transactions.
   */
  async answer(
    subject: Subject, proof: FlowProof, code: string, deviceToken: string | null, correlationId: string,
  ): Promise<AnswerResult> {
    this.audit.assertWritable()
    const longCode = longCodeOf(await this.#requiredOf(undefined, proof.purpose))
    return this.answers.answer({ subject, proof, deviceToken, longCode, correlationId }, new SecretText(code))
  }

  /**
   * Proves the person by the password of a sign-in directory, below the directory's own lockout threshold, counted before
   * the bind.
   */
  async proveKnownPassword(
    subject: Subject, proof: FlowProof, password: SecretText, accountId: string | null, correlationId: string,
  ): Promise<KnownPasswordResult> {
    this.audit.assertWritable()
    return this.knownPassword.answer({ subject, proof, accountId, deviceToken: null, longCode: false, correlationId }, password)
  }

  /** Spends the evidence for exactly this purpose, flow and person, once, while fresh. Null: it may not be used. */
  consumeEvidence(tx: Tx, evidence: EvidenceClaim): Promise<SpentEvidence | null> {
    return this.proofs.consume(tx, evidence)
  }

  /** Gives the flow's spent proof back, within its first life, when what it was spent on certainly changed nothing. */
  restoreEvidence(tx: Tx, evidence: Omit<EvidenceClaim, 'evidenceId'>): Promise<boolean> {
    return this.proofs.restore(tx, evidence)
  }

  /** A token for the long-lived device cookie of a browser that has proved this person (decisions.md 14). */
  async rememberDevice(tx: Tx, personId: string): Promise<string> {
    const token = newBrowserToken()
    await this.proofs.rememberDevice(tx, personId, token)
    return token
  }

  /** Whether this browser has proved this very person before: strangers cannot close its road (decisions.md 14). */
  async knowsDevice(on: Queryable, subject: Subject, token: string | null): Promise<boolean> {
    return token !== null && subject.personId !== null && this.proofs.knowsDevice(on, subject.personId, token)
  }

  /** Takes the distribution that unknown names' masks are drawn from anew. Only after an import changed who is here. */
  refreshDecoyShape(on: Queryable): Promise<void> {
    return this.mailCode.refreshShape(on)
  }
}

const longCodeOf = (required: Requirement): boolean => !required.allowed || required.longCode
