import { hash } from 'node:crypto'
import type { FeedAccount, FeedPage } from '../../../directories/index.js'
import { normaliseIdentifier, normalisePhone } from '../../domain/normalise-identifier.js'
import { PERSON_WRITES, type ContactField, type DirectoryImport } from '../import-settings.js'

export type ContactRecord = {
  readonly field: ContactField
  readonly kind: 'mail' | 'phone'
  readonly value: string
  readonly canonical: string
  readonly behind: boolean
  readonly self: boolean
}
export type AccountKey = { readonly name: string; readonly value: string }

/** One account as it is kept: normalised, and with a hash that says whether anything has to be written. */
export type AccountRecord = {
  readonly nativeId: string
  readonly login: string
  readonly dn: string | null
  readonly displayName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  readonly department: string | null
  readonly manager: string | null
  readonly enabled: boolean
  readonly locked: boolean
  readonly mustChange: boolean
  readonly privileged: boolean
  readonly expiresAt: Date | null
  readonly passwordSetAt: Date | null
  readonly identifiers: readonly string[]
  readonly contacts: readonly ContactRecord[]
  /** One list for each rule of the correlation, in its order. */
  readonly keys: readonly (readonly AccountKey[])[]
  readonly hash: string
}

/** A page of a feed as it is kept: each entry once, as it came last. */
export type RecordPage = Pick<FeedPage, 'gone' | 'seen' | 'cursor' | 'complete'> & {
  readonly records: readonly AccountRecord[]
  /** Entries, with those that came twice. */
  readonly read: number
}

export type RecordRules = { readonly settings: DirectoryImport; readonly kind: string; readonly countryCode: string }

const MAIL = /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+\.[^\s@<>"(),:;\\[\]]+$/
const LONGEST_KEY = 256

export function recordsOf({ accounts, gone, seen, cursor, complete }: FeedPage, rules: RecordRules): RecordPage {
  const records = new Map(accounts.map((account) => [account.nativeId, recordOf(account, rules)]))
  return { records: [...records.values()], read: accounts.length, gone, seen, cursor, complete }
}

export function recordOf(account: FeedAccount, rules: RecordRules): AccountRecord {
  const { settings, countryCode } = rules
  const login = account.logins[0] ?? account.nativeId
  const record: Omit<AccountRecord, 'hash'> & { hash?: string } = {
    nativeId: account.nativeId,
    login,
    dn: account.dn,
    displayName: account.displayName,
    givenName: account.givenName,
    familyName: account.familyName,
    department: account.department,
    manager: account.manager,
    enabled: account.enabled,
    locked: account.locked,
    mustChange: account.mustChange,
    privileged: account.privileged,
    expiresAt: account.expiresAt,
    passwordSetAt: account.passwordSetAt,
    identifiers: [...new Set(account.logins.map((name) => normaliseIdentifier(name, countryCode)[0]!))],
    contacts: contactsOf(account, rules),
    keys: settings.correlation.map(({ account: name, person }) => keysOf(person, account.correlation[name] ?? [])),
  }
  record.hash = hash('sha256', JSON.stringify(record), 'base64url').slice(0, 22) // of all the rest
  return record as AccountRecord
}

/** The same number or code, however it was typed into the two systems. */
export const normaliseKey = (value: string): string => value.normalize('NFKC').trim().toLowerCase().slice(0, LONGEST_KEY).replace(/[\ud800-\udbff]$/, '')

function keysOf(name: string, values: readonly string[]): AccountKey[] {
  return [...new Set(values.map(normaliseKey))].filter(Boolean).map((value) => ({ name: name.toLowerCase(), value }))
}

function contactsOf({ mail, secondaryMail, mobile }: FeedAccount, { settings, kind, countryCode }: RecordRules): ContactRecord[] {
  const writes = settings.personWrites ?? PERSON_WRITES[kind] ?? []
  const of = (field: ContactField, values: readonly string[]): ContactRecord[] => values.flatMap((value) => {
    const contact = field === 'mobile' ? phoneOf(value, countryCode) : mailOf(value)
    return contact ? [{ field, ...contact, behind: isBehind(field, contact.canonical, settings), self: writes.includes(field) }] : []
  })
  const found = [...of('mail', mail), ...of('secondaryMail', secondaryMail), ...of('mobile', mobile)]
  return found.filter((contact, index) => found.findIndex(({ canonical }) => canonical === contact.canonical) === index)
}

/** What cannot be sent to is no contact. */
export function mailOf(text: string): { kind: 'mail'; value: string; canonical: string } | null {
  const value = text.trim()
  return MAIL.test(value) ? { kind: 'mail', value, canonical: value.normalize('NFKC').toLowerCase() } : null
}
export function phoneOf(text: string, countryCode: string): { kind: 'phone'; value: string; canonical: string } | null {
  const number = normalisePhone(text.normalize('NFKC').trim(), countryCode)
  return number ? { kind: 'phone', value: number, canonical: number } : null
}

function isBehind(field: ContactField, address: string, { mailboxesBehind }: DirectoryImport): boolean {
  if (field === 'mobile') return false
  if (mailboxesBehind === 'all') return field === 'mail'
  return mailboxesBehind.includes(address.slice(address.lastIndexOf('@') + 1))
}
