import type { LdapEntry } from '../../../integrations/ldap/index.js'
import type { DeclaredRules } from '../../password-policy/index.js'

/** A ppolicy subentry (draft-behera-ldap-password-policy-10) in numbers; 0 and absent both mean: no such rule. */
export type Policy = {
  readonly dn: string
  readonly minLength: number
  readonly maxLength: number
  readonly history: number
  readonly minAgeSeconds: number
  readonly maxAgeSeconds: number
  readonly locks: boolean
  /** pwdLockout: without it slapd looks at no lock at all, an administrator's included. */
  readonly locksAtAll: boolean
  readonly maxFailures: number
  readonly failureWindowSeconds: number
  readonly lockoutSeconds: number
  /** pwdMustChange: without it slapd passes over pwdReset. */
  readonly asksToChange: boolean
  readonly ownersMayChange: boolean
  readonly safeModify: boolean
  /** A module of the server's own looks at passwords too: there are rules that no attribute tells. */
  readonly hasCheckModule: boolean
}

export const POLICY_ATTRIBUTES = [
  'objectClass', 'pwdMinLength', 'pwdMaxLength', 'pwdCheckQuality', 'pwdInHistory', 'pwdMinAge', 'pwdMaxAge', 'pwdLockout', 'pwdMaxFailure',
  'pwdFailureCountInterval', 'pwdLockoutDuration', 'pwdMustChange', 'pwdAllowUserChange', 'pwdSafeModify', 'pwdCheckModule', 'pwdUseCheckModule',
]

export function policyOf(entry: LdapEntry): Policy {
  const number = (name: string): number => Math.max(0, Number(entry.text(name) ?? 0) || 0)
  const is = (name: string): boolean => entry.text(name)?.toUpperCase() === 'TRUE'
  // without quality checks slapd does not look at the length either
  const checksQuality = number('pwdCheckQuality') > 0
  return {
    dn: entry.dn,
    minLength: checksQuality ? number('pwdMinLength') : 0,
    maxLength: checksQuality ? number('pwdMaxLength') : 0,
    history: number('pwdInHistory'),
    minAgeSeconds: number('pwdMinAge'),
    maxAgeSeconds: number('pwdMaxAge'),
    locksAtAll: is('pwdLockout'),
    locks: is('pwdLockout') && number('pwdMaxFailure') > 0,
    maxFailures: number('pwdMaxFailure'),
    failureWindowSeconds: number('pwdFailureCountInterval'),
    lockoutSeconds: number('pwdLockoutDuration'),
    asksToChange: is('pwdMustChange'),
    ownersMayChange: entry.text('pwdAllowUserChange')?.toUpperCase() !== 'FALSE',
    safeModify: is('pwdSafeModify'),
    hasCheckModule: checksQuality && (entry.has('pwdCheckModule') || is('pwdUseCheckModule')),
  }
}

const orNull = (value: number): number | null => (value > 0 ? value : null)

/**
 * slapd counts bytes: a password long enough in characters is long enough in bytes. History and minimum age bind the
 * service account as well, so they hold for a reset too (seen; only the rootdn is free of them).
 */
export const declaredBy = (policy: Policy): DeclaredRules => ({
  minLength: orNull(policy.minLength),
  maxLength: orNull(policy.maxLength),
  minLower: null, minUpper: null, minDigit: null, minSpecial: null, minClasses: null, prohibitedCharacters: null, rejectPersonWords: false,
  historyLength: orNull(policy.history),
  minAgeSeconds: orNull(policy.minAgeSeconds),
  maxAgeSeconds: orNull(policy.maxAgeSeconds),
  exact: !policy.hasCheckModule,
  onReset: { history: true, minAge: true },
})

/** The strictest among them: nobody may be locked by us, whichever policy is theirs. `threshold` 0: none of them locks. */
export function strictestLockout(policies: readonly Policy[]): { threshold: number; windowSeconds: number | null } {
  const locking = policies.filter(({ locks }) => locks)
  if (locking.length === 0) return { threshold: 0, windowSeconds: null }
  const windows = locking.map(({ failureWindowSeconds }) => failureWindowSeconds)
  return {
    threshold: Math.min(...locking.map(({ maxFailures }) => maxFailures)),
    // 0: slapd never forgets a wrong password by itself
    windowSeconds: windows.includes(0) ? null : Math.max(...windows),
  }
}
