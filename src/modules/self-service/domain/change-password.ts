import { Injectable } from '@nestjs/common'
import type { RequestView } from '../../../contract/self-service.contract.js'
import { newId } from '../../../kernel/ids.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Database } from '../../../platform/database/database.js'
import { KnownPasswords } from './known-passwords.js'
import { OpenRequest } from './open-request.js'
import { OwnAccounts } from './own-accounts.js'
import { PolicyRefusals } from './policy-refusals.js'
import { ServiceRequests } from './service-requests.js'
import { Sessions, type Session } from './sessions.js'

/** `token`: the session's new cookie. */
type Changed = { readonly request: RequestView; readonly token: string }

/** Changing a password that is known, also when it has expired or must be changed: then the bind is refused, the change is not. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly database: Database,
    private readonly own: OwnAccounts,
    private readonly judge: PolicyRefusals,
    private readonly known: KnownPasswords,
    private readonly open: OpenRequest,
    private readonly requests: ServiceRequests,
    private readonly sessions: Sessions,
  ) {}

  /**
   * The new password is judged first: a rule it breaks must not cost one of the few tries of the current password. Then
   * the current password is proved on every chosen account, below each directory's own lockout threshold.
   */
  async change(
    session: Session, passwords: { current: SecretText; next: SecretText }, accountIds: readonly string[], correlationId: string,
  ): Promise<Changed> {
    const accounts = await this.own.choose(this.database, session.person_id, 'change', accountIds)
    await this.judge.assertMeetsPolicy(session.person_id, accounts, 'change', passwords.next, correlationId)
    const requestId = newId()
    const proofs = await this.known.prove(session.person, accounts, passwords.current, requestId, correlationId)
    const token = await this.database.transaction(async (tx) => {
      await this.open.open(tx, {
        requestId,
        kind: 'change',
        personId: session.person_id,
        language: session.person.language,
        accounts,
        newPassword: passwords.next,
        currentPassword: passwords.current,
        proofs,
        sessionId: session.id,
        correlationId,
      })
      return this.sessions.renew(tx, session)
    })
    return { request: await this.requests.view(requestId), token }
  }
}
