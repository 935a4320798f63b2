import type { DeclaredRules } from '../../password-policy/index.js'
import type { LockoutRules } from '../domain/connector.js'
import { intervalToSeconds } from './filetime.js'
import { MAX_PASSWORD_UNITS } from './unicode-pwd.js'

/** The rules of the domain or of one fine-grained policy (PSO), both in the words of the product. */
export type AdRules = {
  readonly minLength: number
  readonly isComplex: boolean
  readonly historyLength: number
  readonly minAgeSeconds: number | null
  readonly maxAgeSeconds: number | null
  readonly lockoutThreshold: number
  readonly lockoutWindowSeconds: number | null
  /** null: until somebody unlocks it. */
  readonly lockoutSeconds: number | null
}

/** One attribute of an entry as text; null when it is not there or not readable. */
export type Read = (attribute: string) => string | null

export const DOMAIN_RULE_ATTRIBUTES = [
  'minPwdLength', 'pwdProperties', 'pwdHistoryLength', 'minPwdAge', 'maxPwdAge', 'lockoutThreshold', 'lockoutDuration', 'lockOutObservationWindow',
]
const DOMAIN_PASSWORD_COMPLEX = 1

export function domainRules(read: Read): AdRules | null {
  const minLength = read('minPwdLength')
  if (minLength === null) return null
  return {
    minLength: Number(minLength),
    isComplex: (Number(read('pwdProperties') ?? 0) & DOMAIN_PASSWORD_COMPLEX) !== 0,
    historyLength: Number(read('pwdHistoryLength') ?? 0),
    minAgeSeconds: intervalToSeconds(read('minPwdAge')),
    maxAgeSeconds: intervalToSeconds(read('maxPwdAge')),
    lockoutThreshold: Number(read('lockoutThreshold') ?? 0),
    lockoutWindowSeconds: intervalToSeconds(read('lockOutObservationWindow')),
    lockoutSeconds: intervalToSeconds(read('lockoutDuration')),
  }
}

export const PSO_ATTRIBUTES = [
  'msDS-MinimumPasswordLength', 'msDS-PasswordComplexityEnabled', 'msDS-PasswordHistoryLength', 'msDS-MinimumPasswordAge',
  'msDS-MaximumPasswordAge', 'msDS-LockoutThreshold', 'msDS-LockoutObservationWindow', 'msDS-LockoutDuration',
]

export function psoRules(read: Read): AdRules | null {
  const minLength = read('msDS-MinimumPasswordLength')
  if (minLength === null) return null
  return {
    minLength: Number(minLength),
    isComplex: read('msDS-PasswordComplexityEnabled') === 'TRUE',
    historyLength: Number(read('msDS-PasswordHistoryLength') ?? 0),
    minAgeSeconds: intervalToSeconds(read('msDS-MinimumPasswordAge')),
    maxAgeSeconds: intervalToSeconds(read('msDS-MaximumPasswordAge')),
    lockoutThreshold: Number(read('msDS-LockoutThreshold') ?? 0),
    lockoutWindowSeconds: intervalToSeconds(read('msDS-LockoutObservationWindow')),
    lockoutSeconds: intervalToSeconds(read('msDS-LockoutDuration')),
  }
}

/** `exact` false: another policy stands for this account and cannot be read; these are the domain's, as "at least". */
export function declaredBy(rules: AdRules, { exact, isHinted }: { exact: boolean; isHinted: boolean }): DeclaredRules {
  return {
    minLength: rules.minLength || null,
    maxLength: MAX_PASSWORD_UNITS,
    minLower: null,
    minUpper: null,
    minDigit: null,
    minSpecial: null,
    minClasses: rules.isComplex ? 3 : null,
    prohibitedCharacters: null,
    rejectPersonWords: rules.isComplex,
    historyLength: rules.historyLength || null,
    minAgeSeconds: rules.minAgeSeconds,
    maxAgeSeconds: rules.maxAgeSeconds,
    exact,
    // Windows holds a reset to them only when the policy-hints control asks it to (decisions.md 21)
    onReset: { history: isHinted, minAge: isHinted },
  }
}

/**
 * The strictest that can meet anybody here: a caller that stops below it locks nobody, whichever policy stands for the
 * account. A threshold of 0 locks nobody and is the least strict.
 */
export function strictestLockout(all: readonly AdRules[]): LockoutRules {
  const locking = all.filter(({ lockoutThreshold }) => lockoutThreshold > 0)
  if (locking.length === 0) return { threshold: 0, windowSeconds: null }
  return {
    threshold: Math.min(...locking.map(({ lockoutThreshold }) => lockoutThreshold)),
    windowSeconds: Math.max(...locking.map(({ lockoutWindowSeconds }) => lockoutWindowSeconds ?? 0)) || null,
  }
}
