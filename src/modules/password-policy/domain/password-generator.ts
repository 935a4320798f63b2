import { randomInt } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { PolicyView } from '../../../contract/password-policy.contract.js'
import { SecretText } from '../../../kernel/secret-text.js'
import type { PersonWords } from './declared-rules.js'
import { Palette } from './palette.js'
import { PasswordPolicySettings } from './password-policy-settings.js'
import { PolicyEngine } from './policy-engine.js'
import { wordsOf } from './word-lists.js'

/** `entropyBits`: what an attacker who knows this very procedure and the policy still has to guess. */
export type GeneratedPassword = { readonly password: SecretText; readonly entropyBits: number }

/** No password was found that this policy accepts; for a passphrase a random one may still exist. */
export class GenerationUnsatisfiable extends Error {
  readonly code = 'GENERATION_UNSATISFIABLE'
  constructor(kind: string) {
    super(`no ${kind} password was found that meets the policy`)
    this.name = 'GenerationUnsatisfiable'
  }
}

const TRIES = 100
/** Fewer words to draw from than this (a short maximum, many prohibited letters) is no longer a passphrase. */
const FEWEST_WORDS = 256
const USUAL_LETTERS = 5.5
const FEWEST_LETTERS = 4

/** Passwords that meet a policy, drawn by the system's CSPRNG. Each candidate is judged by the engine before it leaves. */
@Injectable()
export class PasswordGenerator {
  constructor(
    private readonly engine: PolicyEngine,
    private readonly settings: PasswordPolicySettings,
  ) {}

  /**
   * Words of the person's language joined by a mark, one capital and one digit: easy to read out and to type.
   * The words are plain a to z, so they type the same on every keyboard.
   */
  passphrase(view: PolicyView, language: string, personWords: PersonWords = []): GeneratedPassword {
    const palette = new Palette(view)
    return this.#firstAccepted('passphrase', view, personWords, (attempt) =>
      drawPassphrase(palette, wordsOf(language), this.settings.passphraseWords, attempt))
  }

  /** A string of single characters: for the short maximum of an old system, or for a machine. */
  random(view: PolicyView, personWords: PersonWords = []): GeneratedPassword {
    const palette = new Palette(view)
    return this.#firstAccepted('random', view, personWords, () => drawRandom(palette, this.settings.randomLength))
  }

  #firstAccepted(kind: string, view: PolicyView, personWords: PersonWords, draw: (attempt: number) => Draw | null): GeneratedPassword {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const drawn = draw(attempt)
      if (!drawn) break
      const password = new SecretText(drawn.text)
      if (this.engine.violations(view, password, personWords).length === 0) return { password, entropyBits: Math.floor(drawn.bits) }
    }
    throw new GenerationUnsatisfiable(kind)
  }
}

type Draw = { readonly text: string; readonly bits: number }

function drawPassphrase(palette: Palette, list: readonly string[], fewest: number, attempt: number): Draw | null {
  const separator = ['-', '.', '_', '+', ' '].find((mark) => palette.allows(mark)) ?? ''
  const digits = Array.from({ length: Math.max(1, palette.minimum('digit')) }, () => pick(palette.pool('digit')) ?? '')
  const capitals = Math.max(1, palette.minimum('upper'))
  const needed = (letters: number) => Math.max(fewest, capitals, Math.ceil((palette.minLength - digits.length) / (letters + separator.length)))
  // for words of the usual and of the shortest length; taken in turn, because a maximum may leave short words only
  const choices = [USUAL_LETTERS, FEWEST_LETTERS].map(needed).flatMap((count) => {
    const room = Math.floor((palette.maxLength - digits.length - separator.length * (count - 1)) / count)
    const words = list.filter((word) => word.length <= room && palette.allows(word))
    return words.length >= FEWEST_WORDS ? [{ count, words }] : []
  })
  const chosen = choices[attempt % choices.length]
  return chosen ? assemble(palette, chosen.words, chosen.count, capitals, digits, separator) : null
}

function assemble(palette: Palette, words: readonly string[], count: number, capitals: number, digits: readonly string[], separator: string): Draw {
  const parts = Array.from({ length: count }, () => words[randomInt(words.length)]!)
  const start = randomInt(count)
  for (let step = 0; step < capitals; step += 1) {
    const at = (start + step) % count
    const capital = parts[at]!.slice(0, 1).toUpperCase()
    if (palette.allows(capital)) parts[at] = capital + parts[at]!.slice(1)
  }
  const home = randomInt(count)
  parts[home] += digits.join('')
  const marks = separator === '' ? 0 : count - 1
  const extra = Array.from({ length: Math.max(0, palette.minimum('special') - marks) }, () => pick(palette.pool('special')) ?? '')
  const bits = count * Math.log2(words.length) + 2 * Math.log2(count) + digits.length * Math.log2(Math.max(1, palette.pool('digit').length))
  return { text: parts.join(separator) + extra.join(''), bits }
}

function drawRandom(palette: Palette, usual: number): Draw | null {
  const required = palette.requiredClasses().flatMap(([kind, count]) => Array.from({ length: count }, () => kind))
  const length = Math.min(palette.maxLength, Math.max(palette.minLength, usual, required.length))
  const everything = palette.everything()
  if (everything.length === 0 || required.length > length) return null
  const drawn = required.map((kind) => pick(palette.pool(kind)))
  if (drawn.some((character) => character === undefined)) return null
  while (drawn.length < length) drawn.push(pick(everything))
  const characters = shuffled(drawn as string[])
  place(characters, 0, (character) => palette.mayBegin(character))
  if (length > 1) place(characters, length - 1, (character) => palette.mayEnd(character))
  // the required places draw from smaller pools, and that much is known to the attacker
  const bits = required.reduce((sum, kind) => sum + Math.log2(palette.pool(kind).length), (length - required.length) * Math.log2(everything.length))
  return { text: characters.join(''), bits }
}

/** Brings a fitting character to an end of the string, when it has one; the other end stays as it is. */
function place(characters: string[], at: number, fits: (character: string) => boolean): void {
  if (fits(characters[at]!)) return
  const candidates = characters.map((character, index) => ({ character, index })).filter(({ character, index }) => index !== 0 && fits(character))
  const chosen = candidates[candidates.length > 0 ? randomInt(candidates.length) : 0]
  if (!chosen) return
  characters[chosen.index] = characters[at]!
  characters[at] = chosen.character
}

const pick = (pool: readonly string[]): string | undefined => (pool.length > 0 ? pool[randomInt(pool.length)] : undefined)

/** Fisher-Yates with the CSPRNG. */
function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items]
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1)
    ;[copy[last], copy[other]] = [copy[other]!, copy[last]!]
  }
  return copy
}
