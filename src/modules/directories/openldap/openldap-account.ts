import type { LdapEntry } from '../../../integrations/ldap/index.js'
import type { AccountState } from '../domain/connector.js'
import { LOCKED_FOR_GOOD, parseGeneralizedTime } from './generalized-time.js'
import type { Policy } from './openldap-policy.js'

/** One person's entry as the server showed it, before anybody judged it. */
export type OpenldapAccount = {
  readonly dn: string
  readonly uuid: string
  readonly login: string
  readonly displayName: string | null
  readonly disabled: boolean
  readonly lockedSince: Date | null
  /** As the server wrote it: what is deleted is this lock and no later one. */
  readonly lockValue: string | null
  readonly failures: readonly Date[]
  readonly mustChange: boolean
  readonly passwordSetAt: Date | null
  readonly startsAt: Date | null
  readonly endsAt: Date | null
  readonly policyDn: string | null
  readonly memberOf: readonly string[]
  readonly marker: string
  /** Names this very version of the entry; null where it is not shown. */
  readonly version: string | null
}

export const ACCOUNT_ATTRIBUTES = [
  'entryUUID', 'entryCSN', 'memberOf', 'pwdChangedTime', 'pwdAccountLockedTime', 'pwdFailureTime', 'pwdReset', 'pwdPolicySubentry', 'pwdStartTime', 'pwdEndTime',
]

export function accountOf(entry: LdapEntry, loginAttribute: string, nameAttributes: readonly string[]): OpenldapAccount {
  const lockValue = entry.text('pwdAccountLockedTime')
  const changed = entry.text('pwdChangedTime')
  return {
    dn: entry.dn,
    uuid: entry.text('entryUUID') ?? '',
    login: loginOf(entry, loginAttribute),
    displayName: nameAttributes.map((name) => entry.text(name)).find((name) => name !== null) ?? null,
    disabled: lockValue === LOCKED_FOR_GOOD,
    lockedSince: lockValue === LOCKED_FOR_GOOD ? null : parseGeneralizedTime(lockValue),
    lockValue,
    failures: entry.texts('pwdFailureTime').flatMap((text) => parseGeneralizedTime(text) ?? []),
    mustChange: entry.text('pwdReset') === 'TRUE',
    passwordSetAt: parseGeneralizedTime(changed),
    startsAt: parseGeneralizedTime(entry.text('pwdStartTime')),
    endsAt: parseGeneralizedTime(entry.text('pwdEndTime')),
    policyDn: entry.text('pwdPolicySubentry'),
    memberOf: entry.texts('memberOf'),
    // a password from before the overlay has no time of its own; then anything that moves may have been a password
    version: entry.text('entryCSN'),
    marker: changed?.replace(/\D/g, '') ?? (entry.text('entryCSN') ?? '0').replace(/#.*$/, '').replace(/\D/g, ''),
  }
}

/** Of several values the one in the name of the entry, else the first. */
function loginOf(entry: LdapEntry, attribute: string): string {
  const values = entry.texts(attribute)
  const inName = values.find((value) => entry.dn.toLowerCase().startsWith(`${attribute}=${value},`.toLowerCase()))
  return inName ?? values[0] ?? ''
}

const later = (from: Date, seconds: number): Date => new Date(from.getTime() + seconds * 1_000)

/** Locked by wrong passwords right now. A lock that has run out stays written until the next bind. */
export function lockOf({ lockedSince }: OpenldapAccount, policy: Policy | null, now: Date): { since: Date; until: Date | null } | null {
  if (lockedSince === null) return null
  const until = policy && policy.lockoutSeconds > 0 ? later(lockedSince, policy.lockoutSeconds) : null
  return until !== null && until <= now ? null : { since: lockedSince, until }
}

/** pwdStartTime in the future, or at or after pwdEndTime: slapo-ppolicy(5) calls both a way to disable. */
export const isDisabled = ({ disabled, startsAt, endsAt }: OpenldapAccount, now: Date): boolean =>
  disabled || (startsAt !== null && (startsAt > now || (endsAt !== null && startsAt >= endsAt)))
export const hasEnded = ({ endsAt }: OpenldapAccount, now: Date): boolean => endsAt !== null && endsAt <= now

export function stateOf(account: OpenldapAccount, policy: Policy | null, protectedBecause: string | null, now: Date): AccountState {
  const lock = lockOf(account, policy, now)
  const window = policy?.failureWindowSeconds ?? 0
  const expiresAt = policy && policy.maxAgeSeconds > 0 && account.passwordSetAt ? later(account.passwordSetAt, policy.maxAgeSeconds) : null
  return {
    ref: { nativeId: account.uuid, login: account.login },
    displayName: account.displayName,
    enabled: !isDisabled(account, now),
    accountExpired: hasEnded(account, now),
    locked: lock !== null,
    lockedAt: lock?.since ?? null,
    unlocksAt: lock?.until ?? null,
    wrongPasswords: account.failures.filter((at) => window === 0 || later(at, window) > now).length,
    mustChange: account.mustChange && (policy === null || policy.asksToChange),
    passwordSetAt: account.passwordSetAt,
    passwordExpiresAt: expiresAt,
    passwordExpired: expiresAt !== null && expiresAt <= now,
    protected: protectedBecause !== null,
    protectedBecause,
    passwordMarker: account.marker,
  }
}
