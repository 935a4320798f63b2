import type { Page } from 'playwright-core'
import * as given from '../../../web/src/testing/fixtures.js'
import { disconnectBrowser } from '../harness/page.js'
import { ok, refuse, unreachable, type Answer, type Answers } from './answers.js'
import { fill, FLOW, RESET_PATH, seen, submit } from './states.js'
import { roundTrip, visit, type Visit } from './visit.js'
import { serveWeb } from './web-site.js'

let site: Awaited<ReturnType<typeof serveWeb>>
beforeAll(async () => {
  site = await serveWeb()
})
afterAll(async () => {
  await disconnectBrowser()
  await site.close()
})

const open = (answers: Answers): Promise<Visit> =>
  visit(site.origin + RESET_PATH, { [`GET ${FLOW}`]: ok(given.verified({ accounts: [given.account()] })), ...answers })
const CHECK = `POST ${FLOW}/password-check`
const checksOf = (visited: Visit): unknown[] =>
  visited.asked.filter(({ path }) => path.endsWith('/password-check')).map(({ body }) => (body as { password: string }).password)
const score = (page: Page) => page.locator('.strength').getAttribute('data-score')

describe('a new password', () => {
  it('is judged by the server when the typing rests, once, and the judgement is read out', async () => {
    const visited = await open({ [CHECK]: ok(given.goodCheck) })
    const { page, close } = visited
    await page.locator('#new').pressSequentially('Majakka lautta')
    await seen('.strength[data-score="3"]')(page)
    expect(checksOf(visited)).toEqual(['Majakka lautta'])
    expect(await page.locator('.rules li.met').count()).toBe(4)
    // what only the directory can check is never ticked by us
    expect(await page.locator('.rules li:not(.met)').innerText()).toContain('Windows and email checks this when you save')
    await page.locator('.strength [role=status]', { hasText: 'Good. Would take years to guess.' }).waitFor({ state: 'attached' })
    await close()
  })

  it('is not judged by an answer to what was typed before', async () => {
    let release: (answer: Answer) => void = () => undefined
    const late = () => new Promise<Answer>((resolve) => (release = resolve))
    const visited = await open({ [CHECK]: [late, ok(given.weakCheck)] })
    const { page, close } = visited
    await fill({ new: 'Majakka lautta 7 puolukka' })(page)
    await page.waitForRequest(/password-check/)
    await fill({ new: 'Kesäloma2026!' })(page)
    await seen('.strength[data-score="1"]')(page)
    release(ok(given.strongCheck))
    await roundTrip(page)
    expect(await score(page)).toBe('1')
    expect(await page.locator('.hint', { hasText: 'Easy to guess.' }).count()).toBe(1)
    await close()
  })

  it('is not ticked by the verdict on what stood there before, and nothing moves while the new one is judged', async () => {
    let release: (answer: Answer) => void = () => undefined
    const late = () => new Promise<Answer>((resolve) => (release = resolve))
    const visited = await open({ [CHECK]: [ok(given.goodCheck), late] })
    const { page, close } = visited
    await fill({ new: 'Majakka lautta 7 puolukka' })(page)
    await seen('.strength[data-score="3"]')(page)
    const height = async (): Promise<unknown> => page.evaluate('document.querySelector("form").getBoundingClientRect().height')
    const before = await height()
    await page.locator('#new').press('Backspace')
    expect(await page.locator('.rules li.met').count()).toBe(0)
    expect(await score(page)).toBe('0')
    expect(await page.locator('.strength .hint').innerText()).toBe('Being checked')
    expect(await page.locator('.rules li').first().textContent()).toBe('Being checked: At least 12 characters')
    expect(await height()).toBe(before)
    await page.waitForRequest(/password-check/)
    expect(await page.locator('.rules li.met').count()).toBe(0)
    release(ok(given.weakCheck))
    await seen('.strength[data-score="1"]')(page)
    expect(await page.locator('.rules li.met').count()).toBe(3)
    await close()
  })

  it.each([
    ['the meter had no answer', ok({ ...given.goodCheck, score: null }), 4],
    ['the server had none', unreachable, 0],
  ])('is called neither weak nor strong when %s', async (_why, answer, ticks) => {
    const visited = await open({ [CHECK]: answer })
    const { page, close } = visited
    await fill({ new: 'Majakka lautta 7 puolukka' })(page)
    const words = 'We could not measure its strength right now. The rules below still count.'
    await page.locator('.strength .hint', { hasText: words }).waitFor()
    await page.locator('.strength [role=status]', { hasText: words }).waitFor({ state: 'attached' })
    expect(await score(page)).toBe('0')
    expect(await page.locator('.rules li.met').count()).toBe(ticks)
    expect(checksOf(visited)).toHaveLength(1)
    await close()
  })

  it('can be shown and hidden, in words', async () => {
    const { page, close } = await open({ [CHECK]: ok(given.goodCheck) })
    const show = page.getByRole('button', { name: 'Show', exact: true })
    expect(await show.getAttribute('aria-pressed')).toBe('false')
    await show.click()
    const hide = page.getByRole('button', { name: 'Hide', exact: true })
    expect(await hide.getAttribute('aria-pressed')).toBe('true')
    expect(await page.locator('#new').getAttribute('type')).toBe('text')
    expect(await page.locator('#again').getAttribute('type')).toBe('password')
    await page.getByRole('button', { name: 'Show second entry' }).click()
    expect(await page.locator('#again').getAttribute('type')).toBe('text')
    await close()
  })

  it('can be suggested: in both fields, shown whole, and of another kind', async () => {
    const { page, asked, close } = await open({
      [`POST ${FLOW}/password-suggestion`]: [
        ok({ password: 'Kanerva-tuuli-47-lautta', check: given.strongCheck }),
        ok({ password: 'x7#Kq-94mTz!', check: given.strongCheck }),
      ],
    })
    await page.getByRole('button', { name: 'Suggest a passphrase' }).click()
    await page.locator('.secret', { hasText: 'Kanerva-tuuli-47-lautta' }).waitFor()
    expect([await page.locator('#new').inputValue(), await page.locator('#again').inputValue()])
      .toEqual(['Kanerva-tuuli-47-lautta', 'Kanerva-tuuli-47-lautta'])
    expect(await page.locator('#new').getAttribute('type')).toBe('text')
    await page.getByRole('button', { name: 'Random characters instead' }).click()
    await page.locator('.secret', { hasText: 'x7#Kq-94mTz!' }).waitFor()
    expect(asked.filter(({ path }) => path.endsWith('-suggestion')).map(({ body }) => (body as { kind: string }).kind))
      .toEqual(['passphrase', 'random'])
    // what is changed by hand is no suggestion any more
    await page.locator('#new').pressSequentially('y')
    expect(await page.locator('.secret').count()).toBe(0)
    await close()
  })

  it('that breaks several rules is told each of them, at the field and in the list, and may be mended', async () => {
    const { page, close } = await open({
      [CHECK]: ok(given.weakCheck),
      [`POST ${FLOW}/password`]: refuse('POLICY_VIOLATION', 422, {
        violations: [{ rule: 'min-length', params: { min: 12 } }, { rule: 'not-person' }],
      }),
    })
    await fill({ new: 'aino', again: 'aino' })(page)
    await submit(page)
    await seen('.error-summary')(page)
    expect(await page.locator('.error-summary li').allInnerTexts())
      .toEqual(['Use at least 12 characters', 'Leave out your name, user name and birthday'])
    expect(await page.locator('#new-error').innerText()).toContain('Use at least 12 characters')
    expect(await page.locator('.rules li.not').count()).toBe(2)
    expect(await page.locator('#new').inputValue()).toBe('aino')
    await page.locator('.error-summary a').first().click()
    expect(await page.evaluate('document.activeElement.id')).toBe('new')
    await page.locator('#new').pressSequentially('x')
    expect(await page.locator('.rules li.not').count()).toBe(0)
    expect(await page.locator('.error-summary').count()).toBe(1) // the error itself stays until the next submit
    await close()
  })

  it('that was refused is forgotten, with the error, when a suggestion takes its place', async () => {
    const { page, close } = await open({
      [CHECK]: ok(given.weakCheck),
      [`POST ${FLOW}/password`]: refuse('POLICY_VIOLATION', 422, { violations: [{ rule: 'not-person' }] }),
      [`POST ${FLOW}/password-suggestion`]: ok({ password: 'Kanerva-tuuli-47-lautta', check: given.strongCheck }),
    })
    await fill({ new: 'aino', again: 'aino' })(page)
    await submit(page)
    await seen('#new-error')(page)
    await page.getByRole('button', { name: 'Suggest a passphrase' }).click()
    await seen('.secret')(page)
    expect(await page.locator('#new-error, .error-summary, .has-error').count()).toBe(0)
    expect(await page.locator('#new').getAttribute('aria-invalid')).toBeNull()
    expect(await page.title()).toBe('Choose a new password - Norrhavn')
    await close()
  })

  it('refused by the directory is asked for again without a new proof', async () => {
    const request = given.request({
      state: 'failed',
      outcomes: [given.outcome({ state: 'refused', code: 'DIRECTORY_POLICY_REJECTED', params: { rule: 'history' } })],
    })
    const { page, close } = await open({ [`GET ${FLOW}`]: ok(given.verified({ accounts: [given.account()], request })) })
    await seen('.error-summary')(page)
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.locator('main').innerText()).toContain('You are still verified until 14:16')
    expect(await page.locator('.rules li.not').innerText()).toContain('Not one of your last 24 passwords')
    await close()
  })

  it('is written by the server for what people are called, as data and not as markup', async () => {
    const hostile = '<img src=x onerror=alert(1)> \u202egnp.exe'
    const { page, problems, close } = await open({
      [`GET ${FLOW}`]: ok(given.verified({ accounts: [given.account({ directory: hostile, login: '<b>x</b>' })] })),
    })
    expect(await page.locator('.lead bdi').innerText()).toContain('<img src=x')
    expect(await page.locator('main img').count()).toBe(0)
    expect(problems).toEqual([])
    await close()
  })
})
