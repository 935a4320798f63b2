import type { Page } from 'playwright-core'
import * as given from '../../../web/src/testing/fixtures.js'
import { axe } from '../harness/axe.js'
import { disconnectBrowser } from '../harness/page.js'
import { ok, refuse, unreachable, type Answers } from './answers.js'
import { fill, FLOW, RESET_PATH, seen, submit } from './states.js'
import { visit } from './visit.js'
import { serveWeb } from './web-site.js'

const PASSWORD = 'Canary Majakka lautta 7 puolukka'
const START = 'POST /self-service/password-resets'
const WALK: Answers = {
  [START]: ok(given.flow(), 201),
  [`GET ${FLOW}`]: ok(given.flow()),
  [`POST ${FLOW}/verification`]: ok(given.awaitingCode(), 202),
  [`POST ${FLOW}/verification/answer`]: ok(given.verified()),
  [`POST ${FLOW}/policy`]: ok(given.policy),
  [`POST ${FLOW}/password-check`]: ok(given.goodCheck),
  [`POST ${FLOW}/password`]: ok(given.applied({}), 202),
}

let site: Awaited<ReturnType<typeof serveWeb>>
beforeAll(async () => {
  site = await serveWeb()
})
afterAll(async () => {
  await disconnectBrowser()
  await site.close()
})

const heading = (page: Page, text: string) => page.locator('h1', { hasText: text }).waitFor()
const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.id || document.activeElement.tagName')
const toCode = async (page: Page): Promise<void> => {
  await fill({ identifier: 'aino.korhonen' })(page)
  await submit(page)
  await heading(page, 'How do you want')
  await submit(page)
  await heading(page, '8-digit code')
}
const toPassword = async (page: Page): Promise<void> => {
  await toCode(page)
  await fill({ code: '40718852' })(page)
  await submit(page)
  await heading(page, 'Which passwords')
  await submit(page)
  await heading(page, 'Choose a new password')
}
const keptByTheBrowser = (page: Page): Promise<unknown> => page.evaluate(
  'JSON.stringify([location.href, document.cookie, { ...localStorage }, { ...sessionStorage }, history.state, document.title])')

describe('the walk from a forgotten password to a new one', () => {
  it('is walked with the keyboard alone, each page telling where one is', async () => {
    const { page, asked, answer, problems, close } = await visit(site.origin, WALK)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).toBe('skip')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.type('aino.korhonen')
    await page.keyboard.press('Enter')
    await heading(page, 'How do you want')
    expect(await focused(page)).toBe('H1')
    expect(await page.title()).toBe('How do you want to prove who you are? - Norrhavn')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await heading(page, '8-digit code')
    expect(await focused(page)).toBe('H1')
    await page.keyboard.press('Tab')
    await page.keyboard.type('4071 8852')
    await page.keyboard.press('Enter')
    await heading(page, 'Which passwords')
    expect(await focused(page)).toBe('H1')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space') // the second account is left out
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await heading(page, 'Choose a new password')
    await page.keyboard.press('Tab')
    await page.keyboard.type(PASSWORD)
    for (const _ of ['show', 'suggest', 'again']) await page.keyboard.press('Tab')
    await page.keyboard.type(PASSWORD)
    answer({ [`GET ${FLOW}`]: ok(given.applied({ state: 'completed' }, 'completed')) })
    await page.keyboard.press('Enter')
    await heading(page, 'Your password is changed')
    expect(await focused(page)).toBe('H1')
    await axe(page)

    const sent = asked.filter(({ method }) => method === 'POST').map(({ path, body }) => [path.replace(FLOW, ''), body])
    const [ad] = given.verified().accounts!.map(({ id }) => id)
    expect(sent).toEqual(expect.arrayContaining([
      ['/self-service/password-resets', { identifier: 'aino.korhonen' }],
      ['/verification', { method: 'mail-code', target: 't1' }],
      ['/verification/answer', { code: '40718852' }],
      ['/policy', { accounts: [ad] }],
      ['/password', { newPassword: PASSWORD, accounts: [ad] }],
    ]))
    expect(problems).toEqual([])
    await close()
  })

  it('leaves nothing of what was typed in the address, the history or the storage', async () => {
    const { page, close } = await visit(site.origin, WALK)
    await toPassword(page)
    await fill({ new: PASSWORD, again: PASSWORD })(page)
    const kept = String(await keptByTheBrowser(page))
    expect(kept).toContain(given.FLOW_ID) // the place is kept, and that is all
    expect(kept).not.toMatch(/Canary|aino|40718852/)
    await page.goBack()
    await heading(page, 'Which passwords')
    await page.goForward()
    await heading(page, 'Choose a new password')
    expect(await page.locator('#new').inputValue()).toBe('')
    expect(await page.locator('#again').inputValue()).toBe('')
    await close()
  })

  it('goes back with the browser, and never before an answer that was given', async () => {
    const { page, answer, close } = await visit(site.origin, WALK)
    await toCode(page)
    await page.goBack()
    await heading(page, 'How do you want')
    await page.goForward()
    await heading(page, '8-digit code')
    await page.goBack()
    await page.goBack()
    await heading(page, 'Reset your password')
    answer({ [`GET ${FLOW}`]: ok(given.awaitingCode()) })
    await page.goForward()
    await heading(page, 'How do you want')
    await page.goForward()
    await heading(page, '8-digit code')
    answer({ [`GET ${FLOW}`]: ok(given.verified()) })
    await fill({ code: '40718852' })(page)
    await submit(page)
    await heading(page, 'Which passwords')
    await page.goBack()
    await page.waitForURL(/step=accounts/)
    await heading(page, 'Which passwords')
    await close()
  })

  it('is found again after a reload: the question and the chosen accounts', async () => {
    const { page, answer, asked, close } = await visit(site.origin, WALK)
    await toCode(page)
    await fill({ code: '40718852' })(page)
    await submit(page)
    await heading(page, 'Which passwords')
    await page.locator('.choice input').nth(1).uncheck()
    await submit(page)
    await heading(page, 'Choose a new password')
    answer({ [`GET ${FLOW}`]: ok(given.verified()) })
    await page.reload()
    await heading(page, 'Choose a new password')
    expect(await page.locator('.lead').innerText()).toBe('For Windows and email. These are its rules.')
    expect(asked.at(-1)?.path).toBe(`${FLOW}/policy`)
    await close()
  })

  it('starts at the first open question from a link, whatever step the link asks for', async () => {
    const { page, close } = await visit(`${site.origin}${RESET_PATH}?step=password`, { [`GET ${FLOW}`]: ok(given.flow()) })
    await heading(page, 'How do you want')
    await page.waitForURL(/step=method/)
    await close()
  })
})

describe('the code', () => {
  it('may be pasted with spaces and dashes, and is not sent by itself', async () => {
    const { page, asked, close } = await visit(site.origin + RESET_PATH, { ...WALK, [`GET ${FLOW}`]: ok(given.awaitingCode()) })
    await page.evaluate(`{
      const data = new DataTransfer()
      data.setData('text', ' 4071-88 52 ')
      const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      document.getElementById('code').dispatchEvent(paste)
    }`)
    expect(await page.locator('#code').inputValue()).toBe('40718852')
    expect(asked.some(({ path }) => path.endsWith('/answer'))).toBe(false)
    await close()
  })

  it('is emptied when it was wrong, with the tries left in the summary that takes the focus', async () => {
    const { page, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: ok(given.awaitingCode()),
      [`POST ${FLOW}/verification/answer`]: [
        refuse('OTP_INVALID', 422, { params: { triesLeft: 2 } }), refuse('OTP_INVALID', 422, { params: { triesLeft: 1 } }),
      ],
    })
    await fill({ code: '11111111' })(page)
    await submit(page)
    await seen('.error-summary')(page)
    expect(await page.evaluate('document.activeElement.className')).toBe('error-summary')
    expect(await page.title()).toBe('Error: Enter the 8-digit code - Norrhavn')
    expect(await page.locator('.error-summary').innerText()).toContain('You have 2 tries left')
    expect(await page.locator('#code').inputValue()).toBe('')
    expect(await page.locator('#code').getAttribute('aria-invalid')).toBe('true')
    await page.locator('.error-summary a').click()
    expect(await focused(page)).toBe('code')
    await fill({ code: '22222222' })(page)
    await submit(page)
    await page.locator('.error-summary', { hasText: '1 try left' }).waitFor()
    expect(await page.evaluate('document.activeElement.className')).toBe('error-summary')
    await close()
  })

  it('that was wrong is said to be so in two places, and where to look only there', async () => {
    const { page, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: ok(given.awaitingCode({ triesLeft: 3 })),
      [`POST ${FLOW}/verification/answer`]: refuse('OTP_INVALID', 422, { params: { triesLeft: 3 } }),
    })
    await fill({ code: '11111111' })(page)
    await submit(page)
    await seen('.error-summary')(page)
    expect((await page.locator('main').innerText()).match(/Check the newest message/g)).toHaveLength(2)
    expect(await page.locator('#code-hint').innerText()).toBe('Valid until 14:09. The newest code is the one that counts.')
    await close()
  })

  it('whose tries are used up is not asked for any more: only a new one helps, and the page says when it can be had', async () => {
    const spent = given.awaitingCode({ triesLeft: 0, resendAt: given.inMinutes(4.5) })
    const { page, answer, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: [ok(given.awaitingCode({ triesLeft: 1 })), ok(spent)],
      [`POST ${FLOW}/verification/answer`]: refuse('OTP_INVALID', 422, { params: { triesLeft: 0 } }),
    })
    await fill({ code: '11111111' })(page)
    await submit(page)
    await page.locator('.error-summary', { hasText: 'It has been tried too often now, so you need a new one.' }).waitFor()
    expect(await page.locator('#code-hint').innerText()).toBe('Only a new code helps now. You can ask for one at 14:08.')
    expect(await page.locator('[role=timer]').innerText()).toBe('You can ask for a new code in 4:30.')
    expect(await page.locator('main').innerText()).not.toMatch(/Valid until|Check the newest/)
    answer({ [`POST ${FLOW}/verification/resend`]: ok(given.awaitingCode({ resent: true, resendsLeft: 1 }), 202) })
    await page.clock.setFixedTime(new Date(given.inMinutes(4.6)))
    await page.locator('button', { hasText: 'Send a new code' }).click()
    await page.locator('#code-hint', { hasText: 'Valid until' }).waitFor()
    await close()
  })

  it('whose tries are used up, when no other can be sent, leads to another way', async () => {
    const { page, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: ok(given.awaitingCode({ triesLeft: 0, resendAt: null, resendsLeft: 0 })),
    })
    expect(await page.locator('#code-hint').innerText()).toBe('Only a new code helps now.')
    expect(await page.locator('main').innerText()).toContain('You have had all the codes we can send for now. Use another way')
    await close()
  })

  it('costs no try while it has not all its digits', async () => {
    const { page, asked, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(given.awaitingCode()) })
    await fill({ code: '1234567' })(page)
    await submit(page)
    await seen('.error-summary')(page)
    expect(await page.locator('#code').inputValue()).toBe('1234567')
    expect(asked.filter(({ method }) => method === 'POST')).toEqual([])
    await close()
  })

  it('can be asked for anew when its time has come, and the page says when the new one was sent', async () => {
    const { page, close } = await visit(site.origin + RESET_PATH, {
      [`GET ${FLOW}`]: ok(given.awaitingCode({ resendAt: given.inMinutes(0.5) })),
      [`POST ${FLOW}/verification/resend`]: ok(
        given.awaitingCode({ resent: true, resendsLeft: 1, resendAt: given.inMinutes(2) }), 202,
      ),
    })
    const timer = page.locator('[role=timer]')
    expect(await timer.innerText()).toBe('No code? You can ask for a new one in 0:30.')
    await page.clock.setFixedTime(new Date(given.inMinutes(0.6)))
    await page.locator('button', { hasText: 'Send a new code' }).click()
    await page.locator('.banner', { hasText: 'A new code was sent at 14:04' }).waitFor()
    await close()
  })

  it('ends the walk after too many wrong ones, saying until when', async () => {
    const lockedUntil = given.inMinutes(24 * 60)
    const { page, answer, close } = await visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(given.awaitingCode()) })
    answer({
      [`GET ${FLOW}`]: ok(given.flow({ state: 'locked', methods: [], lockedUntil })),
      [`POST ${FLOW}/verification/answer`]: refuse('OTP_LOCKED', 429, { retryAt: lockedUntil }),
    })
    await fill({ code: '11111111' })(page)
    await submit(page)
    await heading(page, 'Too many wrong codes')
    expect(await page.locator('main').innerText()).toContain('tomorrow after 14:04')
    await close()
  })
})

describe('sending', () => {
  it('happens once, however often the button is pressed, and the button keeps its width', async () => {
    let release: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const slowly = async () => {
      await gate
      return ok(given.flow(), 201)
    }
    const { page, asked, close } = await visit(site.origin, { ...WALK, [START]: slowly })
    await fill({ identifier: 'aino.korhonen' })(page)
    const button = page.locator('form button')
    const width = (await button.boundingBox())?.width
    await button.click()
    await page.locator('button[aria-disabled=true]', { hasText: 'Sending' }).waitFor()
    expect((await button.boundingBox())?.width).toBe(width)
    await button.dispatchEvent('click')
    await page.keyboard.press('Enter')
    release()
    await heading(page, 'How do you want')
    expect(asked.filter(({ path }) => path === '/self-service/password-resets')).toHaveLength(1)
    await close()
  })

  it('of a password whose answer is lost follows the server: it had arrived', async () => {
    const { page, answer, close } = await visit(site.origin, { ...WALK, [`POST ${FLOW}/password`]: unreachable })
    await toPassword(page)
    await fill({ new: PASSWORD, again: PASSWORD })(page)
    answer({ [`GET ${FLOW}`]: ok(given.applied({ outcomes: [given.outcome({ state: 'writing', settledAt: null })] })) })
    await submit(page)
    await heading(page, 'Changing your password')
    await close()
  })

  it('of a password that has not arrived keeps it for another try', async () => {
    const { page, answer, close } = await visit(site.origin, { ...WALK, [`POST ${FLOW}/password`]: unreachable })
    await toPassword(page)
    await fill({ new: PASSWORD, again: PASSWORD })(page)
    answer({ [`GET ${FLOW}`]: ok(given.verified()) })
    await submit(page)
    await page.locator('.error-summary', { hasText: 'The service did not answer' }).waitFor()
    expect(await page.locator('#new').inputValue()).toBe(PASSWORD)
    await close()
  })
})

describe('time', () => {
  it('that runs out leads to the start, saying how long one was away and that nothing was changed', async () => {
    const { page, answer, close } = await visit(site.origin, WALK)
    await toCode(page)
    answer({ [`GET ${FLOW}`]: refuse('FLOW_EXPIRED', 410) })
    await page.clock.setFixedTime(new Date(given.inMinutes(5.1)))
    await page.locator('.banner', { hasText: 'You were away for 5 minutes, so we stopped' }).waitFor()
    expect(await page.locator('.banner').innerText()).toContain('Nothing was changed')
    expect(new URL(page.url()).pathname).toBe('/')
    await close()
  })

  it('is announced before it runs out, and can be had once more where the server allows it', async () => {
    const { page, answer, close } = await visit(site.origin, WALK)
    await toCode(page)
    await page.clock.setFixedTime(new Date(given.inMinutes(4.2)))
    await page.locator('.banner', { hasText: 'We stop at 14:09' }).waitFor()
    answer({ [`GET ${FLOW}`]: ok({ ...given.awaitingCode(), expiresAt: given.inMinutes(9) }) })
    await page.locator('button', { hasText: 'I need more time' }).click()
    await page.locator('.banner').waitFor({ state: 'detached' })
    await close()
  })
})
