import { anyOf, equal, type LdapEntry, type LdapLease } from '../../../integrations/ldap/index.js'
import { isPersonal } from './account-control.js'
import { readEntry } from './ad-domain.js'
import type { AdSettings } from './ad-settings.js'
import { guidText } from './object-guid.js'
import { protectedGroupOf, protectedPersonOf } from './protected-groups.js'
import { isSid, ridOf, sidText } from './security-id.js'

/** Well-known groups have numbers below this. */
const HIGHEST_WELL_KNOWN = 1_000
const PAGE = 500
/** Groups asked about in one question. */
const GROUPS = 50

/**
 * Everybody in a protected group, nested ones included, asked once for a whole read: tokenGroups is only shown of the entry
 * that is asked for itself. Only for the cached flag: protectedBecause() decides at a write.
 */
export class AdProtectedSet {
  readonly #members = new Set<string>()
  readonly #groupRids = new Set<number>()

  static async read(settings: AdSettings, lease: LdapLease, deadlineOfStep: () => Date): Promise<AdProtectedSet> {
    const found = new AdProtectedSet()
    const { baseDn, protectedGroups } = settings
    const head = await readEntry(lease, baseDn, ['objectSid'], deadlineOfStep())
    const domain = head?.bytes('objectSid')
    const sids = domain ? wellKnown(sidText(domain)) : []
    const named = protectedGroups.filter((group) => !isSid(group))
    const groups = await pagesOf(lease, baseDn, anyOf(...[...sids, ...protectedGroups.filter(isSid)].map((sid) => equal('objectSid', sid))), ['objectSid', 'groupType'], deadlineOfStep)
    const seen = new Set([...groups.map(({ dn }) => dn), ...named].map((dn) => dn.toLowerCase()))
    found.#note(groups)
    // level by level: the server's own walk through nested groups (1.2.840.113556.1.4.1941) takes Samba a hundred times as long
    for (let level = [...seen]; level.length > 0;) {
      const of = anyOf(...level.splice(0, GROUPS).map((dn) => equal('memberOf', dn)))
      const members = await pagesOf(lease, baseDn, of, ['objectGUID', 'objectSid', 'groupType'], deadlineOfStep)
      found.#note(members)
      const groupsInside = members.filter((entry) => entry.has('groupType')).map(({ dn }) => dn.toLowerCase()).filter((dn) => !seen.has(dn))
      for (const dn of groupsInside) seen.add(dn)
      level.push(...groupsInside)
    }
    for (const dn of named) {
      const sid = (await readEntry(lease, dn, ['objectSid'], deadlineOfStep()))?.bytes('objectSid')
      if (sid) found.#groupRids.add(ridOf(sidText(sid)))
    }
    return found
  }

  has(entry: LdapEntry): boolean {
    const [guid, sid] = [entry.bytes('objectGUID'), entry.bytes('objectSid')]
    if (!guid || !sid) return true
    return this.#members.has(guidText(guid)) || this.#groupRids.has(Number(entry.text('primaryGroupID') ?? 0))
      || Number(entry.text('adminCount') ?? 0) > 0 || protectedPersonOf(sidText(sid)) !== null
      || !isPersonal(Number(entry.text('userAccountControl') ?? 0))
  }
  #note(entries: readonly LdapEntry[]): void {
    for (const entry of entries) {
      const [guid, sid] = [entry.bytes('objectGUID'), entry.bytes('objectSid')]
      if (guid && !entry.has('groupType')) this.#members.add(guidText(guid))
      else if (sid) this.#groupRids.add(ridOf(sidText(sid)))
    }
  }
  /** objectGUIDs of the members, for a look at them whatever they themselves did. */
  get members(): readonly string[] {
    return [...this.#members]
  }
}

function wellKnown(domain: string): string[] {
  const numbers = Array.from({ length: HIGHEST_WELL_KNOWN }, (_, rid) => rid)
  return numbers.flatMap((rid) => [`${domain}-${rid}`, `S-1-5-32-${rid}`]).filter((sid) => protectedGroupOf(sid) !== null)
}

async function pagesOf(
  lease: LdapLease, base: string, filter: ReturnType<typeof anyOf>, attributes: readonly string[], deadlineOfStep: () => Date,
): Promise<LdapEntry[]> {
  const found: LdapEntry[] = []
  for await (const page of lease.pages({ base, scope: 'sub', filter, attributes }, PAGE, deadlineOfStep)) found.push(...page)
  return found
}
