import type { Request } from 'express'
import { Language } from '../../contract/self-service.contract.js'

/** What the person chose on our pages; they write it, and no other cookie is written by a page. */
const CHOSEN = /(?:^|;\s*)latchkey\.language=([a-z]{2})(?:;|$)/

/** The first of the browser's languages that we have, else English. Our own pages name the chosen one and no other. */
export function languageOf(request: Request): Language {
  const accepted = Language.safeParse(request.acceptsLanguages(...Language.options))
  return accepted.success ? accepted.data : 'en'
}

/** For a page opened by its address: there the browser names its own languages, and the choice is in the cookie. */
export function pageLanguageOf(request: Request): Language {
  const chosen = Language.safeParse(CHOSEN.exec(request.headers.cookie ?? '')?.[1])
  return chosen.success ? chosen.data : languageOf(request)
}
