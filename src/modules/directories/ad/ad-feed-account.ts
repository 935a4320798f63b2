import type { LdapEntry } from '../../../integrations/ldap/index.js'
import type { FeedAccount, FeedFields, FeedRequest } from '../domain/account-feed.js'
import { FeedMapping } from '../ldap/feed-fields.js'
import { plainText, plainTexts } from '../ldap/paged-read.js'
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

export const feedMapping = (request: FeedRequest): FeedMapping => new FeedMapping(FIELDS, request, ALWAYS)

/** Null: the entry is no account that can be named. */
export function feedAccountOf(entry: LdapEntry, mapping: FeedMapping, guarded: AdProtectedSet): FeedAccount | null {
  const guid = entry.bytes('objectGUID')
  const login = plainText(entry.text('sAMAccountName'))
  if (guid?.length !== 16 || login === null) return null
  const control = Number(entry.text('userAccountControl') ?? 0)
  const computed = Number(entry.text('msDS-User-Account-Control-Computed') ?? control)
  return mapping.account(entry, {
    nativeId: guidText(guid),
    logins: plainTexts([login, entry.text('userPrincipalName') ?? '']),
    displayName: plainText(entry.text('displayName') ?? entry.text('cn')),
    enabled: isEnabled(control),
    locked: isLockedNow(computed),
    expiresAt: fileTimeToDate(entry.text('accountExpires')),
    passwordSetAt: fileTimeToDate(entry.text('pwdLastSet')),
    mustChange: entry.text('pwdLastSet') === '0',
    privileged: guarded.has(entry),
  })
}
