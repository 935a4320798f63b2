import { all, anyOf, contains, equal, parseFilter, present, type LdapConnectionOperations, type LdapFilter } from '../../../integrations/ldap/index.js'
import { ConnectorError, type AccountRef, type AccountState, type CallContext } from '../domain/connector.js'
import { ACCOUNT_ATTRIBUTES, accountOf, stateOf, type OpenldapAccount } from './openldap-account.js'
import { passwordMarker } from '../domain/password-marker.js'
import { errorOfOperation, NO_SUCH_OBJECT } from './openldap-answers.js'
import { POLICY_ATTRIBUTES, policyOf, type Policy } from './openldap-policy.js'
import type { OpenldapSettings } from './openldap-settings.js'
import { ProtectedMembers } from './protected-members.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const POLICY_MS = 60_000
/** Policies of one directory that are looked at for the strictest. */
const MOST_POLICIES = 200

/** What the tree shows: people by their entryUUID, their policies, and who of them is protected. Reads only. */
export class OpenldapTree {
  readonly #people: LdapFilter
  readonly #attributes: readonly string[]
  readonly #protected: ProtectedMembers
  readonly #policies = new Map<string, { readonly policy: Policy | null; readonly until: number }>()

  constructor(private readonly settings: OpenldapSettings) {
    this.#people = parseFilter(settings.personFilter)
    this.#attributes = [...ACCOUNT_ATTRIBUTES, settings.loginAttribute, ...settings.nameAttributes]
    this.#protected = new ProtectedMembers(settings)
  }

  /** Wherever below the base it lies now; null when it is not there. */
  async find({ nativeId }: AccountRef, lease: LdapConnectionOperations, { deadline }: CallContext): Promise<OpenldapAccount | null> {
    if (!UUID.test(nativeId)) return null
    const [account] = await this.#read(lease, equal('entryUUID', nativeId), 1, deadline)
    if (!account) await this.#assertVisible(lease, deadline)
    return account ?? null
  }
  async get(ref: AccountRef, lease: LdapConnectionOperations, context: CallContext): Promise<OpenldapAccount> {
    const account = await this.find(ref, lease, context)
    if (!account) throw new ConnectorError('no-such-account', `no entry with this entryUUID below ${this.settings.peopleDn}`)
    return account
  }
  /** Those with exactly this login: more than one is a fault of the tree that is for people to settle. */
  byLogin(login: string, lease: LdapConnectionOperations, { deadline }: CallContext): Promise<OpenldapAccount[]> {
    return this.#read(lease, equal(this.settings.loginAttribute, login), 2, deadline)
  }
  async search(text: string, limit: number, lease: LdapConnectionOperations, context: CallContext): Promise<AccountState[]> {
    const { loginAttribute, nameAttributes } = this.settings
    const names = [loginAttribute, ...nameAttributes]
    const filter = anyOf(...names.map((name) => (text === '' ? present(name) : contains(name, text))))
    const accounts = await this.#read(lease, filter, limit, context.deadline)
    return Promise.all(accounts.map((account) => this.stateOf(account, lease, context)))
  }

  async stateOf(account: OpenldapAccount, lease: LdapConnectionOperations, context: CallContext): Promise<AccountState> {
    const policy = await this.policyOf(account, lease, context)
    const state = stateOf(account, policy, await this.protectionOf(account, lease, context), new Date())
    return { ...state, passwordMarker: passwordMarker(account.marker, this.settings.servers.length > 1 ? lease.server : null) }
  }
  async protectionOf(account: OpenldapAccount, lease: LdapConnectionOperations, { deadline }: CallContext): Promise<string | null> {
    return this.#asked(() => this.#protected.reasonFor(account, lease, deadline))
  }

  /** The one in force for this account, or the default; null when it is not named or cannot be read. */
  async policyOf(account: OpenldapAccount | null, lease: LdapConnectionOperations, { deadline }: CallContext): Promise<Policy | null> {
    const dn = account?.policyDn ?? this.settings.defaultPolicyDn
    if (dn === null) return null
    const kept = this.#policies.get(dn)
    if (kept && Date.now() < kept.until) return kept.policy
    const [entry] = await this.#search(lease, { base: dn, scope: 'base', attributes: POLICY_ATTRIBUTES }, deadline)
    const policy = entry ? policyOf(entry) : null
    this.#policies.set(dn, { policy, until: Date.now() + POLICY_MS })
    return policy
  }
  /** All we know of: below policiesDn, or at least the default. Null when none can be read. */
  async policies(lease: LdapConnectionOperations, context: CallContext): Promise<Policy[] | null> {
    const { policiesDn } = this.settings
    const below = policiesDn === null ? [] : await this.#search(lease, {
      base: policiesDn, scope: 'sub', filter: equal('objectClass', 'pwdPolicy'), attributes: POLICY_ATTRIBUTES, sizeLimit: MOST_POLICIES,
    }, context.deadline)
    const found = below.map(policyOf)
    const preset = await this.policyOf(null, lease, context)
    if (preset && !found.some(({ dn }) => dn === preset.dn)) found.push(preset)
    return found.length > 0 ? found : null
  }

  async #read(lease: LdapConnectionOperations, wanted: LdapFilter, limit: number, deadline: Date): Promise<OpenldapAccount[]> {
    const { peopleDn, loginAttribute, nameAttributes } = this.settings
    const entries = await this.#asked(() => lease.search({
      base: peopleDn, scope: 'sub', filter: all(wanted, this.#people), attributes: this.#attributes, sizeLimit: limit,
    }, deadline))
    return entries.map((entry) => accountOf(entry, loginAttribute, nameAttributes)).filter(({ uuid }) => uuid !== '')
  }

  /** Nothing found may also mean nothing shown: an account is gone only where the place it was in can be seen. */
  async #assertVisible(lease: LdapConnectionOperations, deadline: Date): Promise<void> {
    const { peopleDn } = this.settings
    const place = await this.#search(lease, { base: peopleDn, scope: 'base', attributes: ['1.1'] }, deadline)
    if (place.length === 0) throw new ConnectorError('not-permitted', `${peopleDn} cannot be seen by the service account`)
  }

  /** An entry that is not there, or not disclosed, is no entry. */
  async #search(lease: LdapConnectionOperations, ...question: Parameters<LdapConnectionOperations['search']>) {
    return this.#asked(() => lease.search(...question).catch((error: unknown) => {
      if ((error as { code?: unknown }).code === NO_SUCH_OBJECT) return []
      throw error
    }))
  }
  async #asked<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question()
    } catch (error) {
      const failure = errorOfOperation(error, false)
      // the base itself is missing: a fault of the configuration or the rights, never of one account
      throw failure.reason === 'no-such-account' ? new ConnectorError('not-permitted', failure.diagnostic) : failure
    }
  }
}
