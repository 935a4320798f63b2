import type { Language } from '../src/contract/self-service.contract.js'
import { de } from './src/locales/de.js'
import { dePages, errorTexts as deErrors } from './src/locales/de.pages.js'
import { en } from './src/locales/en.js'
import { enPages, errorTexts as enErrors } from './src/locales/en.pages.js'
import { fi } from './src/locales/fi.js'
import { errorTexts as fiErrors, fiPages } from './src/locales/fi.pages.js'
import { sv } from './src/locales/sv.js'
import { errorTexts as svErrors, svPages } from './src/locales/sv.pages.js'

export type Texts = Readonly<Record<string, string>>
export type Part = 'first' | 'pages' | 'errors'

/** All that the pages say. The compiler asks for the same keys; here is what it cannot see, and what a build without it does. */
export const CATALOGUES: Readonly<Record<Language, Readonly<Record<Part, Texts>>>> = {
  en: { first: en, pages: enPages, errors: enErrors },
  fi: { first: fi, pages: fiPages, errors: fiErrors },
  sv: { first: sv, pages: svPages, errors: svErrors },
  de: { first: de, pages: dePages, errors: deErrors },
}

/** Texts that are rightly the same in English and another language, by key. None yet. */
const SAME_AS_ENGLISH: ReadonlySet<string> = new Set<string>([])
const PLURAL_FORM = /\.(?:zero|one|two|few|many|other)$/

/** What a text is filled with: `{name}` of a page, `{retryAt:time}` and `{triesLeft|one=…}` of an error, and the weights. */
export const holesOf = (text: string): string =>
  [...text.matchAll(/\{\w+(?::\w+)?|<\/?b>/g)].map(([hole]) => hole).sort().join(' ')

/** A text that is missing, unknown, without words, with other holes than English, or English. */
export function faultsOf(english: Texts, texts: Texts, part: Part): string[] {
  const missing = Object.keys(english).filter((key) => !texts[key]?.trim()).map((key) => `${key}: missing`)
  return [...missing, ...Object.entries(texts).flatMap(([key, text]) => faultOf(english, key, text, part))]
}

function faultOf(english: Texts, key: string, text: string, part: Part): string[] {
  // A language with more plural forms than English says them in addition, of the same number.
  const original = english[key] ?? (PLURAL_FORM.test(key) ? english[key.replace(PLURAL_FORM, '.other')] : undefined)
  if (original === undefined) return [`${key}: no such text in English`]
  if (holesOf(text) !== holesOf(original)) return [`${key}: has ${holesOf(text) || 'nothing'} where English has ${holesOf(original) || 'nothing'}`]
  const hasWords = /\p{L}{3}/u.test(original.replace(/\{\w+\}/g, ''))
  return hasWords && text === original && !(part !== 'errors' && SAME_AS_ENGLISH.has(key)) ? [`${key}: is English`] : []
}

/** Stops the build: no page is shipped that says nothing, or a hole, to those who read another language. */
export function assertComplete(catalogues: typeof CATALOGUES = CATALOGUES): void {
  const { en: english, ...others } = catalogues
  const faults = Object.entries(others).flatMap(([language, texts]) =>
    (Object.keys(english) as Part[]).flatMap((part) =>
      faultsOf(english[part], texts[part], part).map((fault) => `${language}: ${fault}`)))
  if (faults.length > 0) throw new Error(`texts that need a translator (docs/translating.md):\n${faults.join('\n')}`)
}
