import { z } from 'zod'
import { ERROR_CODES } from './error-codes.js'
import { Language } from './self-service.contract.js'

/** Reading directories in: how it is done, when, and what came of it. One schema for the file, the API and the server. */
const Time = z.iso.datetime()

/** Fields of a person or contact that several sources may know. */
export const CONTACT_FIELDS = ['mail', 'secondaryMail', 'mobile'] as const
export type ContactField = (typeof CONTACT_FIELDS)[number]
export const SOURCED_FIELDS = ['displayName', 'givenName', 'familyName', 'department', ...CONTACT_FIELDS] as const
export type SourcedField = (typeof SOURCED_FIELDS)[number]

/** Two people may have one name: joining by it would give one the other's passwords (decisions.md 29). */
const NAMES_OF_PEOPLE = /^(cn|commonName|displayName|name|gecos|givenName|sn|surname|description|title)$/i
const attribute = z.string().regex(/^[a-z][a-z0-9-]{0,60}$/i, 'not an attribute name')
const joining = attribute.refine((name) => !NAMES_OF_PEOPLE.test(name), 'a name joins nobody: two people may have the same')

/** How one directory is read in. */
export const DirectoryImport = z.object({
  correlation: z.array(z.object({ account: joining, person: joining }).strict()).max(10).default([])
    .describe('In this order: the account’s attribute equals the person’s key of this name. The first that finds anybody decides'),
  createsPeople: z.boolean().default(true)
    .describe('An account that belongs to nobody known is a new person; otherwise it is shown as unmatched'),
  severalAccounts: z.boolean().default(false)
    .describe('One person may have several accounts here; otherwise a second one that claims the same person is shown as unmatched'),
  fields: z.object(Object.fromEntries(['givenName', 'familyName', 'mail', 'secondaryMail', 'mobile', 'manager', 'department']
    .map((name) => [name, attribute.nullable().optional()]))).strict().prefault({})
    .describe('Attributes that carry what, where they differ from the usual ones of the kind; null: none'),
  mailboxesBehind: z.union([z.literal('all'), z.array(z.string().toLowerCase()).max(200)]).default('all')
    .describe('Mailboxes opened with a password of this directory, so that they prove nothing about who forgot it: their domains, or all'),
  personWrites: z.array(z.enum(CONTACT_FIELDS)).nullable().default(null)
    .describe('What people can write about themselves in the directory; null: as the kind has it out of the box'),
  language: Language.default('en').describe('Of new people'),
}).strict()
export type DirectoryImport = z.infer<typeof DirectoryImport>

export const ImportWarning = z.object({
  field: z.string().describe('Where it stands in the settings'),
  attribute: z.string(),
  reason: z.enum(['self-writable', 'self-writable-here', 'person-writes'])
    .describe('self-writable: well known to be; self-writable-here: by the access list of this directory; person-writes: by these settings'),
  detail: z.string(),
})
export type ImportWarning = z.infer<typeof ImportWarning>

export const ImportSettingsView = z.object({
  settings: DirectoryImport,
  configured: z.boolean().describe('False: nobody has set anything, and these are the defaults'),
  warnings: z.array(ImportWarning),
})
export type ImportSettingsView = z.infer<typeof ImportSettingsView>

// -- whose word counts ---------------------------------------------------------------------------------------------
const Sources = z.array(z.union([z.literal('csv'), z.uuid()])).max(50)
/** Ids of directories, and csv, first to last. What is not named comes after them, by the position of the directories. */
export const ImportPrecedence = z.object(Object.fromEntries(SOURCED_FIELDS.map((field) => [field, Sources.optional()])) as
  Record<SourcedField, z.ZodOptional<typeof Sources>>).strict()
export type ImportPrecedence = z.infer<typeof ImportPrecedence>

// -- when ----------------------------------------------------------------------------------------------------------
export const ImportScheduleEntry = z.object({
  cron: z.string().max(100).describe('Five fields with numbers, such as 30 2 * * *'),
  timeZone: z.string().max(60).default('UTC').describe('A name such as Europe/Helsinki'),
  enabled: z.boolean().default(true),
}).strict()
export type ImportScheduleEntry = z.infer<typeof ImportScheduleEntry>
export const ImportSchedulesView = z.object({
  full: ImportScheduleEntry.nullable().describe('Everything; null: by hand only'),
  incremental: ImportScheduleEntry.nullable().describe('Changes; null: by hand only'),
}).strict()
export type ImportSchedulesView = z.infer<typeof ImportSchedulesView>

// -- runs ----------------------------------------------------------------------------------------------------------
export const StartImport = z.object({
  kind: z.enum(['full', 'incremental']).default('incremental').describe('incremental: changes since the last run, everything the first time'),
  dryRun: z.boolean().default(false).describe('Reads and counts, writes nothing'),
  confirmGone: z.boolean().default(false).describe('Somebody has looked at the run that stopped, and it is true that so many are gone'),
}).strict()
export type StartImport = z.infer<typeof StartImport>

export const ImportRunView = z.object({
  id: z.uuid(),
  directoryId: z.uuid(),
  kind: z.enum(['full', 'incremental']),
  state: z.enum(['waiting', 'running', 'completed', 'needs-confirmation', 'failed', 'interrupted', 'refused'])
    .describe('waiting: for a worker process; interrupted: its process died; refused: never begun, errorCode says why'),
  dryRun: z.boolean(),
  startedBy: z.string(),
  requestedAt: Time.nullable(),
  startedAt: Time.nullable(),
  progressAt: Time.nullable().describe('When its last page was on record'),
  finishedAt: Time.nullable(),
  read: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  unmatched: z.number().int(),
  kept: z.number().int().describe('Accounts that stay with their person although their joining values changed'),
  gone: z.number().int().describe('Marked as gone; while it needs confirmation or with Remove switched off: that would have been'),
  known: z.number().int().describe('Accounts on record when it began'),
  share: z.number().nullable().describe('Of a full read, 0 to 1, measured by what was known; null where nobody can know'),
  switchedOff: z.array(z.enum(['add', 'remove'])).describe('Event tasks that were switched off: what they are about was not taken over'),
  errorCode: z.enum([...ERROR_CODES, 'STOPPED']).nullable(),
  diagnostic: z.string().nullable(),
})
export type ImportRunView = z.infer<typeof ImportRunView>
export const ImportRunList = z.object({ imports: z.array(ImportRunView) })
export type ImportRunList = z.infer<typeof ImportRunList>

export const UnmatchedAccountView = z.object({
  nativeId: z.string(),
  login: z.string(),
  dn: z.string().nullable(),
  why: z.enum(['nobody', 'several', 'taken', 'switched-off']),
  others: z.array(z.string()).describe('Login names of accounts, wherever, that have the values it claims; a few'),
})
export const UnmatchedList = z.object({ unmatched: z.array(UnmatchedAccountView) })
export type UnmatchedList = z.infer<typeof UnmatchedList>
/** How many of the newest. */
export const HowMany = z.object({ limit: z.coerce.number().int().min(1).max(200).default(20) })
