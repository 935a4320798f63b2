import type { FlowView, OutcomeState, RequestPage, RequestView, SessionView } from '../../../src/contract/self-service.contract.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { TaskStore } from '../../../src/modules/provisioning/persistence/task.store.js'
import type { FaultyConnector } from '../../fakes/faulty-connector.js'
import type { BrowserClient } from '../harness/browser-client.js'
import { auditCount, passwordWrites, tasksOf } from '../harness/look-behind.js'
import { away, hurry, spoilDirectory } from '../harness/spoil-directory.js'
import { OLD_PASSWORD, TestApp, type TestPerson, type TestPersonOptions } from '../harness/test-app.js'
import { until } from '../harness/until.js'
import { settled, settledRequest, submit, verify } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
let app: TestApp
let windows: FaultyConnector
let archive: FaultyConnector
beforeAll(async () => {
  app = await TestApp.open({ triesAgainWhenTold: true })
  windows = await spoilDirectory(app, 0)
  archive = await spoilDirectory(app, 1)
})
afterAll(() => app.close())

type Walk = { person: TestPerson; browser: BrowserClient; flow: FlowView }
const path = (flow: FlowView, step = ''): string => `/self-service/password-resets/${flow.id}${step}`

async function verified(options: TestPersonOptions): Promise<Walk> {
  const person = await app.person(options)
  const browser = app.browser()
  return { person, browser, flow: await verify(browser, app.smtp, person.login, person.mail) }
}
const read = async ({ browser, flow }: Walk): Promise<FlowView> => (await browser.get<FlowView>(path(flow))).body
const untilOutcome = (walk: Walk, state: OutcomeState, position = 0): Promise<FlowView> =>
  until(async () => {
    const view = await read(walk)
    return view.request!.outcomes[position]!.state === state ? view : null
  })
const rerun = ({ browser, flow }: Walk, accounts = flow.accounts!.map(({ id }) => id)) => browser.post<FlowView & { code: string }>(path(flow, '/rerun'), { accounts })

/** Submits while the first directory is away, until the product has stopped trying by itself. */
async function failed(options: TestPersonOptions): Promise<Walk & { view: FlowView }> {
  const walk = await verified(options)
  windows.plan('use', away, away)
  await submit(walk.browser, walk.flow, NEW_PASSWORD)
  await untilOutcome(walk, 'retrying')
  await hurry(app, walk.person.id, ', retry_until = now()')
  const view = await settled(walk.browser, walk.flow)
  return { ...walk, view }
}
const subjects = (mailbox: string): string[] => app.smtp.mails.filter(({ to }) => to.includes(mailbox)).map(({ subject }) => subject)

describe('a directory that is away', () => {
  it('is tried for a while, then the person may send the same once more without typing it', async () => {
    const walk = await verified({ login: 'away.for.a.while' })
    windows.plan('use', away, away)
    await submit(walk.browser, walk.flow, NEW_PASSWORD)
    const retrying = await untilOutcome(walk, 'retrying')
    expect(retrying).toMatchObject({ state: 'applying', request: { outcomes: [{ code: 'CONNECTOR_UNAVAILABLE', mayTryAgain: false, settledAt: null }] } })
    expect(Date.parse(retrying.request!.outcomes[0]!.keepsTryingUntil!)).toBeGreaterThan(Date.now())

    await hurry(app, walk.person.id, ', retry_until = now()')
    const view = await settled(walk.browser, walk.flow)
    expect(view).toMatchObject({ state: 'failed', request: { state: 'failed', outcomes: [{ state: 'failed', mayTryAgain: true, mayHaveChanged: false, keepsTryingUntil: null }] } })
    expect(Date.parse(view.request!.secretKeptUntil!)).toBeGreaterThan(Date.now())
    expect((await app.smtp.nextMail({ to: walk.person.mail, after: 1, withinMs: 15_000 })).subject).toContain('was not done')

    expect(await rerun(walk)).toMatchObject({ status: 202, body: { state: 'applying' } })
    const done = await settled(walk.browser, walk.flow)
    expect(done).toMatchObject({ state: 'completed', request: { reference: view.request!.reference, outcomes: [{ state: 'succeeded' }], secretKeptUntil: null } })
    expect(await app.signsIn(walk.person, NEW_PASSWORD)).toBe(true)
    expect(await passwordWrites(app, walk.person)).toBe(1)
    await app.smtp.nextMail({ to: walk.person.mail, after: 2, withinMs: 15_000 })
    expect(subjects(walk.person.mail).slice(1)).toEqual([expect.stringContaining('was not done') as string, 'Your password was changed'])
    expect(await tasksOf(app, walk.person)).toMatchObject([{ state: 'succeeded', kept: false }])
    expect((await rerun(walk)).status).toBe(409)
  })

  it('asks for a new password once the kept one is past its end', async () => {
    const walk = await failed({ login: 'away.too.long' })
    await app.test.owner.execute('UPDATE provisioning_task SET secret_until = now() WHERE person_id = $1', [walk.person.id])
    await app.app.get(TaskStore).eraseExpiredSecrets(app.test.database)
    expect((await read(walk)).request).toMatchObject({ secretKeptUntil: null, outcomes: [{ state: 'failed', mayTryAgain: false }] })
    expect(await rerun(walk)).toMatchObject({ status: 410, body: { code: 'SECRET_EXPIRED' } })
    expect(await tasksOf(app, walk.person)).toMatchObject([{ state: 'failed', kept: false }])
    expect(await passwordWrites(app, walk.person)).toBe(0)
    // a proof that was spent stays spent: a new password needs a new one
    const accounts = walk.flow.accounts!.map(({ id }) => id)
    expect(await walk.browser.post(path(walk.flow, '/password'), { newPassword: NEW_PASSWORD, accounts })).toMatchObject({ status: 409 })
  })

  it('is written once by eight re-runs at the same moment', async () => {
    const walk = await failed({ login: 'away.then.raced' })
    const answers = await Promise.all(Array.from({ length: 8 }, () => rerun(walk)))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([])
    expect((await settled(walk.browser, walk.flow)).state).toBe('completed')
    expect(await passwordWrites(app, walk.person)).toBe(1)
  })

  it('does not keep the others waiting; only what failed is sent again', async () => {
    const { view, ...walk } = await failed({ login: 'away.one.of.two', in: [0, 1] })
    expect(view).toMatchObject({ state: 'partly-completed', request: { outcomes: [{ state: 'failed', mayTryAgain: true }, { state: 'succeeded', mayTryAgain: false }] } })
    const [first, second] = walk.flow.accounts!.map(({ id }) => id)
    const other = await verified({ login: 'away.somebody.else' })
    for (const [accounts, status, code] of [
      [[first!, second!], 409, 'RERUN_REFUSED'], [[second!], 409, 'RERUN_REFUSED'], [[first!, other.flow.accounts![0]!.id], 422, 'NO_ACCOUNT'],
    ] as const) expect(await rerun(walk, [...accounts])).toMatchObject({ status, body: { code } })
    expect((await read(walk)).state).toBe('partly-completed')
    expect((await rerun(walk, [first!, first!])).status).toBe(202)
    expect((await settled(walk.browser, walk.flow)).state).toBe('completed')
    expect([await passwordWrites(app, walk.person, 0), await passwordWrites(app, walk.person, 1)]).toEqual([1, 1])
  })

  it('is sent again from My requests as well, and the page of the flow tells the same', async () => {
    const walk = await failed({ login: 'away.my.requests' })
    const signedIn = app.browser()
    expect((await signedIn.post<SessionView>('/self-service/session', { identifier: walk.person.login, password: OLD_PASSWORD })).status).toBe(201)
    const { body } = await signedIn.get<RequestPage>('/self-service/session/requests')
    const [request] = body.requests
    expect(request).toMatchObject({ state: 'failed', outcomes: [{ mayTryAgain: true }] })
    windows.plan('use', away)
    const again = await signedIn.post<RequestView>(`/self-service/session/requests/${request!.reference}/rerun`, { accounts: walk.flow.accounts!.map(({ id }) => id) })
    expect(again).toMatchObject({ status: 202, body: { state: 'applying' } })
    expect(await read(walk)).toMatchObject({ state: 'applying', request: { state: 'applying' } })
    await hurry(app, walk.person.id)
    expect(await settled(walk.browser, walk.flow)).toMatchObject({ state: 'completed', request: { state: 'completed' } })
    expect(await app.signsIn(walk.person, NEW_PASSWORD)).toBe(true)
  })
})

describe('a reply that never came', () => {
  it('is asked for before anything is sent again: it had been written, so it is not written twice', async () => {
    const walk = await verified({ login: 'reply.lost' })
    windows.plan('setPassword', { fault: 'reply-lost' })
    await submit(walk.browser, walk.flow, NEW_PASSWORD)
    expect((await untilOutcome(walk, 'checking')).request!.outcomes).toMatchObject([{ mayTryAgain: false, settledAt: null }])
    expect((await rerun(walk)).status).toBe(409)
    await hurry(app, walk.person.id)
    expect((await settled(walk.browser, walk.flow)).state).toBe('completed')
    expect(await passwordWrites(app, walk.person)).toBe(1)
    expect(await app.signsIn(walk.person, NEW_PASSWORD)).toBe(true)
  })

  it('is sent again when it certainly had not arrived', async () => {
    const walk = await verified({ login: 'request.lost' })
    windows.plan('setPassword', { fault: 'request-lost' })
    await submit(walk.browser, walk.flow, NEW_PASSWORD)
    await untilOutcome(walk, 'checking')
    await hurry(app, walk.person.id)
    await until(async () => {
      const { state, request } = await read(walk)
      if (request!.outcomes[0]!.state === 'retrying' || request!.outcomes[0]!.state === 'waiting') await hurry(app, walk.person.id)
      return state === 'completed' ? state : null
    })
    expect(await passwordWrites(app, walk.person)).toBe(1)
    expect(await app.signsIn(walk.person, NEW_PASSWORD)).toBe(true)
  })

  it('does not overwrite what somebody else set meanwhile', async () => {
    const walk = await verified({ login: 'overtaken.elsewhere' })
    windows.plan('setPassword', { fault: 'request-lost' })
    await submit(walk.browser, walk.flow, NEW_PASSWORD)
    await untilOutcome(walk, 'checking')
    await app.local.setPassword(app.test.owner, walk.person.nativeIds[0]!, new SecretText('Yllapito-asetti-42'))
    await hurry(app, walk.person.id)
    expect(await settled(walk.browser, walk.flow)).toMatchObject({ state: 'failed', request: { outcomes: [{ state: 'failed', code: 'ACTION_IN_PROGRESS', params: { elsewhere: true } }] } })
    expect(await app.signsIn(walk.person, 'Yllapito-asetti-42')).toBe(true)
    expect(await passwordWrites(app, walk.person)).toBe(1)
  })

  it('ends as unknown when the directory never says, and is not sent again by hand either', async () => {
    const walk = await verified({ login: 'never.known' })
    windows.plan('setPassword', { fault: 'reply-lost' })
    await submit(walk.browser, walk.flow, NEW_PASSWORD)
    await untilOutcome(walk, 'checking')
    windows.plan('use', away)
    await hurry(app, walk.person.id, ', check_until = now()')
    const view = await settled(walk.browser, walk.flow)
    expect(view).toMatchObject({ state: 'failed', request: { outcomes: [{ state: 'unknown', code: 'OUTCOME_UNKNOWN', mayHaveChanged: true, mayTryAgain: false }] } })
    expect(await rerun(walk)).toMatchObject({ status: 409, body: { code: 'RERUN_REFUSED' } })
    const mail = await app.smtp.nextMail({ to: walk.person.mail, after: 1, withinMs: 15_000 })
    expect(mail.text).not.toContain('Your password was changed')
    expect(await passwordWrites(app, walk.person)).toBe(1)
  })

  it('of an unlock is told by the lock itself', async () => {
    const person = await app.person({ login: 'unlock.reply.lost', flags: { lockedAt: new Date() } })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail, 'unlocks')
    windows.plan('unlock', { fault: 'reply-lost' })
    await browser.post(`/self-service/unlocks/${flow.id}/unlock`, { accounts: flow.accounts!.map(({ id }) => id) })
    await until(async () => ((await tasksOf(app, person))[0]!.state === 'checking' ? true : null))
    await hurry(app, person.id)
    expect(await settled(browser, flow, 'unlocks')).toMatchObject({ state: 'completed', request: { outcomes: [{ state: 'succeeded', noChangeNeeded: false }] } })
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
  })
})

describe('two accounts of one request', () => {
  it('that settle at the same moment finish it exactly once, with one message to each contact', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [login, mails] = [`settles.together.${round}`, [`first.${round}@posti.example`, `second.${round}@posti.example`]]
      const walk = await verifiedWith(login, mails)
      let release: () => void = () => undefined
      const until_ = new Promise<void>((resolve) => { release = resolve })
      windows.plan('setPassword', { fault: 'held', until: until_ })
      archive.plan('setPassword', { fault: 'held', until: until_ })
      await submit(walk.browser, walk.flow, NEW_PASSWORD)
      await until(async () => ((await read(walk)).request!.outcomes.every(({ state }) => state === 'writing') ? true : null))
      release()
      expect((await settled(walk.browser, walk.flow)).state).toBe('completed')
      expect(await auditCount(app, walk.person, 'self-service.request.settled')).toBe(1)
      for (const mail of mails) await app.smtp.nextMail({ to: mail, after: mail === mails[0] ? 1 : 0, withinMs: 15_000 })
      const queued = await app.test.owner.query<{ template: string }>(`SELECT template FROM outbox_message WHERE person_id = $1 ORDER BY id`, [walk.person.id])
      expect(queued.map(({ template }) => template)).toEqual(['one-time-code', 'password-changed', 'password-changed'])
      for (const position of [0, 1]) expect(await passwordWrites(app, walk.person, position)).toBe(1)
    }
  }, 60_000)

  async function verifiedWith(login: string, mails: string[]): Promise<Walk> {
    const person = await app.person({ login, in: [0, 1], record: { contacts: mails.map((value) => ({ kind: 'mail', value, source: 'test' })) } })
    const browser = app.browser()
    return { person, browser, flow: await verify(browser, app.smtp, login, mails[0]!) }
  }
})

describe('an account that is being written', () => {
  it('is not written by a second request; the second proof stays good for later', async () => {
    const walk = await verified({ login: 'busy.account' })
    let release: () => void = () => undefined
    windows.plan('setPassword', { fault: 'held', until: new Promise<void>((resolve) => { release = resolve }) })
    await submit(walk.browser, walk.flow, NEW_PASSWORD)
    await untilOutcome(walk, 'writing')
    const second = app.browser()
    const flow = await verify(second, app.smtp, walk.person.login, walk.person.mail)
    const accounts = flow.accounts!.map(({ id }) => id)
    expect(await second.post(path(flow, '/password'), { newPassword: 'Toinen-salasana-20', accounts })).toMatchObject({ status: 409, body: { code: 'ACTION_IN_PROGRESS' } })
    release()
    expect((await settled(walk.browser, walk.flow)).state).toBe('completed')
    expect((await settled(second, await submit(second, flow, 'Toinen-salasana-20'))).state).toBe('completed')
    expect(await passwordWrites(app, walk.person)).toBe(2)
    expect(await app.signsIn(walk.person, 'Toinen-salasana-20')).toBe(true)
  })
})

it('My requests tells the truth of all of it', async () => {
  const walk = await failed({ login: 'told.in.requests' })
  const browser = app.browser()
  await browser.post('/self-service/session', { identifier: walk.person.login, password: OLD_PASSWORD })
  expect(await settledRequest(browser, walk.view.request!.reference)).toMatchObject({ ...walk.view.request })
})
