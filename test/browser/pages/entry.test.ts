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

it.each(['en-GB', 'fi-FI'])('the first page weighs at most 90 KB gzip in at most 5 requests: %s', async (locale) => {
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
