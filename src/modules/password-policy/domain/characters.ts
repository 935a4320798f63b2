/**
 * What a character is, decided once for the rules, the generator and the tests.
 *
 * A password is sent exactly as it was typed. It is never normalised on its way: the directory compares what its own
 * sign-in page gets from the same keyboard, so a "corrected" form could lock its owner out. Only our comparisons
 * (person words, common passwords, minimum length) look at a normalised copy.
 */
export type CharacterClass = 'lower' | 'upper' | 'digit' | 'special'
export const CHARACTER_CLASSES: readonly CharacterClass[] = ['lower', 'upper', 'digit', 'special']

/** Letters without case (CJK, Arabic …), spaces, emoji and combining marks all count as other marks. */
export function classOf(character: string): CharacterClass {
  if (/^\p{Ll}/u.test(character)) return 'lower'
  if (/^\p{Lu}/u.test(character)) return 'upper'
  if (/^\p{Nd}/u.test(character)) return 'digit'
  return 'special'
}

export function countClasses(password: string): Record<CharacterClass, number> {
  const counts = { lower: 0, upper: 0, digit: 0, special: 0 }
  for (const character of password) counts[classOf(character)] += 1
  return counts
}

/** Unicode code points (NIST SP 800-63B-4: each counts as one character). */
export const codePoints = (text: string): number => [...text].length

/** NUL and its kin, and halves of surrogate pairs: no directory stores them alike, so they are refused. */
export const hasControl = (password: string): boolean => /[\p{Cc}\p{Cs}]/u.test(password)

/** Nothing to see: empty, spaces, or characters without any ink such as a zero-width joiner. */
export const isBlank = (password: string): boolean => !/[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u.test(password)

/** Lower case, and the same without accents: "Väinö" is found in "VAINO2026" and in "väinö2026". */
export function foldedForms(text: string): readonly [string, string] {
  const lower = text.normalize('NFC').toLowerCase()
  const plain = lower.normalize('NFD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss').replace(/ø/g, 'o').replace(/æ/g, 'ae')
    .replace(/đ/g, 'd').replace(/ł/g, 'l').replace(/þ/g, 'th')
  return [lower, plain]
}
