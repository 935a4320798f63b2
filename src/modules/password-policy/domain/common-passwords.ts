import { Injectable } from '@nestjs/common'
import { leakedPasswords } from '../../../integrations/zxcvbn/common-password-list.js'
import { LOCAL_COMMON_PASSWORDS } from '../data/common-passwords.js'
import { foldedForms } from './characters.js'

/** Letters that people write as figures. Only the usual ones: more would find words in honest random strings. */
const FIGURES: Readonly<Record<string, string>> = { '@': 'a', 4: 'a', 3: 'e', 1: 'i', '!': 'i', 0: 'o', $: 's', 5: 's', 7: 't' }
/** What is hung on a word to please the rules ("2026!", "123", "#1") is at most about this long. */
const LONGEST_DECORATION = 6
/** A shorter core is no word: "abc" is in the list and in many good passwords. */
const SHORTEST_CORE = 5

/**
 * The offline list of common passwords: the most used ones of public leaks and short lists of our own for Finnish,
 * Swedish and German. A listed password stays common in capitals, with figures for letters, or with a year and a mark
 * behind it.
 */
@Injectable()
export class CommonPasswords {
  readonly #list = new Set([...leakedPasswords(), ...LOCAL_COMMON_PASSWORDS.flatMap((word) => foldedForms(word))])

  includes(password: string): boolean {
    return foldedForms(password).some((form) => [form, unmask(form)].some((text) => this.#list.has(text) || this.#hasListedCore(text)))
  }

  #hasListedCore(text: string): boolean {
    const core = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
    return core.length >= SHORTEST_CORE && text.length - core.length <= LONGEST_DECORATION && this.#list.has(core)
  }
}

/** Figures inside the word only: those around it are a decoration. */
const unmask = (text: string): string =>
  text.replace(/(?<=\p{L}[^\p{L}]*)[@4310!$57](?=[^\p{L}]*\p{L})/gu, (figure) => FIGURES[figure] ?? figure).replace(/^[@$](?=\p{L})/u, (figure) => FIGURES[figure] ?? figure)
