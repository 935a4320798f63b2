import { z } from 'zod'
import { parseLdapUrl } from '../../../integrations/ldap/index.js'
import { SecretText } from '../../../kernel/secret-text.js'
import { isSid } from './security-id.js'

const distinguishedName = z.string().min(3).max(1_000).regex(/=/, 'a distinguished name, such as OU=People,DC=example,DC=com')
const server = z.string().max(300).refine((text) => {
  try {
    return Boolean(parseLdapUrl(text))
  } catch {
    return false
  }
}, 'of the form ldaps://dc1.example.com or ldap://dc1.example.com (then with StartTLS)')

/** Settings of one directory of kind `ad`: one domain. docs/connect-active-directory.md explains each. */
export const AdSettings = z.object({
  /** Its domain controllers, in the order in which they are asked. */
  servers: z.array(server).min(1).max(10),
  /** PEM of the authority that signed their certificates, or a file with it. Neither: those that are known everywhere. */
  ca: z.string().includes('-----BEGIN CERTIFICATE-----').max(100_000).nullable().default(null),
  caFile: z.string().min(1).nullable().default(null),
  /** The name in the certificates, when it is not the host of the URL. */
  serverName: z.string().regex(/^[a-z0-9.-]{1,253}$/i).nullable().default(null),
  /** The service account: a distinguished name, name@domain or DOMAIN\name. */
  bindDn: z.string().min(1).max(1_000),
  bindPassword: z.string().min(1).max(512).transform((password) => new SecretText(password)),
  baseDn: distinguishedName,
  /** Where its people are, and where the service account was given its rights. */
  organizationalUnits: z.array(distinguishedName).min(1).max(50),
  /** Connections to each server; more make nothing faster, for writes are done one at a time there. */
  connections: z.number().int().min(2).max(4).default(3),
  /** Conversations at once: one more than connections, so that none of those is idle between two. */
  parallel: z.number().int().min(2).max(8).default(4),
  /** Members of these are protected too, nested ones included. Distinguished names or SIDs of groups. */
  protectedGroups: z.array(distinguishedName.or(z.string().refine(isSid, 'a SID'))).max(50).default([]),
  /** The domain has password filters (lists of banned words): a refusal without another cause may be theirs. */
  passwordFilters: z.boolean().default(false),
  /** Ask servers that can to hold resets to history and minimum age. */
  historyOnReset: z.boolean().default(true),
  selfTest: z.object({
    /** Login of an account that nobody uses, in one of the units; the self-test changes its password. */
    account: z.string().min(1).max(256).nullable().default(null),
  }).strict().prefault({}),
}).strict().refine(({ ca, caFile }) => ca === null || caFile === null, { path: ['caFile'], message: 'give the authority once' })
export type AdSettings = z.infer<typeof AdSettings>
