import { Injectable } from '@nestjs/common'
import type { AccountView } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { Queryable } from '../../../platform/database/database.js'
import { Directories, type AccountState, type Capability, type Directory } from '../../directories/index.js'
import { People, type Account } from '../../identity/index.js'
import type { PasswordFacts } from '../persistence/session.store.js'
import { SelfServiceSettings } from '../self-service-settings.js'

export type OwnOperation = 'reset' | 'change' | 'unlock'
type OwnAccount = { readonly account: Account; readonly directory: Directory }

/** A person's own accounts as self-service may show and touch them. Protected accounts are never among them. */
@Injectable()
export class OwnAccounts {
  constructor(
    private readonly people: People,
    private readonly directories: Directories,
    private readonly settings: SelfServiceSettings,
  ) {}

  /** For the page. `live` asks each directory, all at once and within the page's patience; what is silent stays as on record. */
  async views(
    on: Queryable, personId: string, operation: OwnOperation, options: { live: boolean; preselect: 'all' | string; correlationId: string },
  ): Promise<AccountView[]> {
    const own = await this.list(on, personId)
    const states = await Promise.all(
      own.map(({ account }) => (options.live ? this.look(account, options.correlationId) : Promise.resolve(null))),
    )
    return own.map((entry, index) => this.view(entry, operation, states[index] ?? null, options.preselect))
  }

  /**
   * For somebody signed in: with what is known of each password already, and for the others asked now. `facts` is all that is
   * known then; a directory that does not answer is asked again with the next page.
   */
  async signedInViews(
    on: Queryable, personId: string, options: { preselect: string; correlationId: string; known: Readonly<Record<string, PasswordFacts>> },
  ): Promise<{ accounts: AccountView[]; facts: Readonly<Record<string, PasswordFacts>> }> {
    const own = await this.list(on, personId)
    const told = await Promise.all(own.map(async ({ account }) => {
      const state = options.known[account.id] ? null : await this.look(account, options.correlationId)
      return [account.id, options.known[account.id] ?? (state && factsOf(state))] as const
    }))
    const facts = Object.fromEntries(told.flatMap(([id, fact]) => (fact ? [[id, fact] as const] : [])))
    const accounts = own.map((entry) => {
      const view = this.view(entry, 'change', null, options.preselect)
      const fact = facts[view.id]
      return fact ? { ...view, passwordExpiresAt: fact.expiresAt, passwordExpired: fact.expired, mustChange: fact.mustChange } : view
    })
    return { accounts, facts }
  }

  /** For the write: exactly these, each this person's own, open for the operation. Anything else is refused as a whole. */
  async choose(on: Queryable, personId: string, operation: OwnOperation, accountIds: readonly string[]): Promise<Account[]> {
    const own = await this.list(on, personId)
    return [...new Set(accountIds)].map((id) => {
      const entry = own.find(({ account }) => account.id === id)
      if (!entry) throw new DomainError('NO_ACCOUNT')
      const closed = this.closedBecause(entry, operation)
      if (closed) throw new DomainError(closed, { params: { directory: entry.directory.name } })
      return entry.account
    })
  }

  /** A directory this process has not heard of yet (configured elsewhere seconds ago) is left out, not an end of the page. */
  private async list(on: Queryable, personId: string): Promise<OwnAccount[]> {
    const accounts = await this.people.listAccounts(on, personId)
    const enabled = new Map(this.directories.list().filter((each) => each.enabled).map((directory) => [directory.id, directory]))
    return accounts.flatMap((account) => {
      const directory = enabled.get(account.directoryId)
      return directory && !account.privileged ? [{ account, directory }] : []
    })
  }

  private view({ account, directory }: OwnAccount, operation: OwnOperation, state: AccountState | null, preselect: 'all' | string): AccountView {
    const closed = this.closedBecause({ account, directory }, operation)
    return {
      id: account.id,
      directory: directory.name,
      description: directory.description,
      login: account.login,
      selectable: closed === null,
      preselected: closed === null && (preselect === 'all' || preselect === account.id),
      closed: closed ? { code: closed, params: { directory: directory.name } } : null,
      lock: state && {
        locked: state.locked,
        since: state.lockedAt?.toISOString() ?? null,
        wrongPasswords: state.wrongPasswords,
        unlocksAt: state.unlocksAt?.toISOString() ?? null,
      },
      passwordExpiresAt: state?.passwordExpiresAt?.toISOString() ?? null,
      passwordExpired: state?.passwordExpired ?? false,
      mustChange: state?.mustChange ?? false,
    }
  }

  private closedBecause({ account, directory }: OwnAccount, operation: Capability & OwnOperation): 'ACCOUNT_DISABLED' | 'OPERATION_NOT_SUPPORTED' | null {
    if (!account.enabled) return 'ACCOUNT_DISABLED'
    const operable = this.directories.capabilities(directory.id).has(operation)
      && this.directories.switchedOff(directory.id, operation, 'service-request') === null
    return operable ? null : 'OPERATION_NOT_SUPPORTED'
  }

  private async look(account: Account, correlationId: string): Promise<AccountState | null> {
    const context = { deadline: new Date(Date.now() + this.settings.liveStateMilliseconds), correlationId }
    try {
      return await this.directories.use(account.directoryId, context, (connection) => connection.lookup(account, context))
    } catch {
      // A directory that does not answer must not take the page with it; the write will say what is wrong with it.
      return null
    }
  }
}

const factsOf = ({ passwordExpiresAt, passwordExpired, mustChange }: AccountState): PasswordFacts =>
  ({ expiresAt: passwordExpiresAt?.toISOString() ?? null, expired: passwordExpired, mustChange })
