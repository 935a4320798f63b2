import type { FlowView } from '../../../src/contract/self-service.contract.js'
import type { BrowserClient } from '../harness/browser-client.js'
import { auditCount } from '../harness/look-behind.js'
import { TestApp, type TestPerson } from '../harness/test-app.js'
import { askForCode, codeIn, start, verify } from '../harness/walk.js'

let app: TestApp
beforeAll(async () => {
  app = await TestApp.open()
})
afterAll(() => app.close())
// so many wrong codes as all of this types together pull the tenant's brake, and then codes are longer: step-up.test.ts
beforeEach(() => app.test.owner.query(`
  WITH forgotten AS (DELETE FROM verification_minute) UPDATE verification_brake SET active_until = now()`))

type Waiting = { browser: BrowserClient; flow: FlowView; code: string }
const path = (flow: FlowView, step = ''): string => `/self-service/password-resets/${flow.id}/verification${step}`

async function waiting(person: TestPerson, browser = app.browser()): Promise<Waiting> {
  const after = app.smtp.mails.filter((mail) => mail.to.includes(person.mail)).length
  const flow = await askForCode(browser, await start(browser, person.login))
  const mail = await app.smtp.nextMail({ to: person.mail, after, withinMs: 15_000 })
  return { browser, flow, code: codeIn(mail.text) }
}
const answer = ({ browser, flow }: Pick<Waiting, 'browser' | 'flow'>, code: string) => browser.post<FlowView & { code: string }>(path(flow, '/answer'), { code })
const ask = (browser: BrowserClient, flow: FlowView) =>
  browser.post(path(flow), { method: flow.methods[0]!.method, target: flow.methods[0]!.target })
/** A code that is certainly not the right one, another for each `n`. */
const wrong = (code: string, n = 0): string => String((Number(code) + 1 + n) % 10 ** 8).padStart(8, '0')

async function challengeOf(flow: FlowView): Promise<{ tries: number; wrongCodes: number }> {
  const [row] = await app.test.owner.query<{ tries: number; wrongCodes: number }>(
    `SELECT c.tries, cardinality(b.wrong_at) AS "wrongCodes" FROM verification_challenge c
     JOIN verification_budget b ON b.subject_key = c.subject_key WHERE c.flow_id = $1 AND c.superseded_at IS NULL`, [flow.id],
  )
  return row!
}

describe('a right code', () => {
  it('sent sixteen times at once lets exactly one through, and its browser goes on', async () => {
    const person = await app.person({ login: 'right.at.once' })
    const { browser, flow, code } = await waiting(person)
    const answers = await Promise.all(Array.from({ length: 16 }, () => answer({ browser, flow }, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, body } of answers.filter((each) => each.status !== 200)) {
      expect([401, 409, 410, 422]).toContain(status)
      expect(['FLOW_NOT_HERE', 'FLOW_STEP_REFUSED', 'OTP_EXPIRED', 'OTP_INVALID']).toContain(body.code)
      expect((body as unknown as { detail: string }).detail).not.toBe('')
    }
    expect(await auditCount(app, person, 'verification.code.verified')).toBe(1)
    expect(await auditCount(app, person, 'self-service.flow.verified')).toBe(1)
    const { body } = await browser.get<FlowView>(`/self-service/password-resets/${flow.id}`)
    expect(body.state).toBe('verified')
  })

  it.each([
    ['with a space in the middle', (code: string) => `${code.slice(0, 4)} ${code.slice(4)}`],
    ['with dashes and blanks around it', (code: string) => `  ${code.slice(0, 2)}-${code.slice(2, 5)}–${code.slice(5)}\t`],
    ['in full-width digits', (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))],
    ['with a no-break space', (code: string) => `${code.slice(0, 4)}\u00a0${code.slice(4)}`],
  ])('is right %s', async (what, typed) => {
    const person = await app.person({ login: `spelled.${what.replaceAll(' ', '.')}` })
    const at = await waiting(person)
    expect(await answer(at, typed(at.code))).toMatchObject({ status: 200, body: { state: 'verified' } })
  })

  it.each([
    ['one digit short', (code: string) => code.slice(1)],
    ['one digit long', (code: string) => `${code}0`],
    ['hidden in text', (code: string) => `code ${code}`],
    ['empty', () => ''],
    ['a NUL inside', (code: string) => `${code.slice(0, 4)}\0${code.slice(4)}`],
    ['as an exponent', (code: string) => `${code}e0`],
  ])('is wrong when it is %s, and costs a try', async (what, typed) => {
    const person = await app.person({ login: `misspelled.${what.replaceAll(' ', '.')}` })
    const at = await waiting(person)
    expect(await answer(at, typed(at.code))).toMatchObject({ status: 422, body: { code: 'OTP_INVALID', params: { triesLeft: 4 } } })
    expect((await answer(at, at.code)).status).toBe(200)
  })

  it('is over after its five minutes, by the database’s clock', async () => {
    const person = await app.person({ login: 'answers.late' })
    const at = await waiting(person)
    await app.test.owner.execute(`UPDATE verification_challenge SET expires_at = now() WHERE flow_id = $1`, [at.flow.id])
    expect(await answer(at, at.code)).toMatchObject({ status: 410, body: { code: 'OTP_EXPIRED' } })
    expect(await auditCount(app, person, 'verification.code.verified')).toBe(0)
  })

  it('works once', async () => {
    const person = await app.person({ login: 'answers.again' })
    const at = await waiting(person)
    expect((await answer(at, at.code)).status).toBe(200)
    expect(await answer(at, at.code)).toMatchObject({ status: 409, body: { code: 'FLOW_STEP_REFUSED' } })
  })

  it('gives way to the newer one, which takes over its end', async () => {
    const person = await app.person({ login: 'asks.again' })
    const at = await waiting(person)
    const resent = await at.browser.post<FlowView>(path(at.flow, '/resend'))
    expect(resent).toMatchObject({ status: 202, body: { challenge: { resent: true, validUntil: at.flow.challenge!.validUntil } } })
    const newer = codeIn((await app.smtp.nextMail({ to: person.mail, after: 1, withinMs: 15_000 })).text)
    expect(await answer(at, at.code)).toMatchObject({ status: 422, body: { code: 'OTP_INVALID' } })
    expect((await answer(at, newer)).status).toBe(200)
  })

  it('of another flow of the same person proves nothing here', async () => {
    const person = await app.person({ login: 'two.browsers' })
    const [one, other] = [await waiting(person), await waiting(person)]
    expect(await answer(one, other.code)).toMatchObject({ status: 422, body: { code: 'OTP_INVALID' } })
    expect((await answer(other, other.code)).status).toBe(200)
  })

  it('in two browsers at the same moment leaves one verified flow and closes the other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await app.person({ login: `both.at.once.${round}` })
      const flows = [await waiting(person), await waiting(person)]
      const answers = await Promise.all(flows.map((at) => answer(at, at.code)))
      expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1)
      expect(answers.filter(({ status }) => status >= 500)).toEqual([])
      const states = await app.test.owner.query<{ state: string }>('SELECT state FROM self_service_flow WHERE person_id = $1 ORDER BY state', [person.id])
      expect(states.map(({ state }) => state)).toEqual(['expired', 'verified'])
    }
  })
})

describe('guesses', () => {
  it('two hundred at once are compared five times, and then the right code opens nothing', async () => {
    const person = await app.person({ login: 'guessed.at.once' })
    const at = await waiting(person)
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => answer(at, wrong(at.code, n))))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual(new Set(['422 OTP_INVALID']))
    expect(await auditCount(app, person, 'verification.code.refused')).toBe(5)
    expect(await challengeOf(at.flow)).toEqual({ tries: 5, wrongCodes: 5 })
    expect(await answer(at, at.code)).toMatchObject({ status: 422, body: { code: 'OTP_INVALID', params: { triesLeft: 0 } } })
  }, 60_000)

  it('over many flows at once share the ten of the account', async () => {
    const person = await app.person({ login: 'guessed.in.flows' })
    const flows: Waiting[] = []
    for (let n = 0; n < 4; n += 1) flows.push(await waiting(person))
    const answers = await Promise.all(flows.flatMap((at) => Array.from({ length: 5 }, (_, n) => answer(at, wrong(at.code, n)))))
    expect(await auditCount(app, person, 'verification.code.refused')).toBe(10)
    expect(await auditCount(app, person, 'verification.account.locked')).toBe(1)
    expect(answers.map(({ body }) => body.code)).toContain('OTP_LOCKED')
    for (const at of flows) expect((await answer(at, at.code)).status).not.toBe(200)
  }, 60_000)

  it('lock the flow in which the last one was made, and the page says until when', async () => {
    const person = await app.person({ login: 'locks.own.flow' })
    const [first, second] = [await waiting(person), await waiting(person)]
    for (let n = 0; n < 5; n += 1) await answer(first, wrong(first.code, n))
    for (let n = 0; n < 5; n += 1) await answer(second, wrong(second.code, n))
    const { body } = await second.browser.get<FlowView>(`/self-service/password-resets/${second.flow.id}`)
    expect(body).toMatchObject({ state: 'locked', accounts: null, challenge: null })
    expect(Date.parse(body.lockedUntil!)).toBeGreaterThan(Date.now() + 23 * 3_600_000)
    expect(await ask(second.browser, second.flow)).toMatchObject({ status: 429, body: { code: 'OTP_LOCKED', retryAt: body.lockedUntil } })
  })
})

describe('asking for codes', () => {
  it('again is granted three times in a quarter of an hour; the last code keeps working', async () => {
    const person = await app.person({ login: 'resends.often' })
    const at = await waiting(person)
    for (let n = 0; n < 3; n += 1) expect((await at.browser.post(path(at.flow, '/resend'))).status).toBe(202)
    const refused = await at.browser.post(path(at.flow, '/resend'))
    expect(refused).toMatchObject({ status: 429, body: { code: 'OTP_RATE_LIMIT', retryAt: expect.any(String) as string } })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(600)
    const last = codeIn((await app.smtp.nextMail({ to: person.mail, after: 3, withinMs: 15_000 })).text)
    expect((await answer(at, last)).status).toBe(200)
  })

  it('again in another flow draws on the same three', async () => {
    const person = await app.person({ login: 'resends.elsewhere' })
    const [one, other] = [await waiting(person), await waiting(person)]
    const statuses = []
    for (const at of [one, other, one, other, one]) statuses.push((await at.browser.post(path(at.flow, '/resend'))).status)
    expect(statuses).toEqual([202, 202, 202, 429, 429])
  })

  it('again at the same moment from one browser leaves one living code', async () => {
    const person = await app.person({ login: 'resends.at.once' })
    const at = await waiting(person)
    const answers = await Promise.all(Array.from({ length: 8 }, () => at.browser.post(path(at.flow, '/resend'))))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3)
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    const [row] = await app.test.owner.query<{ living: number }>(
      'SELECT count(*)::int AS living FROM verification_challenge WHERE flow_id = $1 AND superseded_at IS NULL', [at.flow.id],
    )
    expect(row!.living).toBe(1)
  })

  it.each(['waits.in.five', 'nobody.waits.in.five'])('is open to five flows of %s at a time, one by one or at once', async (login) => {
    if (login.startsWith('waits')) await app.person({ login })
    const flows = []
    for (let n = 0; n < 9; n += 1) {
      const browser = app.browser()
      flows.push({ browser, flow: await start(browser, login) })
    }
    const answers = await Promise.all(flows.map(({ browser, flow }) => ask(browser, flow)))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5)
    const refused = answers.filter(({ status }) => status !== 202)
    for (const each of refused) expect(each).toMatchObject({ status: 429, body: { code: 'OTP_RATE_LIMIT', retryAt: expect.any(String) as string } })
    // its own waiting flow does not stand in a browser's way
    const inside = flows[answers.findIndex(({ status }) => status === 202)]!
    expect((await ask(inside.browser, inside.flow)).status).toBe(202)
    // a flow left alone for five minutes gives its place back
    await app.test.owner.execute(`UPDATE self_service_flow SET touched_at = now() - interval '301 seconds' WHERE id = $1`, [inside.flow.id])
    const outside = flows[answers.findIndex(({ status }) => status !== 202)]!
    expect((await ask(outside.browser, outside.flow)).status).toBe(202)
  })
})

describe('a browser that proved the person before', () => {
  /** Ten wrong codes from two unknown browsers close the account for codes. */
  async function strangerSpends(person: TestPerson): Promise<void> {
    for (let flows = 0; flows < 2; flows += 1) {
      const at = await waiting(person)
      for (let n = 0; n < 5; n += 1) await answer(at, wrong(at.code, n))
    }
    const stranger = app.browser()
    expect(await ask(stranger, await start(stranger, person.login))).toMatchObject({ status: 202, body: { state: 'locked' } })
  }

  it('still proves them when a stranger has spent the budget', async () => {
    const person = await app.person({ login: 'own.browser' })
    const own = app.browser()
    await verify(own, app.smtp, person.login, person.mail)
    await strangerSpends(person)
    const at = await waiting(person, own)
    expect(await answer(at, wrong(at.code))).toMatchObject({ status: 422, body: { code: 'OTP_INVALID' } })
    expect((await answer(at, at.code)).status).toBe(200)
  })

  it('has five tries of its own and no sixth', async () => {
    const person = await app.person({ login: 'own.five' })
    const own = app.browser()
    await verify(own, app.smtp, person.login, person.mail)
    await strangerSpends(person)
    const at = await waiting(person, own)
    for (let n = 0; n < 5; n += 1) expect((await answer(at, wrong(at.code, n))).status).toBe(422)
    const again = app.browser()
    again.setCookie('lk_device', own.cookie('lk_device')!)
    expect(await ask(again, await start(again, person.login))).toMatchObject({ status: 202, body: { state: 'locked' } })
    expect(await auditCount(app, person, 'verification.code.refused')).toBe(15)
  })

  it('is not kept out by strangers who hold all five places', async () => {
    const person = await app.person({ login: 'own.place' })
    const own = app.browser()
    await verify(own, app.smtp, person.login, person.mail)
    for (let n = 0; n < 5; n += 1) await waiting(person)
    const stranger = app.browser()
    stranger.setCookie('lk_device', 'A'.repeat(43))
    expect(await ask(stranger, await start(stranger, person.login))).toMatchObject({ status: 429, body: { code: 'OTP_RATE_LIMIT' } })
    const at = await waiting(person, own)
    expect((await answer(at, at.code)).status).toBe(200)
  })

  it('is nobody to another person, and neither is a made-up or a copied-together cookie', async () => {
    const [person, other] = [await app.person({ login: 'device.owner' }), await app.person({ login: 'device.other' })]
    const browser = app.browser()
    await verify(browser, app.smtp, other.login, other.mail)
    await strangerSpends(person)
    for (const token of [browser.cookie('lk_device')!, 'A'.repeat(43), `${browser.cookie('lk_device')!}x`, '%00', 'j:{"a":1}']) {
      const stranger = app.browser()
      stranger.setCookie('lk_device', token)
      expect(await ask(stranger, await start(stranger, person.login))).toMatchObject({ status: 202, body: { state: 'locked' } })
    }
  })
})
