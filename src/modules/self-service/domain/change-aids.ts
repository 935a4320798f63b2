import { Injectable } from '@nestjs/common'
import type { PasswordCheck, PolicyView } from '../../../contract/password-policy.contract.js'
import type { SessionView, Suggestion } from '../../../contract/self-service.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Database } from '../../../platform/database/database.js'
import type { Account } from '../../identity/index.js'
import { Passwords } from '../../passwords/index.js'
import { OwnAccounts } from './own-accounts.js'
import { Sessions, type Session } from './sessions.js'

/** What a signed-in person sees and is helped with while they choose a new password: accounts, rules, meter, suggestion. */
@Injectable()
export class ChangeAids {
  constructor(
    private readonly database: Database,
    private readonly own: OwnAccounts,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
  ) {}

  /** The directories are asked once, at sign-in; later pages say the same until a password was written. */
  async page(session: Session, correlationId: string): Promise<SessionView> {
    const { accounts, facts } = await this.own.signedInViews(this.database, session.person_id, {
      preselect: session.account_id, correlationId, known: session.password_facts,
    })
    await this.sessions.rememberPasswords(session, facts)
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

  private choose(session: Session, accountIds: readonly string[]): Promise<Account[]> {
    return this.own.choose(this.database, session.person_id, 'change', accountIds)
  }
}
