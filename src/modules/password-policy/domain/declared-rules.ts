/**
 * What one directory says it asks of a new password, read from the directory itself. null: it has no such rule.
 * A rule it enforces but we cannot compute (history, minimum age) is declared all the same, so that it can be shown.
 */
export type DeclaredRules = {
  readonly minLength: number | null
  readonly maxLength: number | null
  readonly minLower: number | null
  readonly minUpper: number | null
  readonly minDigit: number | null
  readonly minSpecial: number | null
  /** AD complexity and our own: at least `classes` of small letters, capitals, digits, other marks. */
  readonly minClasses: number | null
  readonly prohibitedCharacters: string | null
  readonly rejectPersonWords: boolean
  readonly historyLength: number | null
  readonly minAgeSeconds: number | null
  readonly maxAgeSeconds: number | null
  /** False when the true values could not be read (an unreadable PSO): the values shown hold "at least". */
  readonly exact: boolean
  /**
   * Whether a reset (as opposed to a change by its owner) is held to these two as well. Absent: neither, which is what
   * AD does without the policy-hints control (decisions.md 21).
   */
  readonly onReset?: { readonly history: boolean; readonly minAge: boolean }
}

/** A directory that asks for nothing we know of. `exact` false: it may well ask, it only does not say. */
export const NO_DECLARED_RULES: DeclaredRules = {
  minLength: null, maxLength: null, minLower: null, minUpper: null, minDigit: null, minSpecial: null, minClasses: null,
  prohibitedCharacters: null, rejectPersonWords: false, historyLength: null, minAgeSeconds: null, maxAgeSeconds: null,
  exact: false,
}

/** Words a password must not be made of: names, login names, mail local parts, birthday digits. */
export type PersonWords = readonly string[]
