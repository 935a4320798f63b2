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
}

/** Words a password must not be made of: names, login names, mail local parts, birthday digits. */
export type PersonWords = readonly string[]
