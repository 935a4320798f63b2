import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext } from 'playwright-core'
import { VIEWPORTS } from '../harness/page.js'
import { sharedServer, type RunningServer } from '../harness/server.js'
import { Person } from './person.js'

const CANARY = 'Kanarialintu-5fQz-laulaa-9'
const SECOND_CANARY = 'Toinen-lintu-8wXk-vaikenee-4'
/** Stored on purpose: proof that the search finds what is there. */
const CONTROL = 'control-3Jm8vq'

const startedServer = sharedServer()
let server: RunningServer
let profile: string
let context: BrowserContext
beforeAll(async () => {
  server = await startedServer()
  profile = await mkdtemp(join(tmpdir(), 'latchkey-profile-'))
})
afterAll(async () => {
  await context?.close()
  await rm(profile, { recursive: true, force: true })
})

/** All a script of the page can read of what the browser keeps. */
const KEPT_BY_SCRIPT = `(async () => JSON.stringify({
  local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie, state: history.state,
  title: document.title, name: window.name, url: location.href,
  databases: await indexedDB.databases(), caches: await caches.keys(),
}))()`

it('no password and no code stays in the browser after a whole walk', async () => {
  context = await chromium.launchPersistentContext(profile, {
    ...(JSON.parse(process.env.LATCHKEY_TEST_CHROMIUM!) as object), locale: 'en-GB', viewport: VIEWPORTS.phone,
  })
  const person = Person.in(context, server)
  const { page } = person
  const said: string[] = []
  const addresses: string[] = []
  const cachable: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('framenavigated', (frame) => addresses.push(frame.url()))
  page.on('request', (request) => addresses.push(request.url(), request.headers()['referer'] ?? ''))
  page.on('response', (response) => {
    const { 'cache-control': caching = '' } = response.headers()
    if (response.url().includes('/api/') && !caching.includes('no-store')) cachable.push(response.url())
  })
  const kept: string[] = []
  const look = async (): Promise<void> => void kept.push(await page.evaluate<string>(KEPT_BY_SCRIPT))

  await person.goto('/')
  await page.evaluate(`localStorage.setItem('control', '${CONTROL}')`)
  await person.start('aino.korhonen')
  await look()
  await person.askForCode()
  const code = await person.inbox.nextCode('aino.korhonen@posti.example')
  await person.field('Code').fill(code)
  await look()
  await person.button('Continue').click()
  await person.at('Which passwords do you want to change?')
  await look()
  await person.button('Continue').click()
  await person.at('Choose a new password')
  await person.button('Suggest a passphrase').click()
  await page.locator('.secret').waitFor()
  const suggestion = await page.locator('.secret').innerText()
  // shown, so that it stands in the page as text for a while
  const judged = page.waitForResponse((response) => response.url().endsWith('/password-check'))
  await person.typeTwice(CANARY)
  await judged
  await look()
  await person.button('Change password').click()
  await person.at('Your password is changed')
  await look()
  await page.goBack()
  await page.reload()
  await person.at('Your password is changed')

  await person.signIn('aino.korhonen', CANARY)
  await person.at('Which passwords do you want to change?')
  await person.button('Continue').click()
  await person.field('Current password').fill(CANARY)
  await person.typeTwice(SECOND_CANARY)
  await look()
  await person.link('My requests').click()
  await person.at('My requests')
  await page.goBack()
  await person.at('Change your password')
  for (const field of ['Current password', 'New password', 'New password again']) {
    expect([field, await person.field(field).inputValue()]).toEqual([field, ''])
  }
  await page.reload()
  await look()
  await person.button('Sign out').click()
  await person.at('Sign in')
  await look()
  expect(cachable).toEqual([])
  expect(await context.cookies()).not.toEqual([])
  await context.close()

  const secrets = { CANARY, SECOND_CANARY, code, suggestion }
  for (const [name, secret] of Object.entries(secrets)) {
    for (const [place, texts] of Object.entries({ kept, addresses, said })) {
      const telling = texts.filter((text) => text.includes(secret) || text.includes(encodeURIComponent(secret)))
      expect([name, place, telling]).toEqual([name, place, []])
    }
    expect([name, await filesWith(profile, secret)]).toEqual([name, []])
  }
  expect(kept.join()).toContain(CONTROL)
  expect((await filesWith(profile, CONTROL)).join()).toContain('Local Storage')
  expect((await filesWith(profile, server.origin)).join()).toContain('History')
})

/** Files below that hold the text as UTF-8 or as UTF-16. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const needles = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path)
    if (needles.some((needle) => content.includes(needle))) found.push(path.slice(folder.length + 1))
  }
  return found
}
