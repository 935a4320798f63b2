import { all, anyOf, equal, not, present, SecurityDescriptorControl, type LdapEntry, type LdapLease } from '../../../integrations/ldap/index.js'
import { accessListOf, mayWriteProperty } from './access-list.js'
import { guidBase, guidText } from './object-guid.js'

/** SELF, Authenticated Users, Everyone: what they may write on an account its owner may. */
const OWNERS: ReadonlySet<string> = new Set(['S-1-5-10', 'S-1-5-11', 'S-1-1-0'])
/** Administrators have an access list of their own, from which everything inherited was taken away. */
const ORDINARY = all(equal('sAMAccountType', '805306368'), not(present('adminCount')))
const MOST = 20

/**
 * Which of these attributes people may write on their own account, by the access list of one account in each unit: their own
 * identifiers, and those of the property sets they are in. Two questions and one a unit. By name in lower case.
 */
export async function selfWritable(
  lease: LdapLease, units: readonly string[], attributes: readonly string[], deadline: Date,
): Promise<Map<string, boolean>> {
  const schema = (await lease.rootDse(['schemaNamingContext'], deadline)).text('schemaNamingContext')
  if (schema === null || attributes.length === 0) return new Map()
  const named = anyOf(...attributes.slice(0, MOST).map((name) => equal('lDAPDisplayName', name)))
  const described = await lease.search({
    base: schema, scope: 'one', filter: all(equal('objectClass', 'attributeSchema'), named),
    attributes: ['lDAPDisplayName', 'schemaIDGUID', 'attributeSecurityGUID'],
  }, deadline)
  const lists = (await Promise.all(units.map((unit) => listOfSomebody(lease, unit, deadline)))).filter((list) => list !== null)
  // without an account to look at nobody knows
  return new Map(lists.length === 0 ? [] : described.flatMap((attribute) => {
    const name = attribute.text('lDAPDisplayName')
    const [property, set] = [guidOf(attribute, 'schemaIDGUID'), guidOf(attribute, 'attributeSecurityGUID')]
    if (name === null || property === null) return []
    return [[name.toLowerCase(), lists.some((list) => mayWriteProperty(list.entries, OWNERS, property, set))] as const]
  }))
}

/** Null: nobody is there, or the list is hidden. */
async function listOfSomebody(
  lease: LdapLease, base: string, deadline: Date,
): Promise<{ entries: ReturnType<typeof accessListOf> } | null> {
  for await (const page of lease.pages({ base, scope: 'sub', filter: ORDINARY, attributes: ['objectGUID'] }, 1, () => deadline)) {
    const guid = page[0] && guidOf(page[0], 'objectGUID')
    if (!guid) return null
    const [shown] = await lease.search({
      base: guidBase(guid), scope: 'base', attributes: ['nTSecurityDescriptor'], controls: [new SecurityDescriptorControl()],
    }, deadline)
    const descriptor = shown?.bytes('nTSecurityDescriptor')
    return descriptor ? { entries: accessListOf(descriptor) } : null
  }
  return null
}

function guidOf(entry: LdapEntry, attribute: string): string | null {
  const stored = entry.bytes(attribute)
  return stored?.length === 16 ? guidText(stored) : null
}
