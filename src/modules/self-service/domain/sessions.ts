import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import { newBrowserToken } from '../../../kernel/browser-token.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { newId } from '../../../kernel/ids.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { People, type Person } from '../../identity/index.js'
import { Verification } from '../../verification/index.js'
import { SessionStore, type SessionRow } from '../persistence/session.store.js'
import { FindSubject } from './find-subject.js'

export type SignInRequest = {
  readonly identifier: string
  readonly password: SecretText
  readonly language: Language
  readonly correlationId: string
}
export type Session = SessionRow & { readonly person: Person }

/**
 * Signing in to self-service with the directory password, to change it while it is known. A session opens nothing that a
 * forgotten password needs: it can list one's requests and ask for a change, which asks for the password once more.
 */
@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly people: People,
    private readonly subjects: FindSubject,
    private readonly verification: Verification,
    private readonly sessions: SessionStore,
    private readonly audit: AuditLog,
  ) {}

  /** Unknown, protected, locked and mistyped all walk the same bind and get the same refusal. */
  async signIn(request: SignInRequest): Promise<{ token: string; session: Session }> {
    const identifierKey = this.subjects.identifierKey(request.identifier)
    const { onRecord } = await this.subjects.find(request.identifier, identifierKey, request.language, 'self-service-sign-in')
    const person = onRecord && maySignIn(onRecord.person) ? onRecord.person : null
    const id = newId()
    const proved = await this.verification.proveKnownPassword(
      this.subjects.subject(person, identifierKey, request.language),
      { flowId: id, purpose: 'self-service-sign-in' },
      request.password,
      null,
      request.correlationId,
    )
    if (proved.result === 'locked') throw new DomainError('SIGN_IN_LOCKED', { retryAt: proved.until })
    if (proved.result === 'unavailable') throw new DomainError('CONNECTOR_UNAVAILABLE')
    if (proved.result === 'refused' || !person) throw new DomainError('SIGN_IN_REFUSED')
    const token = newBrowserToken()
    const row = await this.database.transaction(async (tx) => {
      const spent = await this.verification.consumeEvidence(tx, {
        evidenceId: proved.evidenceId, personId: person.id, flowId: id, purpose: 'self-service-sign-in',
      })
      if (!spent) throw new DomainError('SIGN_IN_REFUSED')
      await this.audit.record(tx, {
        action: 'self-service.session.started',
        outcome: 'success',
        channel: 'self-service',
        correlationId: request.correlationId,
        actor: { kind: 'person', id: person.id },
        personId: person.id,
        accountId: proved.accountId,
        method: spent.method,
        facts: { state: proved.state },
      })
      return this.sessions.insert(tx, {
        id, personId: person.id, accountId: proved.accountId, tokenHash: this.keys.hash('session-cookie', token),
      })
    })
    return { token, session: { ...row, person } }
  }

  /** The signed-in person of this browser, still allowed to be. Each use keeps the session awake. */
  async require(token: string | null): Promise<Session> {
    const row = token ? await this.sessions.find(this.database, this.keys.hash('session-cookie', token)) : undefined
    if (!row) throw new DomainError('SIGN_IN_REQUIRED')
    const person = await this.people.getPerson(this.database, row.person_id)
    if (!maySignIn(person)) throw new DomainError('SIGN_IN_REQUIRED')
    await this.sessions.touch(this.database, row.id)
    return { ...row, person }
  }

  /** A new cookie for the session in which a password is being changed, in that change's transaction. */
  async renew(tx: Tx, session: Session): Promise<string> {
    const token = newBrowserToken()
    if (!(await this.sessions.renew(tx, session.id, this.keys.hash('session-cookie', token)))) throw new DomainError('SIGN_IN_REQUIRED')
    return token
  }

  async end(token: string | null): Promise<void> {
    if (token) await this.sessions.end(this.database, this.keys.hash('session-cookie', token))
  }
}

/** Someone without a usable contact may sign in and change: that needs none. A protected person may not. */
function maySignIn(person: Person): boolean {
  return person.status === 'active' && !person.identityLocked && !person.adminLocked && !person.privileged && !person.frozenUntil
}

