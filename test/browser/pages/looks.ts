import { axe } from '../harness/axe.js'
import { disconnectBrowser, screenshot } from '../harness/page.js'
import { STATES } from './states.js'
import { visit, type Look } from './visit.js'
import { serveWeb } from './web-site.js'

const NARROWEST = { width: 320, height: 640 }

/**
 * Every state of every page in one look: no finding of axe, no error on the console, one h1, no hole left in a text, no
 * sideways scroll, neither at 320 px nor with text twice the size. PICTURES=1 keeps a picture of each for eyes.
 */
export function looksComplete(look: string, options: Look & { readonly viewport: { width: number; height: number } }): void {
  let site: Awaited<ReturnType<typeof serveWeb>>
  beforeAll(async () => {
    site = await serveWeb()
  })
  afterAll(async () => {
    await disconnectBrowser()
    await site.close()
  })

  it.each(STATES)(`$name, ${look}`, async ({ name, path, answers, act }) => {
    const { viewport } = options
    const { page, problems, close } = await visit(site.origin + path, answers, { ...options, options: { viewport } })
    await act?.(page)
    await page.locator('h1').waitFor()
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('html').getAttribute('lang')).toBe(options.language)
    expect(await page.locator('main').innerText()).not.toMatch(/undefined|\{\w+\}|\[object|<b>/)
    if (process.env.PICTURES) await screenshot(page, `${look.replaceAll(' ', '-')}/${name}`)
    await axe(page)
    expect(problems.filter((problem) => !problem.includes('ERR_CONNECTION_REFUSED'))).toEqual([])

    await page.setViewportSize(NARROWEST)
    expect(await page.evaluate(SIDEWAYS)).toBe(0)
    await page.setViewportSize({ ...viewport, width: Math.min(640, viewport.width) })
    await page.evaluate('document.documentElement.style.setProperty("font-size", "200%")')
    expect(await page.evaluate(SIDEWAYS)).toBe(0)
    await close()
  })
}

const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
