import { codePoints, foldedForms } from './characters.js'

/** Parts shorter than this are ignored: "Al" or "Ek" would refuse half of all passwords (requirements §5.4). */
const SHORTEST_PART = 3

/** Splits names, login names and addresses into the parts a password may not contain. */
export function wordParts(words: readonly string[]): string[] {
  const parts = words.flatMap((word) => word.split(/[\s,._@-]+/u)).filter((part) => codePoints(part) >= SHORTEST_PART)
  return [...new Set(parts.map((part) => foldedForms(part)[0]))]
}

/** Whether the password contains a part, compared in lower case, with and without accents. */
export function containsWord(password: string, words: readonly string[]): boolean {
  const [lower, plain] = foldedForms(password)
  return wordParts(words).some((part) => {
    const [lowerPart, plainPart] = foldedForms(part)
    return lower.includes(lowerPart) || plain.includes(plainPart)
  })
}
