import type { Language, SiteView } from '@contract/self-service.contract.js'
import { createContext, use } from 'react'

/** What this site is called and offers; null only while the service does not answer. */
export const SiteContext = createContext<SiteView | null>(null)
export const useSite = (): SiteView | null => use(SiteContext)

/** What the organisation says in this language; in the first it has where it says nothing in it. */
export const wordsIn = (words: SiteView['serviceDesk']['hours'], language: Language): string =>
  words[language] ?? Object.values(words)[0] ?? ''
