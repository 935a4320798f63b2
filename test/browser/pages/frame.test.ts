import * as given from '../../../web/src/testing/fixtures.js'
import { disconnectBrowser } from '../harness/page.js'
import { ok, refuse, unreachable } from './answers.js'
import { fill, FLOW, RESET_PATH, seen, submit, UNLOCK, UNLOCK_PATH } from './states.js'
import { visit } from './visit.js'
import { serveWeb } from './web-site.js'

const START = 'POST /self-service/password-resets'
let site: Awaited<ReturnType<typeof serveWeb>>
beforeAll(async () => {
  site = await serveWeb()
})
afterAll(async () => {
  await disconnectBrowser()
  await site.close()
})

describe('the language', () => {
  it('is that of the browser, can be changed without losing what was typed, and is remembered', async () => {
    const { page, close } = await visit(site.origin, {}, { language: 'fi' })
    expect(await page.locator('h1').innerText()).toBe('Vaihda unohtunut salasana')
    await fill({ identifier: 'aino' })(page)
    await page.getByLabel('Kieli').selectOption('en')
    await page.locator('h1', { hasText: 'Reset your password' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.locator('#identifier').inputValue()).toBe('aino')
    expect(await page.title()).toBe('Reset your password - Norrhavn')
    await page.reload()
    await page.locator('h1', { hasText: 'Reset your password' }).waitFor()
    await close()
  })

  it('of an error follows, and the server is asked in it', async () => {
    const { page, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: ok(given.awaitingCode()),
      [`POST ${FLOW}/verification/answer`]: refuse('OTP_INVALID', 422, { params: { triesLeft: 3 } }),
    })
    await page.getByLabel('Language').selectOption('fi')
    await page.locator('h1', { hasText: 'Kirjoita 8\u2011numeroinen koodi' }).waitFor()
    await fill({ code: '11111111' })(page)
    const [request] = await Promise.all([page.waitForRequest(/verification\/answer/), submit(page)])
    expect(request.headers()['accept-language']).toBe('fi')
    await page.locator('.error-summary', { hasText: 'Sinulla on 3 yritystä jäljellä' }).waitFor()
    expect(await page.title()).toMatch(/^Virhe: /)
    await close()
  })

  it('changed while an error is shown changes the error too, in the summary and beside the field', async () => {
    const { page, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: ok(given.awaitingCode()),
      [`POST ${FLOW}/verification/answer`]: refuse('OTP_INVALID', 422, { params: { triesLeft: 3 } }),
    })
    await fill({ code: '11111111' })(page)
    await submit(page)
    await page.locator('.error-summary', { hasText: 'You have 3 tries left' }).waitFor()
    await page.getByLabel('Language').selectOption('fi')
    await page.locator('.error-summary', { hasText: 'Sinulla on 3 yritystä jäljellä' }).waitFor()
    expect(await page.locator('#code-error').innerText()).toContain('Sinulla on 3 yritystä jäljellä')
    expect(await page.locator('main').innerText()).not.toMatch(/tries left|There is a problem/)
    await close()
  })

  it('changed on the first page changes what is missing there', async () => {
    const { page, close } = await visit(site.origin, {})
    await submit(page)
    await page.locator('.error-summary', { hasText: 'Enter your user name' }).waitFor()
    await page.getByLabel('Language').selectOption('fi')
    await page.locator('.error-summary', { hasText: 'Kirjoita käyttäjätunnus' }).waitFor()
    expect(await page.locator('#identifier-error').innerText()).toContain('Kirjoita käyttäjätunnus')
    await close()
  })

  it('falls back to one the site offers', async () => {
    const { page, close } = await visit(site.origin, {
      'GET /self-service/site': ok({ ...given.site, languages: ['en'] }),
    }, { language: 'fi' })
    await page.locator('h1', { hasText: 'Reset your password' }).waitFor()
    expect(await page.locator('#language option').count()).toBe(1)
    await close()
  })

  it('is offered by its own name, and remembered in a cookie that a page opened anew is answered by', async () => {
    const { page, context, close } = await visit(site.origin, {}, { language: 'sv' })
    expect(await page.locator('#language option').allInnerTexts()).toEqual(['English', 'Suomi', 'Svenska', 'Deutsch'])
    await page.getByLabel('Språk').selectOption('de')
    await page.locator('h1', { hasText: 'Passwort zurücksetzen' }).waitFor()
    expect(await context.cookies()).toMatchObject([{ name: 'latchkey.language', value: 'de', sameSite: 'Lax' }])
    const opened = await page.goto(`${site.origin}/unlock`)
    expect(await opened!.text()).toContain('<html lang="de">')
    await page.locator('h1', { hasText: 'Konto entsperren' }).waitFor()
    expect(await page.title()).toBe('Konto entsperren - Norrhavn')
    await close()
  })
})

describe('times and counts', () => {
  const lock = { locked: true, since: given.inMinutes(-12), wrongPasswords: 1, unlocksAt: given.inMinutes(24 * 60) }
  const locked = given.verified({ kind: 'unlock', policy: null, accounts: [given.account({ lock })] })
  it.each([
    ['en', 'locked at 13:52 after 1 wrong password', 'at 21 November 14:04'],
    ['fi', 'lukittu klo 13.52, 1 väärä salasana', '21. marraskuuta klo 14.04'],
    ['sv', 'låst kl.\u00a013:52 efter 1 felaktigt lösenord', '21 november kl.\u00a014:04'],
    ['de', 'gesperrt: 13:52\u00a0Uhr, nach 1 falschen Passwort', '21. November, 14:04\u00a0Uhr'],
  ] as const)('are written as the language writes them: %s', async (language, since, opens) => {
    const { page, close } = await visit(site.origin + UNLOCK_PATH, { [`GET ${UNLOCK}`]: ok(locked) }, { language })
    await page.locator('.o-sub').first().waitFor()
    const said = await page.locator('main').textContent()
    expect(said).toContain(since)
    expect(said).toContain(opens)
    await close()
  })

  it('two accounts are joined as the language joins them', async () => {
    const { page, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(given.verified()) }, { language: 'de' })
    await submit(page)
    await page.locator('.lead', { hasText: 'Für Windows and email und Design archive' }).waitFor()
    await page.getByLabel('Sprache').selectOption('sv')
    await page.locator('.lead', { hasText: 'För Windows and email och Design archive' }).waitFor()
    await close()
  })
})

describe('a service that does not answer', () => {
  it('is said, and the page comes by itself when it does again', async () => {
    const { page, answer, close } = await visit(site.origin, { 'GET /self-service/site': unreachable })
    await page.locator('h1', { hasText: 'not available' }).waitFor()
    answer({ 'GET /self-service/site': ok(given.site) })
    await page.evaluate('dispatchEvent(new Event("online"))')
    await page.locator('h1', { hasText: 'Reset your password' }).waitFor()
    await close()
  })

  it('at the start keeps what was typed, and the next try goes through', async () => {
    const { page, close } = await visit(site.origin, { [START]: [unreachable, ok(given.flow(), 201)] })
    await fill({ identifier: 'aino.korhonen' })(page)
    await submit(page)
    await seen('.error-summary')(page)
    expect(await page.locator('#identifier').inputValue()).toBe('aino.korhonen')
    await submit(page)
    await page.locator('h1', { hasText: 'How do you want' }).waitFor()
    await close()
  })
})

describe('the demo', () => {
  it('has an inbox that renews itself and offers the newest code to copy', async () => {
    const newer = { id: 'm9', at: given.inMinutes(0.5), to: 'x@posti.example', subject: 'Code', text: 'Use this code:\n\n    9981 2277\n' }
    const { page, context, answer, close } = await visit(`${site.origin}/inbox`, { 'GET /demo/inbox': ok(given.inbox) })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.locator('.code', { hasText: '40718852' }).waitFor()
    answer({ 'GET /demo/inbox': ok({ messages: [...given.inbox.messages, newer] }) })
    await page.locator('.code', { hasText: '9981 2277' }).waitFor()
    expect(await page.locator('.code').count()).toBe(1)
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('99812277')
    await close()
  })
})

describe('the theme', () => {
  it('follows the system, and data-theme overrides it', async () => {
    const { page, close } = await visit(site.origin, {}, { scheme: 'dark' })
    const canvas = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const dark = await canvas()
    await page.evaluate('document.documentElement.dataset.theme = "light"')
    expect(await canvas()).not.toBe(dark)
    await page.emulateMedia({ colorScheme: 'light' })
    await page.evaluate('document.documentElement.dataset.theme = "dark"')
    expect(await canvas()).toBe(dark)
    await close()
  })

  it('keeps the primary button, the chosen way and the progress visible in forced colours', async () => {
    const { page, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(given.flow()) }, {
      options: { forcedColors: 'active' },
    })
    const styleOf = (selector: string, property: string) =>
      page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`)
    expect(await styleOf('.btn-primary', 'borderTopWidth')).toBe('2px')
    expect(await styleOf('.choice:has(input:checked)', 'outlineStyle')).toBe('solid')
    expect(await styleOf('.step .bar i', 'borderTopStyle')).toBe('solid')
    await close()
  })
})
