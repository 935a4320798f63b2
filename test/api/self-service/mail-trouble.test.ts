import type { FlowView } from '../../../src/contract/self-service.contract.js'
import type { MisbehaviourRule, ReceivedMail } from '../../smtp/misbehaving-smtp.js'
import type { Answer, BrowserClient } from '../harness/browser-client.js'
import { passwordWrites } from '../harness/look-behind.js'
import { TestApp, type TestPerson } from '../harness/test-app.js'
import { until } from '../harness/until.js'
import { askForCode, codeIn, settled, start, submit, verify } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
const WITHIN = { withinMs: 18_000 }
let app: TestApp
beforeAll(async () => {
  // everything as in the product, only the pauses are shorter
  app = await TestApp.open({ mail: { retryBaseMs: 20, retryCapMs: 100, probeEveryMs: 200, sendWithinMs: 1_500 } })
})
afterAll(() => app.close())
afterEach(async () => {
  up()
  await untilOffered(true)
})

/** Somebody who only looks: reading a flow is not limited, opening ever new ones is. */
async function untilOffered(available: boolean): Promise<void> {
  const browser = app.browser()
  const flow = await start(browser, `onlooker.${(looks += 1)}`)
  await until(async () => ((await browser.get<FlowView>(path(flow))).body.methods.every((offer) => offer.available === available) ? true : null))
}
let looks = 0

/** No conversation gets anywhere, neither on a new line nor on one that is still open. */
function down(): void {
  for (const at of ['greeting', 'sender'] as const) app.smtp.misbehave({ at, how: 'drop', times: Infinity })
}
/** `reset()` of the harness also forgets what arrived, so what a test compares is taken before. */
const up = (): void => app.smtp.reset()

const path = (flow: FlowView, step = ''): string => `/self-service/password-resets/${flow.id}${step}`
const mailsTo = (person: TestPerson): ReceivedMail[] => app.smtp.mails.filter(({ to }) => to.includes(person.mail))
const ask = (browser: BrowserClient, flow: FlowView) =>
  browser.post(path(flow, '/verification'), { method: flow.methods[0]!.method, target: flow.methods[0]!.target })
const prove = (browser: BrowserClient, flow: FlowView, code: string) => browser.post<FlowView>(path(flow, '/verification/answer'), { code })
const alike = <Body extends object>({ status, body }: Answer<Body>): unknown => ({ status, body: { ...body, correlationId: '' } })

async function messages(person: TestPerson): Promise<{ template: string; state: string; attempts: number; sealed: boolean }[]> {
  return app.test.owner.query(
    'SELECT template, state, attempts, payload IS NOT NULL AS sealed FROM outbox_message WHERE person_id = $1 ORDER BY id', [person.id])
}
const untilMessage = (person: TestPerson, state: string, position = 0): Promise<true> =>
  until(async () => ((await messages(person))[position]?.state === state ? true : null))

async function goesOn(person: TestPerson, browser: BrowserClient, flow: FlowView, code: string): Promise<void> {
  const proved = await prove(browser, flow, code)
  expect(proved.status).toBe(200)
  expect((await settled(browser, await submit(browser, proved.body, NEW_PASSWORD))).state).toBe('completed')
  expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
  expect(await passwordWrites(app, person)).toBe(1)
}

describe('a mail server that', () => {
  const PASSING: [string, MisbehaviourRule, number][] = [
    ['defers the recipient three times (451)', { at: 'recipient', how: 'refuse', code: 451, times: 3 }, 1],
    ['defers the sender (450)', { at: 'sender', how: 'refuse', code: 450 }, 1],
    ['defers after DATA (452)', { at: 'data', how: 'refuse', code: 452, times: 2 }, 1],
    ['closes with 421', { at: 'greeting', how: 'refuse', code: 421 }, 1],
    ['hangs up at the recipient', { at: 'recipient', how: 'drop' }, 1],
    ['hangs up after DATA and has not kept it', { at: 'data', how: 'drop', accepted: false }, 1],
    // the reply was lost: a second copy is the price of a code that surely arrives
    ['hangs up after DATA and has kept it', { at: 'data', how: 'drop', accepted: true }, 2],
    ['says nothing at the recipient', { at: 'recipient', how: 'stall' }, 1],
    ['says nothing after DATA and has kept it', { at: 'data', how: 'stall', accepted: true }, 2],
  ]
  it.each(PASSING)('%s keeps nobody from a reset: the same code comes, and works once', async (what, rule, copies) => {
    const person = await app.person({ login: `passing.${what.replaceAll(/\W+/g, '.')}x` })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    app.smtp.misbehave(rule)
    expect((await askForCode(browser, flow)).state).toBe('awaiting-code')
    const mail = await app.smtp.nextMail({ to: person.mail, after: copies - 1, ...WITHIN })
    const [first] = mailsTo(person)
    expect([codeIn(mail.text), mail.header('message-id')]).toEqual([codeIn(first!.text), first!.header('message-id')])
    await untilMessage(person, 'sent')
    await goesOn(person, browser, flow, codeIn(mail.text))
    expect((await prove(browser, flow, codeIn(mail.text))).status).toBe(409)
    expect(mailsTo(person).filter(({ subject }) => subject.startsWith('Code'))).toHaveLength(copies)
  }, 40_000)

  it('refuses the address for good (550) looks to the page like any wait; another code may be asked for', async () => {
    const person = await app.person({ login: 'refused.for.good' })
    const [browser, other] = [app.browser(), app.browser()]
    const [flow, nobody] = [await start(browser, person.login), await start(other, 'nobody.for.good')]
    app.smtp.misbehave({ at: 'recipient', how: 'refuse', code: 550, to: person.mail })
    const waiting = await askForCode(browser, flow)
    const decoy = await askForCode(other, nobody)
    await untilMessage(person, 'failed')
    expect((await messages(person))[0]).toMatchObject({ attempts: 1, sealed: false })
    const shape = (view: FlowView) => ({ ...view.challenge, masked: '', sentAt: '', validUntil: '', resendAt: '' })
    expect(shape(waiting)).toEqual(shape(decoy))
    expect((await browser.get<FlowView>(path(flow))).body).toMatchObject({ state: 'awaiting-code', methods: [{ available: true }] })
    expect((await browser.post(path(flow, '/verification/resend'))).status).toBe(202)
    await goesOn(person, browser, flow, codeIn((await app.smtp.nextMail({ to: person.mail, ...WITHIN })).text))
  })
})

describe('a mail server that is down', () => {
  it('closes the method for everyone alike; what waited arrives when it is up again, and the reset goes on', async () => {
    const person = await app.person({ login: 'down.for.minutes' })
    await app.person({ login: 'down.another' })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    down()
    await askForCode(browser, flow)
    await untilOffered(false)

    const [known, unknown] = [app.browser(), app.browser()]
    const [offered, pretended] = [await start(known, 'down.another'), await start(unknown, 'down.nobody')]
    for (const { methods } of [offered, pretended]) {
      expect(methods).toMatchObject([{ method: 'mail-code', available: false, reason: 'METHOD_UNAVAILABLE' }])
    }
    const [refused, same] = [await ask(known, offered), await ask(unknown, pretended)]
    expect(refused).toMatchObject({ status: 503, body: { code: 'METHOD_UNAVAILABLE' } })
    expect(alike(refused)).toEqual(alike(same))
    // nothing of a code that was not sent stays behind
    expect((await known.get<FlowView>(path(offered))).body.state).toBe('choosing-method')
    const [left] = await app.test.owner.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM verification_challenge WHERE flow_id = ANY ($1)', [[offered.id, pretended.id]])
    expect(left!.count).toBe(0)
    expect(mailsTo(person)).toEqual([])

    up()
    const mail = await app.smtp.nextMail({ to: person.mail, ...WITHIN })
    await goesOn(person, browser, flow, codeIn(mail.text))
    await untilOffered(true)
    expect((await ask(known, offered)).status).toBe(202)
  }, 60_000)

  it('past the life of a code sends it never: neither late nor at all', async () => {
    const person = await app.person({ login: 'down.too.long' })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    down()
    await askForCode(browser, flow)
    await until(async () => ((await messages(person))[0]!.attempts > 1 ? true : null))
    for (const [table, column, where] of [['outbox_message', 'useful_until', 'person_id'], ['verification_challenge', 'expires_at', 'person_id']]) {
      await app.test.owner.execute(`UPDATE ${table} SET ${column} = now() WHERE ${where} = $1`, [person.id])
    }
    await untilMessage(person, 'dropped')
    up()
    await untilOffered(true)
    expect((await messages(person))[0]).toMatchObject({ sealed: false })
    expect(mailsTo(person)).toEqual([])
    // the person asks again, and that one comes
    expect((await browser.post(path(flow, '/verification/resend'))).status).toBe(202)
    await goesOn(person, browser, flow, codeIn((await app.smtp.nextMail({ to: person.mail, ...WITHIN })).text))
    expect(mailsTo(person).filter(({ subject }) => subject.startsWith('Code'))).toHaveLength(1)
  }, 40_000)

  it('after the proof keeps no password from being set; the message about it follows, once', async () => {
    const person = await app.person({ login: 'down.after.proof' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    down()
    expect((await settled(browser, await submit(browser, flow, NEW_PASSWORD))).state).toBe('completed')
    expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
    await until(async () => ((await messages(person))[1]!.attempts > 1 ? true : null))
    up()
    expect((await app.smtp.nextMail({ to: person.mail, ...WITHIN })).subject).toBe('Your password was changed')
    await untilMessage(person, 'sent', 1)
    expect(mailsTo(person)).toHaveLength(1)
    expect((await messages(person)).map(({ template }) => template)).toEqual(['one-time-code', 'password-changed'])
  }, 40_000)
})
