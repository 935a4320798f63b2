import type { Language } from '@contract/self-service.contract.js'
import { useSyncExternalStore } from 'react'
import type { Catalogue } from '../locales/en.js'

/**
 * The language of the page. Each catalogue is a chunk of its own, so a person fetches one. A language is added by a
 * file in `locales/` and a line here; a text it lacks fails the type check.
 */
const CATALOGUES: Record<Language, { readonly name: string; readonly load: () => Promise<Catalogue> }> = {
  en: { name: 'English', load: () => import('../locales/en.js').then((module) => module.en) },
  fi: { name: 'Suomi', load: () => import('../locales/fi.js').then((module) => module.fi) },
}
const REMEMBERED = 'latchkey.language'

type State = { readonly language: Language; readonly catalogue: Catalogue }
let state: State | undefined
const listeners = new Set<() => void>()

export const currentLanguage = (): Language => state?.language ?? preferredLanguage()
export const languageName = (language: Language): string => CATALOGUES[language].name
export const isLanguage = (value: string): value is Language => Object.hasOwn(CATALOGUES, value)

/** The remembered choice, then the first language of the browser that we have, then English. */
export function preferredLanguage(): Language {
  const wanted = [remembered(), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())]
  return wanted.find(isLanguage) ?? 'en'
}

export async function loadLanguage(language: Language): Promise<void> {
  const catalogue = await CATALOGUES[language].load()
  state = { language, catalogue }
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
