import type { LdapConnectionOperations } from '../../../integrations/ldap/index.js'
import { comparable } from './distinguished-name.js'
import type { OpenldapAccount } from './openldap-account.js'
import { NO_SUCH_OBJECT } from './openldap-answers.js'
import type { OpenldapSettings } from './openldap-settings.js'

/** Groups looked through below the protected ones. Beyond that the live look at each write still decides. */
const MOST_GROUPS = 2_000

/**
 * Everybody in a protected group, directly or through others, collected once for a whole read: asking upwards from each of
 * a hundred thousand people would take a question each. Only for the cached flag; ProtectedMembers decides at a write.
 */
export class OpenldapProtectedSet {
  readonly #names = new Set<string>()
  readonly #logins = new Set<string>()

  static async read(
    { bindDn, protectedGroups, groupsDn }: OpenldapSettings, lease: LdapConnectionOperations, deadlineOfStep: () => Date,
  ): Promise<OpenldapProtectedSet> {
    const found = new OpenldapProtectedSet()
    found.#names.add(comparable(bindDn))
    const open = groupsDn === null ? [] : [...protectedGroups]
    for (let group = open.pop(), looked = 0; group !== undefined && looked < MOST_GROUPS; group = open.pop(), looked += 1) {
      const [entry] = await lease.search({ base: group, scope: 'base', attributes: ['member', 'uniqueMember', 'memberUid'] }, deadlineOfStep())
        .catch((error: unknown) => {
          if ((error as { code?: unknown }).code === NO_SUCH_OBJECT) return [] // a person, or what may not be seen
          throw error
        })
      found.#names.add(comparable(group))
      for (const uid of entry?.texts('memberUid') ?? []) found.#logins.add(uid.toLowerCase())
      for (const dn of [...entry?.texts('member') ?? [], ...entry?.texts('uniqueMember') ?? []]) {
        if (found.#names.has(comparable(dn))) continue
        found.#names.add(comparable(dn))
        if (comparable(dn).endsWith(comparable(groupsDn!))) open.push(dn)
      }
    }
    return found
  }

  has({ dn, login, memberOf }: OpenldapAccount): boolean {
    return this.#names.has(comparable(dn)) || this.#logins.has(login.toLowerCase()) || memberOf.some((group) => this.#names.has(comparable(group)))
  }
  /** Who they are, for a look at them whatever they themselves did. */
  get dns(): readonly string[] {
    return [...this.#names]
  }
}
