import type { LdapEntry } from '../../../integrations/ldap/index.js'
import type { FeedAccount, FeedFields, FeedRequest } from '../domain/account-feed.js'
import { comparableValue, plainText, plainTexts } from '../ldap/paged-read.js'
import { isEnabled, isLockedNow } from './account-control.js'
import type { AdProtectedSet } from './ad-protected-set.js'
import { fileTimeToDate } from './filetime.js'
import { guidText } from './object-guid.js'

const FIELDS: FeedFields = {
  givenName: 'givenName', familyName: 'sn', mail: 'mail', secondaryMail: 'otherMailbox', mobile: 'mobile', manager: 'manager', department: 'department',
}
const ALWAYS = [
  'objectGUID', 'objectSid', 'sAMAccountName', 'userPrincipalName', 'displayName', 'cn', 'userAccountControl', 'msDS-User-Account-Control-Computed',
  'accountExpires', 'lockoutTime', 'pwdLastSet', 'adminCount', 'primaryGroupID',
]

const fieldsOf = ({ fields }: FeedRequest): FeedFields => ({ ...FIELDS, ...fields })

export const feedAttributes = (request: FeedRequest): string[] =>
  [...new Set([...ALWAYS, ...Object.values(fieldsOf(request)).filter((name) => name !== null), ...request.correlation])]

/** Null: the entry is no account that can be named. */
export function feedAccountOf(entry: LdapEntry, request: FeedRequest, guarded: AdProtectedSet): FeedAccount | null {
  const fields = fieldsOf(request)
  const guid = entry.bytes('objectGUID')
  const login = plainText(entry.text('sAMAccountName'))
  if (guid?.length !== 16 || login === null) return null
  const one = (name: string | null): string | null => (name === null ? null : plainText(entry.text(name)))
  const all = (name: string | null): string[] => (name === null ? [] : plainTexts(entry.texts(name)))
  const control = Number(entry.text('userAccountControl') ?? 0)
  const computed = Number(entry.text('msDS-User-Account-Control-Computed') ?? control)
  return {
    nativeId: guidText(guid),
    logins: plainTexts([login, entry.text('userPrincipalName') ?? '']),
    dn: plainText(entry.dn),
    displayName: plainText(entry.text('displayName') ?? entry.text('cn')),
    givenName: one(fields.givenName),
    familyName: one(fields.familyName),
    mail: all(fields.mail),
    secondaryMail: all(fields.secondaryMail),
    mobile: all(fields.mobile),
    manager: one(fields.manager),
    department: one(fields.department),
    enabled: isEnabled(control),
    locked: isLockedNow(computed),
    expiresAt: fileTimeToDate(entry.text('accountExpires')),
    passwordSetAt: fileTimeToDate(entry.text('pwdLastSet')),
    mustChange: entry.text('pwdLastSet') === '0',
    privileged: guarded.has(entry),
    correlation: Object.fromEntries(request.correlation.map((name) => [name, entry.allBytes(name).map(comparableValue)])),
  }
}
