import { anyOf, equal, type LdapConnectionOperations } from '../../../integrations/ldap/index.js'
import { comparable, isBelow } from './distinguished-name.js'
import type { OpenldapAccount } from './openldap-account.js'
import type { OpenldapSettings } from './openldap-settings.js'

const MEMBERS = ['member', 'uniqueMember', 'memberUid'] as const
/** More groups than this above one account, or below the protected ones: not looked through, and taken for protected. */
const MOST_GROUPS = 500
const READABLE_MS = 60_000

/**
 * Who is nobody's to reset: our own service account, and whoever is in a protected group, directly or through others.
 * Asked live at each look. What cannot be seen counts as protected, because a hidden member list looks like an empty one.
 */
export class ProtectedMembers {
  readonly #protected: ReadonlySet<string>
  #readableUntil = 0

  constructor(private readonly settings: Pick<OpenldapSettings, 'bindDn' | 'groupsDn' | 'protectedGroups'>) {
    this.#protected = new Set(settings.protectedGroups.map(comparable))
  }

  /** Why, in an administrator's words; null: an ordinary account. */
  async reasonFor(account: OpenldapAccount, lease: LdapConnectionOperations, deadline: Date): Promise<string | null> {
    if (comparable(account.dn) === comparable(this.settings.bindDn)) return 'the account this product signs in with'
    const { groupsDn } = this.settings
    if (this.#protected.size === 0 || groupsDn === null) return null
    const named = account.memberOf.find((group) => this.#protected.has(comparable(group)))
    if (named !== undefined) return `member of ${named}`
    const hidden = await this.#whatIsHidden(lease, groupsDn, deadline)
    return hidden ?? this.#upwards(account, lease, groupsDn, deadline)
  }

  async #upwards(account: OpenldapAccount, lease: LdapConnectionOperations, groupsDn: string, deadline: Date): Promise<string | null> {
    const seen = new Set<string>()
    let below: readonly string[] = [account.dn, ...account.memberOf]
    while (below.length > 0) {
      const byName = below.flatMap((dn) => [equal('member', dn), equal('uniqueMember', dn)])
      const filter = anyOf(...byName, ...(seen.size === 0 ? [equal('memberUid', account.login)] : []))
      const groups = await lease.search({ base: groupsDn, scope: 'sub', filter, attributes: ['1.1'], sizeLimit: MOST_GROUPS }, deadline)
      const found = groups.find(({ dn }) => this.#protected.has(comparable(dn)))
      if (found) return `member of ${found.dn}`
      below = groups.map(({ dn }) => dn).filter((dn) => !seen.has(comparable(dn)))
      for (const dn of below) seen.add(comparable(dn))
      if (seen.size >= MOST_GROUPS) return `in ${MOST_GROUPS} groups or more: not looked through`
    }
    return null
  }

  /** Each protected group and the groups in it show their members to us; remembered for a minute once they do. */
  async #whatIsHidden(lease: LdapConnectionOperations, groupsDn: string, deadline: Date): Promise<string | null> {
    if (Date.now() < this.#readableUntil) return null
    const seen = new Set<string>()
    const open = [...this.settings.protectedGroups]
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      if (seen.has(comparable(group))) continue
      seen.add(comparable(group))
      if (seen.size > MOST_GROUPS) return `${MOST_GROUPS} protected groups or more: not looked through`
      const members = await this.#membersOf(group, lease, deadline)
      if (members === null) return `cannot be told: the members of ${group} cannot be read`
      open.push(...members.filter((dn) => isBelow(dn, groupsDn)))
    }
    this.#readableUntil = Date.now() + READABLE_MS
    return null
  }

  async #membersOf(group: string, lease: LdapConnectionOperations, deadline: Date): Promise<string[] | null> {
    const found = await lease.search({ base: group, scope: 'base', attributes: MEMBERS }, deadline).catch((error: unknown) => {
      if ((error as { code?: unknown }).code === 32) return [] // also what slapd says of what it does not disclose
      throw error
    })
    const entry = found[0]
    return entry && MEMBERS.some((name) => entry.has(name)) ? [...entry.texts('member'), ...entry.texts('uniqueMember')] : null
  }
}
