import * as given from '../../../web/src/testing/fixtures.js'
import { disconnectBrowser } from '../harness/page.js'
import { ok, refuse, unreachable, type Answers } from './answers.js'
import { fill, seen, SESSION, submit } from './states.js'
import { visit } from './visit.js'
import { serveWeb } from './web-site.js'

const signedOut: Answers = { [`GET ${SESSION}`]: refuse('SIGN_IN_REQUIRED', 401) }
const change = given.request({ kind: 'change', outcomes: [given.outcome()] })

let site: Awaited<ReturnType<typeof serveWeb>>
beforeAll(async () => {
  site = await serveWeb()
})
afterAll(async () => {
  await disconnectBrowser()
  await site.close()
})

describe('self-service of someone who knows the password', () => {
  it('asks to sign in first, then goes where one wanted to go, and ends with signing out', async () => {
    const { page, asked, answer, problems, close } = await visit(`${site.origin}/requests`, {
      ...signedOut,
      [`POST ${SESSION}`]: ok(given.session()),
      [`GET ${SESSION}/requests`]: ok({ requests: [change], next: null }),
      [`DELETE ${SESSION}`]: ok(null),
    })
    await page.waitForURL(/sign-in\?next=%2Frequests/)
    await fill({ identifier: 'mikael.sundstrom', password: 'x9 secret' })(page)
    answer({ [`GET ${SESSION}`]: ok(given.session()) })
    await submit(page)
    await seen('.req')(page)
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ identifier: 'mikael.sundstrom', password: 'x9 secret' })
    expect(await page.locator('header').innerText()).toContain('Signed in as Mikael Sundström')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('.banner', { hasText: 'You have signed out' }).waitFor()
    expect(await page.locator('header').innerText()).not.toContain('Mikael')
    expect(problems).toEqual([])
    await close()
  })

  it('sends nobody to a place of somebody else’s making after signing in', async () => {
    const { page, close } = await visit(`${site.origin}/sign-in?next=https%3A%2F%2Fevil.example%2F`, {
      [`POST ${SESSION}`]: ok(given.session()), [`GET ${SESSION}`]: ok(given.session()),
    })
    await fill({ identifier: 'mikael', password: 'x' })(page)
    await submit(page)
    await page.locator('h1', { hasText: 'Change your password' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/change')
    await close()
  })

  it('leads to the change when the password has expired, whatever was wanted', async () => {
    const expired = given.session({
      accounts: [given.account({ passwordExpired: true, passwordExpiresAt: '2026-11-18T06:00:00.000Z' })],
    })
    const { page, close } = await visit(`${site.origin}/sign-in?next=%2Frequests`, { [`POST ${SESSION}`]: ok(expired) })
    await fill({ identifier: 'mikael', password: 'x' })(page)
    await submit(page)
    await page.locator('.banner', { hasText: 'Your password expired on 18 November' }).waitFor()
    await close()
  })

  it.each([
    ['in 40 days', 40 * 24, 'The password expires on 30 December', false], ['in 14 days', 14 * 24, 'The password expires on 4 December', false],
    ['in 13 days', 13 * 24, 'The password expires in 13 days, on 3 December', true], ['tomorrow', 24, 'The password expires tomorrow at 14:04', true],
    ['today', 2, 'The password expires today at 16:04', true], ['never', null, null, false],
  ])('says when the password runs out: %s', async (_when, hours, said, warns) => {
    const accounts = [given.account({ passwordExpiresAt: hours === null ? null : given.inMinutes(hours * 60) })]
    const { page, close } = await visit(`${site.origin}/change`, { [`GET ${SESSION}`]: ok(given.session({ accounts })) })
    await page.locator('h1', { hasText: 'Change your password' }).waitFor()
    expect(await page.locator('.expiry').allInnerTexts()).toEqual(said === null ? [] : [said])
    expect(await page.locator('.expiry.soon').count()).toBe(warns ? 1 : 0)
    await close()
  })

  it('keeps the name and forgets the password when the sign-in was refused', async () => {
    const { page, close } = await visit(`${site.origin}/sign-in`, { [`POST ${SESSION}`]: refuse('SIGN_IN_REFUSED', 422) })
    await fill({ identifier: 'mikael', password: 'wrong' })(page)
    await submit(page)
    await seen('.error-summary')(page)
    expect([await page.locator('#identifier').inputValue(), await page.locator('#password').inputValue()]).toEqual(['mikael', ''])
    await close()
  })

  it('changes the password and shows what became of it', async () => {
    const { page, asked, close } = await visit(`${site.origin}/change`, {
      [`GET ${SESSION}`]: ok(given.session()),
      [`POST ${SESSION}/password-check`]: ok(given.strongCheck),
      [`POST ${SESSION}/password`]: ok({ ...change, state: 'applying' }, 202),
      [`GET ${SESSION}/requests/SR-20418`]: ok(change),
    })
    await fill({ current: 'old one', new: 'Regn över sju gröna tak', again: 'Regn över sju gröna tak' })(page)
    await submit(page)
    await page.locator('h1', { hasText: 'Your password is changed' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/requests/SR-20418')
    expect(asked.find(({ path, method }) => method === 'POST' && path.endsWith('/password'))?.body)
      .toEqual({ currentPassword: 'old one', newPassword: 'Regn över sju gröna tak', accounts: [given.account().id] })
    await close()
  })

  it('forgets all three passwords when the current one was wrong, and says how many tries are left', async () => {
    const { page, close } = await visit(`${site.origin}/change`, {
      [`GET ${SESSION}`]: ok(given.session()),
      [`POST ${SESSION}/password-check`]: ok(given.strongCheck),
      [`POST ${SESSION}/password`]: refuse('CURRENT_PASSWORD_WRONG', 422, { params: { triesLeft: 1 } }),
    })
    await fill({ current: 'x', new: 'Regn över sju gröna tak', again: 'Regn över sju gröna tak' })(page)
    await submit(page)
    await page.locator('#current-error', { hasText: '1 try left' }).waitFor()
    for (const id of ['current', 'new', 'again']) expect(await page.locator(`#${id}`).inputValue()).toBe('')
    await close()
  })

  it('says that it does not know when the answer to a change is lost', async () => {
    const { page, close } = await visit(`${site.origin}/change`, {
      [`GET ${SESSION}`]: ok(given.session()),
      [`POST ${SESSION}/password-check`]: ok(given.strongCheck),
      [`POST ${SESSION}/password`]: unreachable,
    })
    await fill({ current: 'x', new: 'Regn över sju gröna tak', again: 'Regn över sju gröna tak' })(page)
    await submit(page)
    await page.locator('.error-summary', { hasText: 'we do not know if the change was sent' }).waitFor()
    await close()
  })

  it('shows older requests when asked, and reads the list again after an error', async () => {
    const older = given.request({ reference: 'SR-20001', createdAt: '2026-01-02T08:00:00.000Z', outcomes: [given.outcome()] })
    const { page, answer, close } = await visit(`${site.origin}/requests`, {
      [`GET ${SESSION}`]: ok(given.session()),
      [`GET ${SESSION}/requests`]: [refuse('INTERNAL', 500), ok({ requests: [change], next: 'SR-20418' })],
    })
    await page.getByRole('button', { name: 'Try again' }).click()
    await seen('.req')(page)
    answer({ [`GET ${SESSION}/requests`]: ok({ requests: [older], next: null }) })
    await page.getByRole('button', { name: 'Show older requests' }).click()
    await page.locator('.req', { hasText: '2 January 10:00' }).waitFor()
    expect(await page.locator('.req').count()).toBe(2)
    expect(await page.getByRole('button', { name: 'Show older requests' }).count()).toBe(0)
    await close()
  })
})
