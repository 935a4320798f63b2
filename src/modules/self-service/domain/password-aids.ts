import { Injectable } from '@nestjs/common'
import type { PasswordCheck, PolicyView } from '../../../contract/password-policy.contract.js'
import type { Suggestion } from '../../../contract/self-service.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Database } from '../../../platform/database/database.js'
import { Passwords } from '../../passwords/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { Admission } from './admission.js'
import { FlowAccess, type FlowTicket, type VerifiedFlow } from './flow-access.js'
import { OwnAccounts } from './own-accounts.js'

/** What helps while a new password is chosen in a verified flow: the rules, the meter, a suggestion. */
@Injectable()
export class PasswordAids {
  constructor(
    private readonly database: Database,
    private readonly access: FlowAccess,
    private readonly flows: FlowStore,
    private readonly admission: Admission,
    private readonly own: OwnAccounts,
    private readonly passwords: Passwords,
  ) {}

  /** The rules of exactly the chosen accounts. */
  async policy(ticket: FlowTicket, accountIds: readonly string[]): Promise<PolicyView> {
    const flow = await this.forReset(ticket)
    return this.passwords.effectivePolicy(await this.own.choose(this.database, flow.person_id, 'reset', accountIds), 'reset')
  }

  async check(ticket: FlowTicket, password: SecretText, accountIds: readonly string[]): Promise<PasswordCheck> {
    const flow = await this.forReset(ticket)
    const accounts = await this.own.choose(this.database, flow.person_id, 'reset', accountIds)
    return this.passwords.check(flow.person_id, accounts, 'reset', password)
  }

  async suggest(ticket: FlowTicket, accountIds: readonly string[], kind: 'passphrase' | 'random', language: string): Promise<Suggestion> {
    const flow = await this.forReset(ticket)
    const accounts = await this.own.choose(this.database, flow.person_id, 'reset', accountIds)
    return this.passwords.suggest(flow.person_id, accounts, kind, language)
  }

  /** Typing keeps the flow awake; the meter has a budget. */
  private async forReset(ticket: FlowTicket): Promise<VerifiedFlow> {
    const flow = await this.access.readVerified(ticket)
    await this.admission.countCheck({ kind: 'flow', id: flow.id })
    await this.flows.touch(this.database, flow.id)
    return flow
  }
}
