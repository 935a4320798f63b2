import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'

export const VIEWPORTS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const

export type OpenedPage = {
  page: Page
  context: BrowserContext
  /** Uncaught errors, console errors, failed requests and calls to anywhere but this machine. A good page has none. */
  problems: string[]
  close(): Promise<void>
}

export type PageOptions = BrowserContextOptions & { viewport?: { width: number; height: number } }

let connected: Promise<Browser> | undefined

/** The browser of the run (start-suite.mjs). Closing this connection ends its contexts, not the browser. */
function browser(): Promise<Browser> {
  const endpoint = process.env.LATCHKEY_TEST_BROWSER
  if (!endpoint) throw new Error('no browser: run through jest in the project browser')
  return (connected ??= chromium.connect(endpoint))
}

/** A fresh profile: no cookie and no storage of any other test. Wide, English and light unless told otherwise. */
export async function openPage(options: PageOptions = {}): Promise<OpenedPage> {
  const plain = { viewport: VIEWPORTS.desktop, locale: 'en-GB', reducedMotion: 'reduce' } as const
  const context = await (await browser()).newContext({ ...plain, ...options })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    // The browser reports each 4xx answer here; whether one is right is the test's matter.
    const answered = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !answered) problems.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url())
    if (/^https?:$/.test(protocol) && !['127.0.0.1', 'localhost'].includes(hostname)) problems.push(`asked ${hostname}`)
  })
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'failed'
    if (reason !== 'net::ERR_ABORTED') problems.push(`${request.url()}: ${reason}`) // leaving a page aborts what it still loads
  })
  return { page, context, problems, close: () => context.close() }
}

/** Call in afterAll of a file that opened pages. */
export async function disconnectBrowser(): Promise<void> {
  await (await connected)?.close()
  connected = undefined
}

/** The whole page as test/.artifacts/screenshots/<name>.png, for eyes; no test compares pixels. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const path = join(process.cwd(), 'test/.artifacts/screenshots', `${name}.png`)
  await mkdir(dirname(path), { recursive: true })
  await page.screenshot({ path, fullPage: true, animations: 'disabled' })
  return path
}
