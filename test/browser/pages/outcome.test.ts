import * as given from '../../../web/src/testing/fixtures.js'
import { disconnectBrowser } from '../harness/page.js'
import { ok } from './answers.js'
import { FLOW, RESET_PATH } from './states.js'
import { roundTrip, visit } from './visit.js'
import { serveWeb } from './web-site.js'

let site: Awaited<ReturnType<typeof serveWeb>>
beforeAll(async () => {
  site = await serveWeb()
})
afterAll(async () => {
  await disconnectBrowser()
  await site.close()
})

const writing = given.applied({
  outcomes: [given.outcome({ state: 'writing', settledAt: null }), given.archiveOutcome({ state: 'waiting', settledAt: null })],
})
const half = given.applied({ outcomes: [given.outcome(), given.archiveOutcome({ state: 'writing', settledAt: null })] })
const partly = given.applied({
  state: 'partly-completed',
  secretKeptUntil: given.inMinutes(9),
  outcomes: [
    given.outcome(), given.archiveOutcome({ state: 'failed', code: 'CONNECTOR_UNAVAILABLE', attempts: 3, mayTryAgain: true }),
  ],
}, 'partly-completed')
const HIDE = `Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.away }); `
const turn = (away: boolean): string => `${HIDE}window.away = ${away}; document.dispatchEvent(new Event('visibilitychange'))`

const COUNT_TIMERS = `{
  const plan = window.setTimeout
  window.planned = 0
  window.setTimeout = (...given) => (window.planned += 1, plan(...given))
}`

describe('the outcome', () => {
  it('is asked for until it is settled, then no more, and each account is said when it is done', async () => {
    const { page, asked, answer, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: [ok(writing), ok(writing), ok(half)],
    })
    await page.locator('h1', { hasText: 'Changing your password' }).waitFor()
    await page.locator('[role=status]', { hasText: 'Windows and email: Done' }).waitFor({ state: 'attached' })
    answer({ [`GET ${FLOW}`]: ok(given.applied({ state: 'completed' }, 'completed')) })
    await page.locator('h1', { hasText: 'Your password is changed' }).waitFor()
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1')
    // a page that still asked would ask at once when somebody looks again
    const polls = asked.filter(({ path }) => path === FLOW).length
    await page.evaluate(turn(false))
    await roundTrip(page)
    expect(asked.filter(({ path }) => path === FLOW)).toHaveLength(polls)
    await close()
  })

  it('is not asked for while nobody looks, and at once when somebody does again', async () => {
    const { page, asked, answer, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(half) })
    await page.waitForResponse(/password-resets/)
    await page.evaluate(turn(true))
    await page.evaluate(COUNT_TIMERS)
    await roundTrip(page)
    const before = asked.filter(({ path }) => path === FLOW).length
    expect(await page.evaluate('window.planned')).toBe(0) // nothing is going to happen by itself
    answer({ [`GET ${FLOW}`]: ok(given.applied({ state: 'completed' }, 'completed')) })
    await page.evaluate(turn(false))
    await page.locator('h1', { hasText: 'Your password is changed' }).waitFor()
    expect(asked.filter(({ path }) => path === FLOW)).toHaveLength(before + 1)
    await close()
  })

  it('of two accounts says which password works where, and tries the other again without typing', async () => {
    const { page, asked, answer, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: ok(partly), [`POST ${FLOW}/rerun`]: ok(half, 202),
    })
    const lines = await page.locator('.outcomes li').allInnerTexts()
    expect(lines[0]).toContain('Use the new password. Changed at 14:03:31.')
    expect(lines[1]).toContain('Use the old password. The server could not be reached (3 tries).')
    await page.getByRole('button', { name: 'Try Design archive again' }).click()
    await page.locator('h1', { hasText: 'Changing your password' }).waitFor()
    expect(asked.find(({ path }) => path.endsWith('/rerun'))?.body).toEqual({ accounts: [given.archive().id] })
    answer({ [`GET ${FLOW}`]: ok(given.applied({ state: 'completed' }, 'completed')) })
    await page.locator('h1', { hasText: 'Your password is changed' }).waitFor()
    await close()
  })

  it.each([
    ['disabled', 'ACCOUNT_DISABLED', 'no password lets you in while the account is disabled'],
    ['ended', 'ACCOUNT_EXPIRED', 'no password lets you in after the account has ended'],
  ] as const)('of an account that is %s promises nothing of the old password, and names the desk once', async (_is, code, lead) => {
    const failed = given.applied({ state: 'failed', outcomes: [given.outcome({ state: 'refused', code })] }, 'failed')
    const { page, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(failed) })
    expect(await page.locator('.lead').innerText()).toContain(lead)
    const words = await page.locator('main').innerText()
    expect(words).not.toContain('still works')
    expect(words.match(/call the service desk/gi)).toHaveLength(1)
    expect(words.match(/ask your manager/gi)).toHaveLength(1)
    await close()
  })

  it('of two accounts, one refused: says what is true of that one, and starts again at a press', async () => {
    const refused = given.applied({
      state: 'partly-completed',
      outcomes: [
        given.outcome({ state: 'refused', code: 'DIRECTORY_POLICY_REJECTED', params: { rule: 'history', directory: 'Windows and email' } }),
        given.archiveOutcome(),
      ],
    }, 'partly-completed')
    const { page, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(refused) })
    const [first] = await page.locator('.outcomes li').allInnerTexts()
    expect(first).toContain('Use the old password. The new password was refused there: it was used before.')
    expect(await page.locator('main').innerText()).not.toContain('Nothing has been changed')
    await page.getByRole('link', { name: 'Start again' }).click()
    await page.locator('h1', { hasText: 'Reset your password' }).waitFor()
    await close()
  })

  it('that somebody else changed meanwhile is said to be so, and is not tried again with a press', async () => {
    const elsewhere = { state: 'failed', code: 'ACTION_IN_PROGRESS', params: { elsewhere: true }, mayTryAgain: true } as const
    const failed = given.applied({ state: 'failed', outcomes: [given.outcome(elsewhere)] }, 'failed')
    const { page, answer, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(failed) })
    const words = await page.locator('main').innerText()
    expect(words).toContain('Somebody set another password for this account at the same time. Yours was not set.')
    expect(words).toContain('your old password may not work any more')
    expect(words).toContain('If it was you, in another place, sign in with the password that you set there.')
    expect(words).not.toMatch(/Wait a minute|still works/)
    expect(await page.getByRole('button', { name: /^Try / }).count()).toBe(0)
    expect(await page.locator('.btn-row a').allInnerTexts()).toEqual(['Go to sign-in', 'Start again'])
    // in a mixed outcome neither
    answer({ [`GET ${FLOW}`]: ok(given.applied({ state: 'partly-completed', outcomes: [given.outcome(elsewhere), given.archiveOutcome()] }, 'partly-completed')) })
    await page.reload()
    await page.locator('h1', { hasText: 'One password changed' }).waitFor()
    expect((await page.locator('.outcomes li').allInnerTexts())[0]).not.toContain('old password')
    expect(await page.getByRole('button', { name: /^Try / }).count()).toBe(0)
    await close()
  })

  it('that is not known yet is neither a success nor a failure, and turns into the one it was', async () => {
    const asking = given.applied({
      createdAt: given.inMinutes(-1),
      outcomes: [given.outcome({ state: 'checking', settledAt: null, keepsTryingUntil: given.inMinutes(11) })],
    })
    const { page, answer, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(asking) })
    await page.locator('h1', { hasText: 'We do not know yet if it worked' }).waitFor()
    expect(await page.locator('main').innerText()).toContain('at the latest at 14:15')
    answer({ [`GET ${FLOW}`]: ok(given.applied({ state: 'completed', outcomes: [given.outcome()] }, 'completed')) })
    await page.locator('h1', { hasText: 'Your password is changed' }).waitFor()
    await close()
  })

  it('shows times in the zone of the viewer, with the date when it is not today', async () => {
    const late = given.applied({
      state: 'completed', outcomes: [given.outcome({ settledAt: '2026-11-19T23:30:15.000Z' })],
    }, 'completed')
    const { page, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(late) }, {
      options: { timezoneId: 'America/New_York' },
    })
    expect(await page.locator('.outcomes li').innerText()).toContain('changed at 19 November 18:30:15')
    await close()
  })
})
