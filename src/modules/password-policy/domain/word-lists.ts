import { ENGLISH_WORDS } from '../data/words-en.js'
import { FINNISH_WORDS } from '../data/words-fi.js'
import { GERMAN_WORDS } from '../data/words-de.js'
import { SWEDISH_WORDS } from '../data/words-sv.js'

const split = (text: string): readonly string[] => text.trim().split(/\s+/u)

const LISTS: Readonly<Record<string, readonly string[]>> = {
  en: split(ENGLISH_WORDS),
  fi: split(FINNISH_WORDS),
  sv: split(SWEDISH_WORDS),
  de: split(GERMAN_WORDS),
}

/** By the first part of a language tag ("sv-FI"); English for a language without a list. */
export const wordsOf = (language: string): readonly string[] => LISTS[language.slice(0, 2).toLowerCase()] ?? LISTS.en!
