import type { ErrorCode } from '@contract/error-codes.js'
import type { Language } from '@contract/self-service.contract.js'
import { useSyncExternalStore } from 'react'
import type { Catalogue, FirstTexts, PageTexts } from '../locales/catalogue.js'

type ErrorTexts = Readonly<Record<ErrorCode, string>>
type Later = { readonly pages: PageTexts; readonly errors: ErrorTexts }
type Source = { readonly name: string; readonly first: () => Promise<FirstTexts>; readonly later: () => Promise<Later> }

/**
 * The languages, each fetched by itself. What the first page says comes within the page in the language the server took for
 * the reader (vite.config.ts writes one start file a language), so that it costs no request; in another language it is
 * fetched, as is all the rest. A language is added by its files in `locales/` and an entry here; a text it lacks fails the
 * type check.
 */
const SOURCES: Readonly<Record<Language, Source>> = {
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
  sv: {
    name: 'Svenska',
    first: () => import('../locales/sv.js').then((module) => module.sv),
    later: () => import('../locales/sv.pages.js').then((module) => ({ pages: module.svPages, errors: module.errorTexts })),
  },
  de: {
    name: 'Deutsch',
    first: () => import('../locales/de.js').then((module) => module.de),
    later: () => import('../locales/de.pages.js').then((module) => ({ pages: module.dePages, errors: module.errorTexts })),
  },
}
export const LANGUAGES = Object.keys(SOURCES) as readonly Language[]

/** A cookie, because the server needs it too: it chooses the start file by it. Nothing else is kept of a person. */
const REMEMBERED = 'latchkey.language'
const A_YEAR_SECONDS = 31_536_000

type State = { readonly language: Language; readonly catalogue: Catalogue; readonly errors: ErrorTexts | null }
let state: State | undefined
const listeners = new Set<() => void>()

/** Null until a page has needed them. */
export const errorTexts = (): ErrorTexts | null => state?.errors ?? null
export const currentLanguage = (): Language => state?.language ?? preferredLanguage()
export const languageName = (language: Language): string => SOURCES[language].name
export const isLanguage = (value: string): value is Language => Object.hasOwn(SOURCES, value)

/** The remembered choice, then the first language of the browser that is offered, then the first offered. */
export function preferredLanguage(offered: readonly Language[] = LANGUAGES): Language {
  const wanted = [remembered(), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())]
  return wanted.filter(isLanguage).find((language) => offered.includes(language)) ?? offered[0] ?? 'en'
}

export async function loadLanguage(language: Language): Promise<void> {
  // Whoever has come further than the first page has all texts, and keeps having them in the other language.
  const [first, later] = await Promise.all([firstTexts(language), state?.errors ? SOURCES[language].later() : null])
  keep(language, first, later)
}

/** Those that came within the page, when it came in this language. */
function firstTexts(language: Language): FirstTexts | Promise<FirstTexts> {
  const within = document.getElementById('texts')
  if (within?.lang === language) return JSON.parse(within.textContent) as FirstTexts
  return SOURCES[language].first()
}

/** The texts of all pages and errors, for every page but the first. */
export async function loadAllTexts(): Promise<void> {
  const language = currentLanguage()
  if (state?.errors) return
  const later = await SOURCES[language].later()
  // Chosen anew in the meantime: what was asked for is not wanted any more.
  if (currentLanguage() === language) keep(language, await firstTexts(language), later)
  else await loadAllTexts()
}

function keep(language: Language, first: FirstTexts, later: Later | null): void {
  // Until the rest is there only the first page is shown, whose texts are complete.
  const catalogue = { ...first, ...later?.pages } as Catalogue
  state = { language, catalogue, errors: later?.errors ?? null }
  document.documentElement.lang = language
  listeners.forEach((listener) => listener())
}

export async function chooseLanguage(language: Language): Promise<void> {
  // Where cookies are refused the choice lasts as long as the page.
  document.cookie = `${REMEMBERED}=${language}; Path=/; Max-Age=${A_YEAR_SECONDS}; SameSite=Lax`
  await loadLanguage(language)
}

const remembered = (): string => new RegExp(`(?:^|; )${REMEMBERED}=(\\w+)`).exec(document.cookie)?.[1] ?? ''

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useLanguage(): State {
  const now = useSyncExternalStore(subscribe, () => state)
  if (!now) throw new Error('A page is shown only after its catalogue has loaded')
  return now
}
