import type { BrowserContextOptions } from 'playwright-core'
import { openPage, VIEWPORTS, type OpenedPage } from '../harness/page.js'
import type { Language } from '../../../src/contract/self-service.contract.js'
import { NOW } from '../../../web/src/testing/fixtures.js'
import { answerWith, type Answers, type Asked } from './answers.js'

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fi: 'fi-FI', sv: 'sv-FI', de: 'de-DE' }
export type Visit = OpenedPage & { readonly asked: Asked[]; readonly answer: (more: Answers) => void }
export type Look = {
  readonly language?: Language
  readonly scheme?: 'light' | 'dark'
  readonly options?: Pick<BrowserContextOptions, 'timezoneId' | 'forcedColors'> & { viewport?: { width: number; height: number } }
}

/** Asks the server once and waits: what the page had on its way before has come, and what it was going to ask has gone. */
export const roundTrip = (page: OpenedPage['page']): Promise<unknown> =>
  page.evaluate('fetch("/api/v1/self-service/site").then(() => 0)')

/** A browser in Helsinki at four past two, whose server says what the test prepared. */
export async function visit(url: string, answers: Answers, look: Look = {}): Promise<Visit> {
  const opened = await openInHelsinki(look)
  const { asked, set } = await answerWith(opened.page, answers)
  await opened.page.goto(url)
  await opened.page.locator('h1').first().waitFor()
  return { ...opened, asked, answer: set }
}

const ownTabs = new Map<string, OpenedPage>()

/**
 * One tab a language and zone, which each visit of the file takes over as new: a profile of its own each time would cost more
 * than most tests. Nothing has to be closed; `disconnectBrowser` ends them all.
 */
export async function openInHelsinki({ language = 'en', scheme = 'light', options = {} }: Look): Promise<OpenedPage> {
  const { viewport = VIEWPORTS.desktop, forcedColors = 'none', timezoneId = 'Europe/Helsinki' } = options
  const key = `${language} ${timezoneId}`
  const left = ownTabs.get(key)
  // Another file of the same group has had it and closed the browser behind it.
  const known = left && !left.page.isClosed() ? left : undefined
  const opened = known ?? (await openPage({ locale: LOCALES[language], timezoneId }))
  ownTabs.set(key, opened)
  if (known) await forget(opened)
  await opened.page.setViewportSize(viewport)
  await opened.page.emulateMedia({ colorScheme: scheme, forcedColors, reducedMotion: 'reduce' })
  await opened.page.clock.setFixedTime(new Date(NOW))
  return { ...opened, close: () => Promise.resolve() }
}

async function forget({ page, context, problems }: OpenedPage): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  if (page.url().startsWith('http')) await page.evaluate('localStorage.clear(); sessionStorage.clear()')
  await page.goto('about:blank')
  await Promise.all([context.clearCookies(), context.clearPermissions()])
  problems.length = 0
}
