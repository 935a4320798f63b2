import { Injectable } from '@nestjs/common'
import type { Language, RequestKind } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { People, type Account, type Person } from '../../identity/index.js'
import { Passwords } from '../../passwords/index.js'
import { Provisioning } from '../../provisioning/index.js'
import { decideRequirement, satisfies, Verification, type Purpose } from '../../verification/index.js'
import { ServiceRequestStore, type ServiceRequestRow } from '../persistence/service-request.store.js'
import { SelfServiceSettings } from '../self-service-settings.js'
import { assertMayAct } from './person-gate.js'

export type RequestToOpen = {
  readonly requestId: string
  readonly kind: RequestKind
  readonly personId: string
  readonly language: Language
  readonly accounts: readonly Account[]
  readonly newPassword: SecretText | null
  readonly currentPassword: SecretText | null
  readonly proofs: readonly { evidenceId: string; flowId: string; purpose: Purpose }[]
  /** The session that asks; null for a flow. */
  readonly sessionId: string | null
  readonly correlationId: string
}

/**
 * The one door from self-service to provisioning. Inside the caller's transaction: the person row is taken first, the
 * person's locks are read again, every proof is spent and measured against what is required, and only then are the
 * request, its tasks and its audit row written.
 */
@Injectable()
export class OpenRequest {
  constructor(
    private readonly people: People,
    private readonly verification: Verification,
    private readonly passwords: Passwords,
    private readonly provisioning: Provisioning,
    private readonly requests: ServiceRequestStore,
    private readonly audit: AuditLog,
    private readonly settings: SelfServiceSettings,
  ) {}

  async open(tx: Tx, toOpen: RequestToOpen): Promise<ServiceRequestRow> {
    const person = await this.people.lockPerson(tx, toOpen.personId)
    assertMayAct(person)
    const methods = await this.spend(tx, toOpen, person)
    const request = await this.requests.insert(tx, {
      id: toOpen.requestId, kind: toOpen.kind, person_id: person.id, proof: methods[0] ?? 'none', language: toOpen.language,
      session_id: toOpen.sessionId,
    })
    await this.audit.record(tx, {
      action: 'self-service.request.opened',
      outcome: 'intent',
      channel: 'self-service',
      correlationId: toOpen.correlationId,
      actor: { kind: 'person', id: person.id },
      personId: person.id,
      requestId: request.id,
      method: request.proof,
      facts: { kind: toOpen.kind, reference: `SR-${request.number}`, accounts: toOpen.accounts.length },
    })
    await this.writeTasks(tx, toOpen)
    return request
  }

  private async spend(tx: Tx, toOpen: RequestToOpen, person: Person): Promise<string[]> {
    const required = decideRequirement({ operation: toOpen.kind, channel: 'self-service', privileged: person.privileged })
    if (!required.allowed) throw new DomainError(required.code)
    const methods: string[] = []
    for (const proof of toOpen.proofs) {
      const spent = await this.verification.consumeEvidence(tx, { ...proof, personId: person.id })
      if (!spent || !satisfies(spent, required)) throw new DomainError('FLOW_STEP_REFUSED')
      methods.push(spent.method)
    }
    if (methods.length === 0) throw new DomainError('FLOW_STEP_REFUSED')
    return methods
  }

  private async writeTasks(tx: Tx, toOpen: RequestToOpen): Promise<void> {
    const { requestId, personId, accounts, newPassword, correlationId } = toOpen
    const shared = {
      origin: 'SELF' as const,
      requestId,
      personId,
      mustChange: false,
      secretTtlSeconds: this.settings.secretTtlSeconds,
      actor: { kind: 'person' as const, id: personId },
      correlationId,
    }
    if (toOpen.kind !== 'unlock') {
      if (!newPassword) throw new DomainError('REQUEST_INVALID')
      await this.passwords.submit(tx, { ...shared, kind: toOpen.kind, accounts, newPassword, currentPassword: toOpen.currentPassword })
      return
    }
    for (const account of accounts) {
      await this.provisioning.submit(tx, {
        ...shared,
        kind: 'unlock',
        accountId: account.id,
        directoryId: account.directoryId,
        ref: { nativeId: account.nativeId, login: account.login },
        newPassword: null,
        currentPassword: null,
      })
    }
  }
}
