import { Injectable } from '@nestjs/common'
import type { PasswordCheck, PolicyView } from '../../../contract/password-policy.contract.js'
import type { RequestView, SessionView, Suggestion } from '../../../contract/self-service.contract.js'
import { newId } from '../../../kernel/ids.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Database } from '../../../platform/database/database.js'
import type { Account } from '../../identity/index.js'
import { Passwords } from '../../passwords/index.js'
import { KnownPasswords } from './known-passwords.js'
import { OpenRequest } from './open-request.js'
import { OwnAccounts } from './own-accounts.js'
import { PolicyRefusals } from './policy-refusals.js'
import { ServiceRequests } from './service-requests.js'
import type { Session } from './sessions.js'

/** Changing a password that is known, also when it has expired or must be changed: then the bind is refused, the change is not. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly database: Database,
    private readonly own: OwnAccounts,
    private readonly passwords: Passwords,
    private readonly judge: PolicyRefusals,
    private readonly known: KnownPasswords,
    private readonly open: OpenRequest,
    private readonly requests: ServiceRequests,
  ) {}

  async page(session: Session, correlationId: string): Promise<SessionView> {
    const accounts = await this.own.views(this.database, session.person_id, 'change', { live: true, preselect: session.account_id, correlationId })
    const chosen = accounts.filter((account) => account.preselected).map((account) => account.id)
    return {
      displayName: session.person.displayName,
      expiresAt: session.expires_at.toISOString(),
      accounts,
      policy: chosen.length ? await this.policy(session, chosen) : { rules: [], version: 'none' },
    }
  }

  async policy(session: Session, accountIds: readonly string[]): Promise<PolicyView> {
    return this.passwords.effectivePolicy(await this.choose(session, accountIds), 'change')
  }

  async check(session: Session, password: SecretText, accountIds: readonly string[]): Promise<PasswordCheck> {
    return this.passwords.check(session.person_id, await this.choose(session, accountIds), 'change', password)
  }

  async suggest(session: Session, accountIds: readonly string[], kind: 'passphrase' | 'random', language: string): Promise<Suggestion> {
    return this.passwords.suggest(session.person_id, await this.choose(session, accountIds), kind, language)
  }

  /**
   * The new password is judged first: a rule it breaks must not cost one of the few tries of the current password. Then
   * the current password is proved on every chosen account, below each directory's own lockout threshold.
   */
  async change(
    session: Session, passwords: { current: SecretText; next: SecretText }, accountIds: readonly string[], correlationId: string,
  ): Promise<RequestView> {
    const accounts = await this.choose(session, accountIds)
    await this.judge.assertMeetsPolicy(session.person_id, accounts, 'change', passwords.next, correlationId)
    const requestId = newId()
    const proofs = await this.known.prove(session.person, accounts, passwords.current, requestId, correlationId)
    await this.database.transaction((tx) =>
      this.open.open(tx, {
        requestId,
        kind: 'change',
        personId: session.person_id,
        language: session.person.language,
        accounts,
        newPassword: passwords.next,
        currentPassword: passwords.current,
        proofs,
        correlationId,
      }),
    )
    return this.requests.view(requestId)
  }

  private choose(session: Session, accountIds: readonly string[]): Promise<Account[]> {
    return this.own.choose(this.database, session.person_id, 'change', accountIds)
  }
}
