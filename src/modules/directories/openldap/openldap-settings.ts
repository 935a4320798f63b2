import { z } from 'zod'
import { SecretText } from '../../../kernel/secret-text.js'
import { parseFilter, parseLdapUrl } from '../../../integrations/ldap/index.js'

const succeeds = (act: () => unknown): boolean => {
  try {
    act()
    return true
  } catch {
    return false
  }
}
const dn = z.string().min(3).max(1_000).regex(/^[a-z0-9.-]+ *=.+/i, 'not a distinguished name')
const attribute = z.string().regex(/^[a-z][a-z0-9-]{0,60}$/i, 'not an attribute name')
const url = z.string().refine((text) => succeeds(() => parseLdapUrl(text)), 'not of the form ldaps://host:port or ldap://host:port')

/** Settings of one directory of kind `openldap`: slapd with the ppolicy overlay. See docs/connect-openldap.md. */
export const OpenldapSettings = z.object({
  /** In the order of preference. `ldap:` is upgraded by StartTLS; there is no plain LDAP. */
  servers: z.array(url).min(1).max(8),
  /** PEM of the authority of the servers' certificates, or a file with it. Neither: the public authorities. */
  ca: z.string().includes('-----BEGIN CERTIFICATE-----').nullable().default(null),
  caFile: z.string().min(1).nullable().default(null),
  /** The name in the certificates where it is not the host of the address. */
  serverName: z.string().regex(/^[a-z0-9.-]{1,253}$/i).nullable().default(null),
  bindDn: dn,
  bindPassword: z.string().min(1).max(1_000).transform((password) => new SecretText(password)),
  /** Below it are the people, and only there has the service account rights. */
  peopleDn: dn,
  personFilter: z.string().refine((text) => succeeds(() => parseFilter(text)), 'not a search filter').default('(objectClass=inetOrgPerson)'),
  loginAttribute: attribute.default('uid'),
  nameAttributes: z.array(attribute).min(1).max(5).default(['displayName', 'cn']),
  /** ppolicy_default of the server, which it does not tell. Null: its rules are not known. */
  defaultPolicyDn: dn.nullable().default(null),
  /** Below it are all policies: the strictest lockout among them bounds what we try. */
  policiesDn: dn.nullable().default(null),
  groupsDn: dn.nullable().default(null),
  /** Whoever is in one of these, directly or through other groups, is nobody's to reset here. */
  protectedGroups: z.array(dn).max(50).default([]),
  /** Conversations at once. slapd takes writes of different entries side by side; what they wait for is its disk. */
  parallel: z.number().int().min(1).max(16).default(8),
  /** To each server. Fewer than `parallel` make conversations wait for one another. */
  connections: z.number().int().min(1).max(16).default(8),
  /** What the permission self-test may write on. */
  selfTest: z.object({
    /** Login of a person below peopleDn that nobody uses. */
    account: z.string().min(1).nullable().default(null),
    /** An entry of nobody's outside of what is delegated: writing its password must be refused. */
    outsideDn: dn.nullable().default(null),
    /** Login of somebody in a protected group: must be recognised. Nothing is written. */
    protectedAccount: z.string().min(1).nullable().default(null),
  }).strict().prefault({}),
}).strict()
  .refine(({ ca, caFile }) => ca === null || caFile === null, { path: ['caFile'], message: 'give the authority once' })
  .refine(({ protectedGroups, groupsDn }) => protectedGroups.length === 0 || groupsDn !== null, { path: ['groupsDn'], message: 'needed to see who is in a protected group' })
export type OpenldapSettings = z.infer<typeof OpenldapSettings>
