import { Injectable } from '@nestjs/common'
import type { MethodOffer } from '../../../contract/self-service.contract.js'
import { newId } from '../../../kernel/ids.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Database } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { EvidenceStore } from '../persistence/evidence.store.js'
import { ASSURANCE_OF } from '../proof.js'
import { KnownPasswordTarget, type BindTarget } from './known-password-target.js'
import { PasswordBudget } from './password-budget.js'
import { TryPassword, type Bind } from './try-password.js'
import type { AnswerContext, VerificationMethod } from './verification-method.js'
import { VerificationSettings } from './verification-settings.js'

export type KnownPasswordResult =
  | {
    readonly result: 'verified'
    readonly evidenceId: string
    readonly state: 'ok' | 'must-change' | 'password-expired'
    readonly accountId: string
  }
  | { readonly result: 'refused'; readonly triesLeft: number }
  | { readonly result: 'locked'; readonly until: Date }
  | { readonly result: 'unavailable' }

/** `account` null: the first directory people sign in with. */
export type KnownPasswordContext = AnswerContext & { readonly accountId: string | null }

/** Proof by a password the person still knows. Low: it serves changing that password, never a forgotten one. */
@Injectable()
export class KnownPassword implements VerificationMethod<never, KnownPasswordResult> {
  readonly id = 'known-password'
  readonly strength = { assurance: ASSURANCE_OF[this.id], longCode: true }
  readonly needsKnownPerson = true

  constructor(
    private readonly database: Database,
    private readonly targets: KnownPasswordTarget,
    private readonly budget: PasswordBudget,
    private readonly bind: TryPassword,
    private readonly evidence: EvidenceStore,
    private readonly audit: AuditLog,
    private readonly settings: VerificationSettings,
  ) {}

  /** Asked for by sign-in and change pages themselves, never offered in a list. */
  async availableFor(): Promise<MethodOffer[]> {
    return []
  }

  /**
   * Counted before the bind and below the directory's own threshold, so that no use of this page locks anybody's account. An
   * unknown person binds as nobody in the directory people sign in with: same statements, same work there, same answer.
   */
  async answer(context: KnownPasswordContext, password: SecretText): Promise<KnownPasswordResult> {
    const target = await this.targets.find(context.subject, context.accountId)
    if (target === null) return { result: 'unavailable' }
    const grant = await this.budget.take(target)
    if (!grant.granted) return { result: 'locked', until: grant.until }
    const bind = await this.bind.try(target, password, context.correlationId)
    if (bind.answer === 'unavailable') {
      if (bind.reached === 'no') await this.budget.giveBack(target)
      return { result: 'unavailable' }
    }
    if (bind.answer === 'refused' || target.accountId === null || context.subject.personId === null) {
      await this.#refused(context, target, bind)
      return { result: 'refused', triesLeft: grant.left }
    }
    const { state } = bind
    const evidenceId = await this.#verified(context, target, context.subject.personId, target.accountId, state)
    return { result: 'verified', evidenceId, state, accountId: target.accountId }
  }

  async #verified(
    context: KnownPasswordContext, target: BindTarget, personId: string, accountId: string, state: string,
  ): Promise<string> {
    const id = newId()
    await this.database.transaction(async (tx) => {
      await this.evidence.insert(tx, {
        id, proof: context.proof, personId, accountId,
        method: this.id,
        strength: this.strength,
        lifeSeconds: this.settings.evidenceSeconds,
      })
      await this.budget.reset(tx, target)
      await this.audit.record(tx, {
        ...this.#entry(context, target),
        action: 'verification.password.verified',
        outcome: 'success',
        facts: { flow: context.proof.flowId, purpose: context.proof.purpose, evidence: id, assurance: this.strength.assurance, state },
      })
    })
    return id
  }

  async #refused(context: KnownPasswordContext, target: BindTarget, bind: Bind): Promise<void> {
    await this.database.transaction((tx) => this.audit.record(tx, {
      ...this.#entry(context, target),
      action: 'verification.password.refused',
      outcome: 'failure',
      errorCode: 'SIGN_IN_REFUSED',
      facts: {
        flow: context.proof.flowId,
        purpose: context.proof.purpose,
        state: bind.answer === 'refused' ? bind.because : 'nobody',
      },
    }))
  }

  #entry({ subject, correlationId }: KnownPasswordContext, target: BindTarget) {
    return {
      channel: 'self-service' as const,
      correlationId,
      actor: { kind: 'anonymous' as const, id: null },
      personId: subject.personId,
      accountId: target.accountId,
      directoryId: target.directoryId,
      identifierHash: subject.personId === null ? subject.identifierKey : null,
      method: this.id,
    }
  }
}
