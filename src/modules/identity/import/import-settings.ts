import { Injectable } from '@nestjs/common'
import { z } from 'zod'
import { Language } from '../../../contract/self-service.contract.js'

/** Fields of a person or contact that several sources may know. */
export const CONTACT_FIELDS = ['mail', 'secondaryMail', 'mobile'] as const
export type ContactField = (typeof CONTACT_FIELDS)[number]
export const SOURCED_FIELDS = ['displayName', 'givenName', 'familyName', 'department', ...CONTACT_FIELDS] as const

/** Two people may have one name: joining by it would give one the other's passwords (decisions.md 29). */
const NAMES_OF_PEOPLE = /^(cn|commonName|displayName|name|gecos|givenName|sn|surname|description|title)$/i
const attribute = z.string().regex(/^[a-z][a-z0-9-]{0,60}$/i, 'not an attribute name')
const joining = attribute.refine((name) => !NAMES_OF_PEOPLE.test(name), 'a name joins nobody: two people may have the same')

/** How one directory is read in. */
export const DirectoryImport = z.object({
  /** In this order: the account's attribute equals the person's key of this name. The first that finds anybody decides. */
  correlation: z.array(z.object({ account: joining, person: joining }).strict()).max(10).default([]),
  /** An account that belongs to nobody known is a new person; otherwise it is shown as unmatched. */
  createsPeople: z.boolean().default(true),
  /** One person may have several accounts here. Otherwise a second one that claims the same person is shown as unmatched. */
  severalAccounts: z.boolean().default(false),
  /** Attributes that carry what, where they differ from the usual ones of the kind; null: none. */
  fields: z.object(Object.fromEntries(['givenName', 'familyName', 'mail', 'secondaryMail', 'mobile', 'manager', 'department']
    .map((name) => [name, attribute.nullable().optional()]))).strict().prefault({}),
  /** Mailboxes opened with a password of this directory, so that they prove nothing about who forgot it: their domains, or all. */
  mailboxesBehind: z.union([z.literal('all'), z.array(z.string().toLowerCase()).max(200)]).default('all'),
  /** What people can write about themselves in the directory. Null: as the kind has it out of the box. */
  personWrites: z.array(z.enum(CONTACT_FIELDS)).nullable().default(null),
  /** Of new people. */
  language: Language.default('en'),
}).strict()
export type DirectoryImport = z.infer<typeof DirectoryImport>

/** AD lets people write their own mobile number (property set Personal-Information). */
export const PERSON_WRITES: Readonly<Record<string, readonly ContactField[]>> = { ad: ['mobile'] }

@Injectable()
export class ImportTuning {
  /** Entries asked for and written at a time. AD gives no more than 1,000. */
  readonly pageSize: number = 1_000
  readonly pageMs: number = 30_000
  /** More than this share of the known accounts gone in one run: somebody has to say that it is true. Percent. */
  readonly goneLimitPercent: number = 5
  /** Accounts marked as gone in one transaction. */
  readonly goneBatch: number = 1_000
  /** How long a trail that cannot be kept is waited for, before each page, and how often it is looked at. */
  readonly trailPatienceMs: number = 30_000
  readonly trailLookMs: number = 250
}
