import type { ErrorCode } from '@contract/error-codes.js'
import type { Language } from '@contract/self-service.contract.js'
import { useSyncExternalStore } from 'react'
import type { Catalogue, FirstTexts, PageTexts } from '../locales/catalogue.js'

type ErrorTexts = Readonly<Record<ErrorCode, string>>
type Later = { readonly pages: PageTexts; readonly errors: ErrorTexts }
type Source = { readonly name: string; readonly first: () => Promise<FirstTexts>; readonly later: () => Promise<Later> }

/**
 * The language of the page. A person fetches one language, the first page's texts at once and the others with the code of
 * the other pages. A language is added by its files in `locales/` and an entry here; what it lacks fails the type check.
 */
const SOURCES: Record<Language, Source> = {
  en: {
    name: 'English',
    first: () => import('../locales/en.js').then((module) => module.en),
    later: () => import('../locales/en.pages.js').then((module) => ({ pages: module.enPages, errors: module.errorTexts })),
  },
  fi: {
    name: 'Suomi',
    first: () => import('../locales/fi.js').then((module) => module.fi),
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
  const { first, later } = SOURCES[language]
  // Whoever has come further than the first page has all texts, and keeps having them in the other language.
  const [texts, rest] = await Promise.all([first(), state?.errors ? later() : null])
  keep(language, texts, rest)
}

/** The texts of all pages and errors, for every page but the first. */
export async function loadAllTexts(): Promise<void> {
  const language = currentLanguage()
  if (state?.errors && state.language === language) return
  const [texts, rest] = await Promise.all([SOURCES[language].first(), SOURCES[language].later()])
  // Chosen anew in the meantime: what was asked for is not wanted any more.
  if (currentLanguage() === language) keep(language, texts, rest)
  else await loadAllTexts()
}

function keep(language: Language, texts: FirstTexts, rest: Later | null): void {
  // Until the rest is there only the first page is shown, whose texts are complete.
  state = { language, catalogue: { ...texts, ...rest?.pages } as Catalogue, errors: rest?.errors ?? null }
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
