import type { DeclaredRules } from '../../password-policy/index.js'
import type { LocalSettings } from './local-settings.js'

/** No password is longer: what hashing costs is not the caller's to choose. */
const MAX_CODE_POINTS = 256
const SHORTEST_WORD = 3

/**
 * The form that is hashed. This directory is the verifier, so it normalises (NIST SP 800-63B-4 §3.1.1.2): the same
 * letters typed on two keyboards are the same password, composed or not.
 */
export const comparedForm = (password: string): string => password.normalize('NFC')

/** Never compared, never hashed, never counted as a try: there is nothing in it, or no two systems store it alike. */
export const isUnusable = (password: string): boolean =>
  !/[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u.test(password) || /[\p{Cc}\p{Cs}]/u.test(password) || [...password].length > MAX_CODE_POINTS

/** The directory's own policy, deliberately its own code: the product's engine is not asked by a foreign system. */
export function brokenLocalRules(password: string, { rules }: LocalSettings, person: readonly string[]): { rule: string }[] {
  const characters = [...comparedForm(password)]
  const kinds = { lower: /^\p{Ll}/u, upper: /^\p{Lu}/u, digit: /^\p{Nd}/u }
  const lower = characters.filter((character) => kinds.lower.test(character)).length
  const upper = characters.filter((character) => kinds.upper.test(character)).length
  const digit = characters.filter((character) => kinds.digit.test(character)).length
  const special = characters.length - lower - upper - digit
  const broken = {
    'not-blank': !/[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u.test(password),
    'no-control': /[\p{Cc}\p{Cs}]/u.test(password),
    'max-length': [...password].length > rules.maxLength,
    'min-length': characters.length < rules.minLength,
    'min-lower': lower < rules.minLower,
    'min-upper': upper < rules.minUpper,
    'min-digit': digit < rules.minDigit,
    'min-special': special < rules.minSpecial,
    'character-classes': [lower, upper, digit, special].filter((found) => found > 0).length < rules.minClasses,
    'prohibited-characters': characters.some((character) => rules.prohibitedCharacters.includes(character)),
    'not-person': rules.rejectPersonWords && containsPart(password, person),
  }
  return Object.entries(broken).flatMap(([rule, isBroken]) => (isBroken ? [{ rule }] : []))
}

function containsPart(password: string, person: readonly string[]): boolean {
  const inside = comparedForm(password).toLowerCase()
  return person.flatMap((name) => comparedForm(name).toLowerCase().split(/[\s,._@-]+/u))
    .some((part) => [...part].length >= SHORTEST_WORD && inside.includes(part))
}

export function declaredBy({ rules, maxAgeDays }: LocalSettings): DeclaredRules {
  const orNull = (value: number): number | null => (value > 0 ? value : null)
  return {
    minLength: orNull(rules.minLength),
    maxLength: rules.maxLength,
    minLower: orNull(rules.minLower),
    minUpper: orNull(rules.minUpper),
    minDigit: orNull(rules.minDigit),
    minSpecial: orNull(rules.minSpecial),
    minClasses: orNull(rules.minClasses),
    prohibitedCharacters: rules.prohibitedCharacters || null,
    rejectPersonWords: rules.rejectPersonWords,
    historyLength: orNull(rules.historyLength),
    minAgeSeconds: orNull(rules.minAgeSeconds),
    maxAgeSeconds: orNull(maxAgeDays * 86_400),
    exact: true,
    // history is asked at every write here; the minimum age binds the owner only
    onReset: { history: true, minAge: false },
  }
}
