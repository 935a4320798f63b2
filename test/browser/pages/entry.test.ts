import { gzipSync } from 'node:zlib'
import * as given from '../../../web/src/testing/fixtures.js'
import { disconnectBrowser, openPage } from '../harness/page.js'
import { answerWith } from './answers.js'
import { serveWeb } from './web-site.js'

/** Everything fetched to show the first page. A person on a slow phone network waits for exactly this. */
const MOST_BYTES = 90_000
const MOST_REQUESTS = 5

let site: Awaited<ReturnType<typeof serveWeb>>
beforeAll(async () => {
  site = await serveWeb()
})
afterAll(async () => {
  await disconnectBrowser()
  await site.close()
})

it.each(['en-GB', 'fi-FI', 'sv-SE', 'de-DE'])('the first page weighs at most 90 KB gzip in at most 5 requests: %s', async (locale) => {
  const { page, close } = await openPage({ locale })
  await answerWith(page, {})
  const sizes = new Map<string, number>()
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    const length = response.headers()['content-length']
    sizes.set(pathname, pathname.startsWith('/api/') ? gzipSync(JSON.stringify(given.site)).length : Number(length))
  })
  await page.goto(site.origin)
  await page.locator('form').waitFor()
  await page.waitForLoadState('networkidle')
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  expect(sizes.size).toBeLessThanOrEqual(MOST_REQUESTS)
  expect([...sizes.keys()].filter((path) => /\.(js|css)$/.test(path))).toHaveLength(2)
  expect(total).toBeGreaterThan(50_000) // it has counted something
  expect(total).toBeLessThanOrEqual(MOST_BYTES)
  await close()
})

it('a language is fetched by itself: the chosen one and no other', async () => {
  const { page, close } = await openPage({ locale: 'sv-FI' })
  await answerWith(page, {})
  const scripts: string[] = []
  page.on('request', (request) => {
    const name = /\/assets\/(\w\w)(\.pages)?-/.exec(request.url())
    if (name) scripts.push(`${name[1]}${name[2] ?? ''}`)
  })
  await page.goto(site.origin)
  await page.locator('h1', { hasText: 'Återställ ditt lösenord' }).waitFor()
  expect(scripts).toEqual([])
  await page.locator('#identifier').fill('aino')
  await page.locator('#language').selectOption('de')
  await page.locator('h1', { hasText: 'Passwort zurücksetzen' }).waitFor()
  await page.reload()
  await page.locator('h1', { hasText: 'Passwort zurücksetzen' }).waitFor()
  await page.waitForLoadState('networkidle')
  expect(new Set(scripts)).toEqual(new Set(scripts.filter((name) => name === 'de' || name.endsWith('.pages'))))
  expect(scripts.filter((name) => name === 'en' || name === 'fi')).toEqual([])
  await close()
})

it('without script says so in the language of the browser', async () => {
  const { page, close } = await openPage({ locale: 'de-DE', javaScriptEnabled: false })
  await page.goto(site.origin)
  expect(await page.locator('h1').innerText()).toBe('Diese Seite braucht JavaScript')
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  await close()
})
