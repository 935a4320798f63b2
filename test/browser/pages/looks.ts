import { axe } from '../harness/axe.js'
import { disconnectBrowser, screenshot } from '../harness/page.js'
import { answerWith } from './answers.js'
import { STATES } from './states.js'
import { openInHelsinki, type Look } from './visit.js'
import { serveWeb } from './web-site.js'

const NARROWEST = { width: 320, height: 640 }

/**
 * Every state of every page in one look: no finding of axe, no error on the console, one h1, no hole left in a text, no
 * sideways scroll, neither at 320 px nor with text twice the size. PICTURES=1 keeps a picture of each for eyes.
 */
export function looksComplete(look: string, options: Look & { readonly viewport: { width: number; height: number } }): void {
  const { viewport, language } = options
  let site: Awaited<ReturnType<typeof serveWeb>>
  // One page for all states: a new one each would take longer than everything that is looked at.
  let opened: Awaited<ReturnType<typeof openInHelsinki>>
  beforeAll(async () => {
    site = await serveWeb()
    opened = await openInHelsinki({ ...options, options: { viewport } })
  })
  afterAll(async () => {
    await opened.close()
    await disconnectBrowser()
    await site.close()
  })

  it.each(STATES)(`$name, ${look}`, async ({ name, path, answers, act }) => {
    const { page, problems } = opened
    problems.length = 0
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.setViewportSize(viewport)
    await answerWith(page, answers)
    await page.goto(site.origin + path)
    await page.locator('h1').first().waitFor()
    await act?.(page)
    await page.locator('h1').waitFor()
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    expect(await page.locator('main').innerText()).not.toMatch(/undefined|\{\w+\}|\[object|<b>/)
    if (process.env.PICTURES) await screenshot(page, `${look.replaceAll(' ', '-')}/${name}`)
    await axe(page)
    expect(problems.filter((problem) => !problem.includes('ERR_CONNECTION_REFUSED'))).toEqual([])

    await page.setViewportSize(NARROWEST)
    expect(await page.evaluate(SIDEWAYS)).toBe(0)
    await page.setViewportSize({ ...viewport, width: Math.min(640, viewport.width) })
    await page.evaluate('document.documentElement.style.setProperty("font-size", "200%")')
    expect(await page.evaluate(SIDEWAYS)).toBe(0)
  })
}

const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
