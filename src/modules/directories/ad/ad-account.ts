import type { LdapEntry } from '../../../integrations/ldap/index.js'
import { ConnectorError, type AccountState } from '../domain/connector.js'
import { passwordMarker } from '../domain/password-marker.js'
import { isEnabled, isLockedNow, isPasswordExpiredNow } from './account-control.js'
import type { AdRules } from './domain-rules.js'
import { fileTimeToDate } from './filetime.js'
import { guidText } from './object-guid.js'

/** What is read of an account each time. The computed ones are only given when the entry itself is the base of the search. */
export const ACCOUNT_ATTRIBUTES = [
  'objectGUID', 'objectSid', 'sAMAccountName', 'userPrincipalName', 'displayName', 'cn', 'userAccountControl', 'msDS-User-Account-Control-Computed',
  'accountExpires', 'lockoutTime', 'badPwdCount', 'badPasswordTime', 'pwdLastSet', 'msDS-UserPasswordExpiryTimeComputed',
  'msDS-KeyVersionNumber', 'msDS-ResultantPSO', 'tokenGroups', 'adminCount', 'primaryGroupID', 'msDS-SecondaryKrbTgtNumber',
]

/** One account as a server shows it now. */
export type AdAccount = {
  readonly dn: string
  readonly state: AccountState
  readonly control: number
  readonly userPrincipalName: string | null
  /** The policy of its own that stands for it instead of the domain's. */
  readonly resultantPso: string | null
}

export type Reading = {
  readonly rules: AdRules | null
  readonly protectedBecause: string | null
  /** Of several controllers the one that was asked; null: there is only one. */
  readonly server: string | null
  readonly now: Date
}

export function accountOf(entry: LdapEntry, { rules, protectedBecause, server, now }: Reading): AdAccount {
  const guid = entry.bytes('objectGUID')
  const login = entry.text('sAMAccountName')
  const control = numberOf(entry, 'userAccountControl')
  const keyVersion = entry.text('msDS-KeyVersionNumber')
  if (!guid || login === null) throw new ConnectorError('no-such-account', 'the entry is no account')
  if (control === null) throw unreadable('userAccountControl')
  // without it a lost reply could never be told (decisions.md 6)
  if (keyVersion === null || !/^\d+$/.test(keyVersion)) throw unreadable('msDS-KeyVersionNumber')
  const computed = numberOf(entry, 'msDS-User-Account-Control-Computed') ?? control
  const expiresAt = fileTimeToDate(entry.text('accountExpires'))
  const lockedAt = isLockedNow(computed) ? fileTimeToDate(entry.text('lockoutTime')) : null
  const mustChange = entry.text('pwdLastSet') === '0' && isPasswordExpiredNow(computed)
  return {
    dn: entry.dn,
    control,
    userPrincipalName: entry.text('userPrincipalName'),
    resultantPso: entry.text('msDS-ResultantPSO'),
    state: {
      ref: { nativeId: guidText(guid), login },
      displayName: entry.text('displayName') ?? entry.text('cn'),
      enabled: isEnabled(control),
      accountExpired: expiresAt !== null && expiresAt <= now,
      locked: isLockedNow(computed),
      lockedAt,
      unlocksAt: lockedAt && rules?.lockoutSeconds ? new Date(lockedAt.getTime() + rules.lockoutSeconds * 1000) : null,
      wrongPasswords: wrongPasswordsOf(entry, rules, now),
      mustChange,
      passwordSetAt: fileTimeToDate(entry.text('pwdLastSet')),
      passwordExpiresAt: fileTimeToDate(entry.text('msDS-UserPasswordExpiryTimeComputed')),
      passwordExpired: isPasswordExpiredNow(computed) && !mustChange,
      protected: protectedBecause !== null,
      protectedBecause,
      passwordMarker: passwordMarker(keyVersion, server),
    },
  }
}

/** The server forgets the count only with the next try: one that is older than its window counts nothing any more. */
function wrongPasswordsOf(entry: LdapEntry, rules: AdRules | null, now: Date): number | null {
  const counted = numberOf(entry, 'badPwdCount')
  const lastAt = fileTimeToDate(entry.text('badPasswordTime'))
  if (counted === null || lastAt === null || !rules?.lockoutWindowSeconds) return counted
  return now.getTime() - lastAt.getTime() > rules.lockoutWindowSeconds * 1000 ? 0 : counted
}

const numberOf = (entry: LdapEntry, attribute: string): number | null => {
  const text = entry.text(attribute)
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null
}

const unreadable = (attribute: string): ConnectorError =>
  new ConnectorError('not-permitted', `the service account cannot read ${attribute}; without it nothing is written`)
