import type { ErrorCode } from '@contract/error-codes.js'
import type { Language } from '@contract/self-service.contract.js'
import { useSyncExternalStore } from 'react'
import { en } from '../locales/en.js'
import { fi } from '../locales/fi.js'
import type { Catalogue, FirstTexts, PageTexts } from '../locales/catalogue.js'

type ErrorTexts = Readonly<Record<ErrorCode, string>>
type Later = { readonly pages: PageTexts; readonly errors: ErrorTexts }
type Source = { readonly name: string; readonly first: FirstTexts; readonly later: () => Promise<Later> }

/**
 * The languages. What the first page says is part of the entry in all of them (1.3 KB each: less than a request costs); all
 * the rest is fetched in one language, with the code of the other pages. A language is added by its files in `locales/` and
 * an entry here; a text it lacks fails the type check.
 */
const SOURCES: Record<Language, Source> = {
  en: {
    name: 'English',
    first: en,
    later: () => import('../locales/en.pages.js').then((module) => ({ pages: module.enPages, errors: module.errorTexts })),
  },
  fi: {
    name: 'Suomi',
    first: fi,
    later: () => import('../locales/fi.pages.js').then((module) => ({ pages: module.fiPages, errors: module.errorTexts })),
  },
}
const REMEMBERED = 'latchkey.language'

type State = { readonly language: Language; readonly catalogue: Catalogue; readonly errors: ErrorTexts | null }
let state: State | undefined
const listeners = new Set<() => void>()

/** Null until a page has needed them. */
export const errorTexts = (): ErrorTexts | null => state?.errors ?? null
export const currentLanguage = (): Language => state?.language ?? preferredLanguage()
export const languageName = (language: Language): string => SOURCES[language].name
export const isLanguage = (value: string): value is Language => Object.hasOwn(SOURCES, value)

/** The remembered choice, then the first language of the browser that we have, then English. */
export function preferredLanguage(): Language {
  const wanted = [remembered(), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())]
  return wanted.find(isLanguage) ?? 'en'
}

export async function loadLanguage(language: Language): Promise<void> {
  // Whoever has come further than the first page has all texts, and keeps having them in the other language.
  keep(language, state?.errors ? await SOURCES[language].later() : null)
}

/** The texts of all pages and errors, for every page but the first. */
export async function loadAllTexts(): Promise<void> {
  const language = currentLanguage()
  if (state?.errors) return
  const later = await SOURCES[language].later()
  // Chosen anew in the meantime: what was asked for is not wanted any more.
  if (currentLanguage() === language) keep(language, later)
  else await loadAllTexts()
}

function keep(language: Language, later: Later | null): void {
  // Until the rest is there only the first page is shown, whose texts are complete.
  const catalogue = { ...SOURCES[language].first, ...later?.pages } as Catalogue
  state = { language, catalogue, errors: later?.errors ?? null }
  document.documentElement.lang = language
  listeners.forEach((listener) => listener())
}

export async function chooseLanguage(language: Language): Promise<void> {
  await loadLanguage(language)
  try {
    localStorage.setItem(REMEMBERED, language)
  } catch {
    // Storage is refused in some private windows; the choice then lasts as long as the page.
  }
}

function remembered(): string {
  try {
    return localStorage.getItem(REMEMBERED) ?? ''
  } catch {
    return ''
  }
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useLanguage(): State {
  const now = useSyncExternalStore(subscribe, () => state)
  if (!now) throw new Error('A page is shown only after its catalogue has loaded')
  return now
}
