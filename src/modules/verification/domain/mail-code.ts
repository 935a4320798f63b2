import { Injectable } from '@nestjs/common'
import type { ChallengeView, MethodOffer } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { People } from '../../identity/index.js'
import { Notifications } from '../../notifications/index.js'
import { ASSURANCE_OF, type Purpose } from '../proof.js'
import { carriesReset } from './carries-reset.js'
import { decoyMasks, opaqueId } from './decoy-masks.js'
import { DecoyShapes } from './decoy-shapes.js'
import { IssueCode, minutesBetween, type IssuedCode } from './issue-code.js'
import { NOBODY, type StartContext, type Subject, type VerificationMethod } from './verification-method.js'

export type StartAnswer =
  | { readonly result: 'sent'; readonly challenge: ChallengeView }
  | { readonly result: 'limited'; readonly retryAt: Date }
  | { readonly result: 'locked'; readonly until: Date }
  | { readonly result: 'unavailable' }

/** `address` is null for a decoy's contact. */
type Target = { readonly id: string; readonly masked: string; readonly address: string | null }

const SERVES: readonly Purpose[] = ['password-reset', 'account-unlock']

/** A one-time code to a mail address on record. */
@Injectable()
export class MailCode implements VerificationMethod<StartAnswer> {
  readonly id = 'mail-code'
  readonly strength = { assurance: ASSURANCE_OF[this.id], longCode: true }
  readonly needsKnownPerson = true

  constructor(
    private readonly people: People,
    private readonly shapes: DecoyShapes,
    private readonly codes: IssueCode,
    private readonly notifications: Notifications,
    private readonly audit: AuditLog,
    private readonly keys: KeyRing,
  ) {}

  async availableFor(on: Queryable, subject: Subject, purpose: Purpose): Promise<MethodOffer[]> {
    if (!SERVES.includes(purpose)) return []
    const available = await this.notifications.mailAvailable(on)
    const targets = await this.#targets(on, subject)
    return targets.map(({ id, masked }) => ({
      method: this.id, target: id, masked, available, ...(available ? {} : { reason: 'METHOD_UNAVAILABLE' as const }),
    }))
  }

  async start(tx: Tx, context: StartContext): Promise<StartAnswer> {
    const { subject, proof } = context
    if (!SERVES.includes(proof.purpose)) throw unknownChoice()
    if (!(await this.notifications.mailAvailable(tx))) return { result: 'unavailable' }
    const target = (await this.#targets(tx, subject)).find(({ id }) => id === context.target)
    if (!target) throw unknownChoice()
    const issued = await this.codes.issue(tx, this.id, target.masked, context)
    if (issued.result !== 'issued') return issued
    await this.#send(tx, context, target, issued)
    await this.audit.record(tx, {
      action: 'verification.code.sent',
      outcome: 'info',
      channel: 'self-service',
      correlationId: context.correlationId,
      actor: { kind: 'anonymous', id: null },
      personId: subject.personId,
      identifierHash: subject.personId === null ? subject.identifierKey : null,
      method: this.id,
      facts: { flow: proof.flowId, purpose: proof.purpose, challenge: issued.challengeId, target: target.id, number: issued.seq },
    })
    return { result: 'sent', challenge: issued.view }
  }

  refreshShape(on: Queryable): Promise<void> {
    return this.shapes.refresh(on)
  }

  async #send(tx: Tx, { subject, proof, correlationId }: StartContext, target: Target, issued: IssuedCode): Promise<void> {
    await this.notifications.enqueue(tx, {
      template: 'one-time-code',
      channel: 'mail',
      to: target.address,
      personId: subject.personId,
      language: subject.language,
      params: {
        purpose: proof.purpose,
        askedAt: issued.askedAt.toISOString(),
        validUntil: issued.expiresAt.toISOString(),
        validMinutes: minutesBetween(issued.askedAt, issued.expiresAt),
      },
      secret: issued.code,
      usefulUntil: issued.expiresAt,
      correlationId,
    })
  }

  /** The same two statements and the same work for a person and for a decoy; only then is one of the two lists taken. */
  async #targets(on: Queryable, subject: Subject): Promise<Target[]> {
    const shape = await this.shapes.current(on)
    const contacts = await this.people.listContactPoints(on, subject.personId ?? NOBODY)
    const draw = (label: string): Buffer => this.keys.hash('decoy', Buffer.concat([subject.identifierKey, Buffer.from(label)]))
    const drawn = decoyMasks(shape, subject.typedMask ?? null, (label) => draw(`mask ${label}`))
    // ids hang on what was typed: two names of one person must not show the same ids
    if (subject.personId === null) {
      return drawn.map((masked, index) => ({ id: opaqueId(draw(`target ${index}`)), masked, address: null }))
    }
    return contacts.filter(carriesReset).map(({ id, masked, value }) => (
      { id: opaqueId(draw(`target ${id}`)), masked, address: value }))
  }
}

const unknownChoice = (): DomainError => new DomainError('REQUEST_INVALID', { fields: [{ field: 'target', reason: 'unknown' }] })
