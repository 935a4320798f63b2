import type { LdapEntry } from '../../../integrations/ldap/index.js'
import { isPersonal } from './account-control.js'
import { protectedGroupOf, protectedPersonOf } from './protected-groups.js'
import { sidText } from './security-id.js'

/** What protection is decided by, beside the account itself. */
export type ProtectionFacts = {
  /** SIDs of the groups that the configuration names. */
  readonly tagged: ReadonlyMap<string, string>
  /** Names from the configuration that led to no group: whoever might be in them is not known. */
  readonly unresolved: readonly string[]
  /** Every SID of the service account itself, its own included. */
  readonly ownSids: ReadonlySet<string>
  /** As the settings name it. */
  readonly bindName: string
}

/**
 * Why nobody may touch this account through us, or null. Decided from what the server says now; what cannot be read
 * counts as protected. Memberships come as tokenGroups, which holds nested groups, built-in ones and the primary group.
 */
export function protectedBecause(entry: LdapEntry, { tagged, unresolved, ownSids, bindName }: ProtectionFacts): string | null {
  const ownSid = sidOf(entry)
  if (ownSid === null) return 'its security identifier cannot be read'
  if (!isPersonal(Number(entry.text('userAccountControl') ?? 0))) return 'it is no account of a person'
  const person = protectedPersonOf(ownSid)
  if (person) return `it is ${person}`
  if (entry.has('msDS-SecondaryKrbTgtNumber')) return 'it is the krbtgt of a read-only domain controller'
  if (ownSids.has(ownSid) || isNamedBy(bindName, entry)) return 'it is the account that Latchkey itself uses'
  if (Number(entry.text('adminCount') ?? 0) > 0) return 'it is marked as an administrator (adminCount)'
  const groups = groupsOf(entry, ownSid)
  if (groups === null) return 'its memberships cannot be read'
  for (const group of groups) {
    const name = protectedGroupOf(group) ?? tagged.get(group)
    if (name !== undefined && name !== null) return `member of ${name}`
  }
  return unresolved.length > 0 ? `the protected group "${unresolved[0]}" cannot be found` : null
}

/** Null when nothing is shown: every account is in its primary group at least. */
function groupsOf(entry: LdapEntry, ownSid: string): string[] | null {
  const token = entry.allBytes('tokenGroups')
  if (token.length === 0) return null
  const primary = entry.text('primaryGroupID')
  const domain = ownSid.slice(0, ownSid.lastIndexOf('-'))
  return [...token.map(sidText), ...(primary === null ? [] : [`${domain}-${primary}`])]
}

function sidOf(entry: LdapEntry): string | null {
  const stored = entry.bytes('objectSid')
  return stored ? sidText(stored) : null
}

/** The service account by any of the names it may be configured with; too many is better than too few. */
function isNamedBy(bindName: string, entry: LdapEntry): boolean {
  const wanted = bindName.toLowerCase()
  const login = entry.text('sAMAccountName')?.toLowerCase()
  const [, afterDomain] = wanted.split('\\')
  const [beforeAt] = wanted.includes('@') ? wanted.split('@') : []
  return wanted === entry.dn.toLowerCase() || wanted === entry.text('userPrincipalName')?.toLowerCase()
    || (login !== undefined && (login === afterDomain || login === beforeAt))
}
