import { axe } from '../harness/axe.js'
import { disconnectBrowser, screenshot, VIEWPORTS } from '../harness/page.js'
import * as given from '../../../web/src/testing/fixtures.js'
import { answerWith, ok, type Answers } from './answers.js'
import { SESSION, STATES } from './states.js'
import { openInHelsinki } from './visit.js'
import { serveWeb } from './web-site.js'

const SITE = 'GET /self-service/site'
const NARROWEST = { width: 320, height: 640 }
const LOOKS = [
  { name: 'phone', viewport: VIEWPORTS.phone, language: 'en', colorScheme: 'light' },
  { name: 'desk-dark-Finnish', viewport: VIEWPORTS.desktop, language: 'fi', colorScheme: 'dark' },
] as const
/** The other languages, whose words are longer and whose markup is the same: looked at without axe. */
const LONGER_WORDS = [
  { name: 'phone-German', viewport: VIEWPORTS.phone, language: 'de', colorScheme: 'light' },
  { name: 'desk-Swedish', viewport: VIEWPORTS.desktop, language: 'sv', colorScheme: 'light' },
] as const
type Look = (typeof LOOKS | typeof LONGER_WORDS)[number]

let site: Awaited<ReturnType<typeof serveWeb>>
// One page for all states, walked as the product itself walks: loading it anew costs more than everything that is looked at.
let opened: Awaited<ReturnType<typeof openInHelsinki>>
/** What the page on the screen was told about the site, which it asks only once. */
let toldSite: unknown
beforeAll(async () => {
  site = await serveWeb()
  opened = await openInHelsinki({ options: { viewport: LOOKS[0].viewport } })
})
afterAll(async () => {
  await opened.close()
  await disconnectBrowser()
  await site.close()
})

/**
 * Every state of every page in two looks and two more languages: no finding of axe, no error on the console, one h1, no hole
 * left in a text, nothing cut off, no sideways scroll, neither at 320 px nor with text twice the size. Every second state is reached in the second look, and
 * changed to the first while it stands. PICTURES=1 keeps a picture of each for eyes.
 */
describe('every state of every page', () => {
  it.each(STATES.map((state, index) => ({ ...state, index })))('$name', async ({ name, path, answers, act, index }) => {
    const { page, problems } = opened
    const looks = index % 2 === 0 ? LOOKS : LOOKS.toReversed()
    problems.length = 0
    await leave()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    const own = asAnotherFlow(index, { path, answers })
    await answerWith(page, { [`DELETE ${SESSION}`]: ok(null), ...own.answers })
    await open(own, looks[0]!)
    await act?.(page)
    for (const look of looks) {
      await show(look)
      await looksRight(name, look, look === looks[0] ? 'page' : 'look')
    }
    for (const look of LONGER_WORDS) {
      await show(look)
      await looksRight(name, look, null)
    }
    expect(problems.filter((problem) => !problem.includes('ERR_CONNECTION_REFUSED'))).toEqual([])
  })
})

async function looksRight(name: string, look: Look, extent: 'page' | 'look' | null): Promise<void> {
  const { page } = opened
  expect(await page.evaluate(FACTS)).toEqual({ headings: 1, language: look.language, holes: null })
  if (process.env.PICTURES) await screenshot(page, `${look.name}/${name}`)
  if (extent) await axe(page, extent)
  await page.setViewportSize(NARROWEST)
  expect(await page.evaluate(SIDEWAYS)).toBe(0)
  expect(await page.evaluate(CUT_OFF)).toEqual([])
  await page.setViewportSize({ ...look.viewport, width: Math.min(640, look.viewport.width) })
  await page.evaluate('document.documentElement.style.setProperty("font-size", "200%")')
  expect(await page.evaluate(SIDEWAYS)).toBe(0)
  await page.evaluate('document.documentElement.style.removeProperty("font-size")')
}

const FACTS = `({
  headings: document.querySelectorAll('h1').length,
  language: document.documentElement.lang,
  holes: /undefined|\\{\\w+\\}|\\[object|<b>/.exec(document.querySelector('main').innerText),
})`
/** Words that stick out of a button, a label or a message: the window scrolls for none of them. */
const CUT_OFF = `[...document.querySelectorAll('main *, header *, footer *')]
  .filter((one) => !one.closest('.vh, .skip, select, svg, input'))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
  .map((one) => one.className + ': ' + one.textContent)`
const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

/** Signs out and goes where nothing is asked of the server any more: the next state does not know the questions of this one. */
async function leave(): Promise<void> {
  const { page } = opened
  if (!page.url().startsWith(site.origin)) return
  await page.evaluate(`document.querySelector('.who button')?.click()`)
  await page.locator('.who').waitFor({ state: 'detached' })
  await page.evaluate(goTo(ELSEWHERE))
}

/** Goes there within the page; loads it anew only where it was told something else about the site. */
async function open({ path, answers }: Addressed, look: Look): Promise<void> {
  const { page } = opened
  const sitesAnswer = answers[SITE] ?? null
  if (toldSite === sitesAnswer && page.url().startsWith(site.origin)) {
    if (path === ELSEWHERE) await page.evaluate(goTo('/help'))
    await page.locator('h1').waitFor()
    await show(look)
    await page.evaluate(`document.querySelector('h1').id = 'before'; ${goTo(path)}`)
    await page.locator('h1:not(#before)').waitFor()
  } else {
    await page.goto(site.origin + path)
    await page.locator('h1').waitFor()
    await show(look)
  }
  toldSite = sitesAnswer
}

/** Where one stands in between, so that nothing of the page before is taken for the next. */
const ELSEWHERE = '/no/such/page'
const goTo = (path: string): string => `history.pushState(null, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`

/** The page on the screen in another width, scheme and language, as the person's own devices and choice would have it. */
async function show({ viewport, colorScheme, language }: Look): Promise<void> {
  const { page } = opened
  await page.setViewportSize(viewport)
  await page.emulateMedia({ colorScheme })
  await page.evaluate(`{
    const select = document.getElementById('language')
    if (select.value !== '${language}') {
      Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(select, '${language}')
      select.dispatchEvent(new Event('change', { bubbles: true }))
    }
  }`)
  await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' })
}

type Addressed = { readonly path: string; readonly answers: Answers }

/** The same under an id of its own: the page shows at once what it knows of a flow that it has seen before. */
function asAnotherFlow(index: number, { path, answers }: Addressed): Addressed {
  const id = given.FLOW_ID.replace(/\d{4}$/, String(9_000 + index))
  const renamed = (answer: unknown): unknown => {
    if (typeof answer === 'function') return answer
    if (Array.isArray(answer)) return answer.map(renamed)
    return JSON.parse(JSON.stringify(answer).replaceAll(given.FLOW_ID, id))
  }
  return {
    path: path.replace(given.FLOW_ID, id),
    answers: Object.fromEntries(Object.entries(answers).map(([key, answer]) =>
      [key.replace(given.FLOW_ID, id), renamed(answer)])) as Answers,
  }
}
