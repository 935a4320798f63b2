import { openPage, type OpenedPage, type PageOptions } from '../harness/page.js'
import { NOW } from '../../../web/src/testing/fixtures.js'
import { answerWith, type Answers, type Asked } from './answers.js'

export type Visit = OpenedPage & { readonly asked: Asked[]; readonly answer: (more: Answers) => void }
export type Look = { readonly language?: 'en' | 'fi'; readonly scheme?: 'light' | 'dark'; readonly options?: PageOptions }

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

export async function openInHelsinki({ language = 'en', scheme = 'light', options = {} }: Look): Promise<OpenedPage> {
  const opened = await openPage({
    locale: language === 'fi' ? 'fi-FI' : 'en-GB', timezoneId: 'Europe/Helsinki', colorScheme: scheme, ...options,
  })
  await opened.page.clock.setFixedTime(new Date(NOW))
  return opened
}
