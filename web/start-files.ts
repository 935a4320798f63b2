import type { Language } from '../src/contract/self-service.contract.js'
import type { FirstTexts } from './src/locales/catalogue.js'
import { de } from './src/locales/de.js'
import { en } from './src/locales/en.js'
import { fi } from './src/locales/fi.js'
import { sv } from './src/locales/sv.js'

const FIRST: Readonly<Record<Language, FirstTexts>> = { en, fi, sv, de }
export const START_LANGUAGES = Object.keys(FIRST) as readonly Language[]

/**
 * The page as it is sent: in its language from the first byte, with what the first page says as data (never executed, so the
 * content security policy has nothing to allow), and with a word for whoever has no script.
 */
export function startFile(html: string, language: Language): string {
  const texts = FIRST[language]
  // "</script>" within a text would end the block.
  const data = JSON.stringify(texts).replaceAll('<', '\\u003c')
  const scriptless = `<main class="ss-main"><h1>${texts['scriptless.title']}</h1><p>${texts['scriptless.text']}</p></main>`
  return html
    .replace(/<html lang="\w+">/, () => `<html lang="${language}">`)
    .replace(/(?:<script type="application\/json"[^]*?<\/script>\n)?<\/head>/, () =>
      `<script type="application/json" id="texts" lang="${language}">${data}</script>\n</head>`)
    .replace(/<noscript>[^]*?<\/noscript>/, () => `<noscript>${scriptless}</noscript>`)
}
