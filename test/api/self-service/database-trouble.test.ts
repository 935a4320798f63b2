import { Checkpoints, type CheckpointLabel } from '../../../src/kernel/checkpoints.js'
import type { FlowView, SessionView } from '../../../src/contract/self-service.contract.js'
import { bringBack, startCluster, stopCluster, takeAway, type Cluster } from '../../medium/harness/cluster.mjs'
import { withSuperuser } from '../../medium/harness/roles.js'
import type { Answer, BrowserClient } from '../harness/browser-client.js'
import { auditCount, passwordWrites, tasksOf } from '../harness/look-behind.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { until } from '../harness/until.js'
import { codeIn } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
/** A Postgres comes back within seconds; the person presses the button again meanwhile. */
const PATIENCE_MS = 40_000

/** Does something once, the first time the walk comes past a label. */
class Interruptions extends Checkpoints {
  #planned: { at: CheckpointLabel; what: () => Promise<void> } | null = null
  happened = 0
  plan(at: CheckpointLabel, what: () => Promise<void>): void {
    this.#planned = { at, what }
    this.happened = 0
  }
  override async reach(label: CheckpointLabel): Promise<void> {
    const planned = this.#planned
    if (planned?.at !== label) return
    this.#planned = null
    this.happened += 1
    await planned.what()
  }
}

const checkpoints = new Interruptions()
let cluster: Cluster
let app: TestApp
let back: Promise<void> = Promise.resolve()
const everybodys = process.env.LATCHKEY_TEST_CLUSTER
beforeAll(async () => {
  // a server of its own: nobody else's tests run on the one that is taken away here
  cluster = await startCluster()
  process.env.LATCHKEY_TEST_CLUSTER = JSON.stringify(cluster)
  app = await TestApp.open({ checkpoints, directories: [{}] })
}, 60_000)
afterAll(async () => {
  await back
  await app.close()
  await stopCluster(cluster)
  process.env.LATCHKEY_TEST_CLUSTER = everybodys
}, 60_000)
afterEach(() => back)

/** Ends every connection of the product at once, also the one that is in the middle of a transaction. */
async function endConnections(): Promise<void> {
  await withSuperuser('postgres', (admin) => admin.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'app'`))
}
/** Gone when this resolves, so that the next statement meets nothing; it is being started meanwhile. */
const restart = (signal: 'SIGINT' | 'SIGQUIT') => async (): Promise<void> => {
  const gone = takeAway(cluster, signal)
  back = gone.then(() => bringBack(cluster))
  await gone
}

/** The last messages of the walk before have left: what happens next happens to the walk that is watched. */
async function quiet(): Promise<void> {
  await until(async () => {
    const [open] = await app.test.owner.query(`SELECT FROM outbox_message WHERE state IN ('queued', 'sending') LIMIT 1`)
    return open ? null : true
  })
}

/** What a person may be told while our database is away: what happened and that it is worth another try. */
const TROUBLE = ['503 SERVICE_UNAVAILABLE', '503 AUDIT_UNAVAILABLE', '503 CONNECTOR_UNAVAILABLE']
type Course = { troubles: string[] }

/** Presses the button until it is about something else than our database. */
async function insist<Body>(course: Course, press: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
  return until(async () => {
    const answer = await press()
    if (answer.status < 500) return answer
    const { code, detail } = answer.body as unknown as { code: string; detail: string }
    course.troubles.push(`${answer.status} ${code}`)
    expect(detail).not.toBe('')
    if (answer.status === 503) expect(answer.headers['retry-after']).toBeDefined()
    return null
  }, PATIENCE_MS)
}

/** As a patient person walks: presses again, types the newest code, asks for another one when theirs was lost. */
async function walk(person: TestPerson, browser: BrowserClient): Promise<Course & { view: FlowView }> {
  const course: Course = { troubles: [] }
  const started = await insist(course, () => browser.post<FlowView>('/self-service/password-resets', { identifier: person.login }))
  expect(started.status).toBe(201)
  const path = `/self-service/password-resets/${started.body.id}`
  const [offer] = started.body.methods
  const asked = await insist(course, () => browser.post(`${path}/verification`, { method: offer!.method, target: offer!.target }))
  expect(asked.status).toBe(202)
  const proved = await prove(course, person, browser, path)
  const accounts = proved.accounts!.map(({ id }) => id)
  const submitted = await insist(course, () => browser.post(`${path}/password`, { newPassword: NEW_PASSWORD, accounts }))
  // 409 after a lost answer: it had been accepted
  expect([202, 409]).toContain(submitted.status)
  const view = await until(async () => {
    const { body } = await insist(course, () => browser.get<FlowView>(path))
    return body.state !== 'applying' ? body : null
  }, PATIENCE_MS)
  return { ...course, view }
}

async function prove(course: Course, person: TestPerson, browser: BrowserClient, path: string): Promise<FlowView> {
  for (let codes = 0; codes < 4; codes += 1) {
    const mail = await app.smtp.nextMail({ to: person.mail, after: codes, withinMs: PATIENCE_MS })
    const answer = await insist(course, () => browser.post<FlowView>(`${path}/verification/answer`, { code: codeIn(mail.text) }))
    if (answer.status === 200) return answer.body
    // the code was used up by an answer that got lost, or an older copy was typed: the person asks for another
    expect([410, 422]).toContain(answer.status)
    if (app.smtp.mails.filter(({ to }) => to.includes(person.mail)).length > codes + 1) continue
    expect((await insist(course, () => browser.post(`${path}/verification/resend`))).status).toBe(202)
  }
  throw new Error('no code led through')
}

/** Nothing lost, nothing twice, nothing left behind. */
async function expectDoneOnce(person: TestPerson, view: FlowView): Promise<void> {
  expect(view).toMatchObject({ state: 'completed', request: { state: 'completed', outcomes: [{ state: 'succeeded' }] } })
  expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
  expect(await passwordWrites(app, person)).toBe(1)
  expect(await tasksOf(app, person)).toMatchObject([{ state: 'succeeded', kept: false }])
  for (const action of ['self-service.request.opened', 'self-service.request.settled']) expect([action, await auditCount(app, person, action)]).toEqual([action, 1])
  const [told] = await app.test.owner.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM outbox_message WHERE person_id = $1 AND template = 'password-changed'`, [person.id])
  expect(told!.count).toBe(1)
}

const WALK: CheckpointLabel[] = [
  'flow.started', 'challenge.committed', 'outbox.before-send', 'outbox.after-send', 'answer.counted', 'answer.consumed',
  'submit.before-commit', 'submit.after-commit', 'task.claimed', 'task.intent-committed', 'task.before-write', 'task.after-write',
  'settle.before-commit', 'settle.after-commit', 'sequencer.before-commit',
]

describe('connections that end', () => {
  it.each(WALK)('all at once at %s cost the person at most another press of the button', async (label) => {
    const person = await app.person({ login: `ended.at.${label.replaceAll(/[^a-z]/g, '.')}` })
    await quiet()
    checkpoints.plan(label, endConnections)
    const { view, troubles } = await walk(person, app.browser())
    expect(checkpoints.happened).toBe(1)
    expect(troubles.filter((each) => !TROUBLE.includes(each))).toEqual([])
    await expectDoneOnce(person, view)
  }, 90_000)
})

describe('a Postgres that is restarted', () => {
  it.each<[CheckpointLabel, 'SIGINT' | 'SIGQUIT']>([
    ['flow.started', 'SIGINT'], ['outbox.before-send', 'SIGINT'], ['answer.counted', 'SIGQUIT'], ['submit.before-commit', 'SIGINT'],
    ['task.before-write', 'SIGQUIT'], ['task.after-write', 'SIGQUIT'], ['settle.before-commit', 'SIGINT'],
  ])('at %s (%s) loses nothing and does nothing twice', async (label, signal) => {
    const person = await app.person({ login: `restarted.at.${label.replaceAll(/[^a-z]/g, '.')}` })
    await quiet()
    checkpoints.plan(label, restart(signal))
    const { view, troubles } = await walk(person, app.browser())
    expect(checkpoints.happened).toBe(1)
    expect(troubles.filter((each) => !TROUBLE.includes(each))).toEqual([])
    await back
    await expectDoneOnce(person, view)
  }, 120_000)

  it('answers every page with a clear problem meanwhile, and serves all of them again within seconds', async () => {
    const person = await app.person({ login: 'restarted.pages' })
    const [flowing, signedIn] = [app.browser(), app.browser()]
    const flow = (await flowing.post<FlowView>('/self-service/password-resets', { identifier: person.login })).body
    expect((await signedIn.post<SessionView>('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })).status).toBe(201)
    await takeAway(cluster)
    const asks = [
      () => flowing.get(`/self-service/password-resets/${flow.id}`),
      () => flowing.post('/self-service/password-resets', { identifier: person.login }),
      () => flowing.post(`/self-service/password-resets/${flow.id}/verification`, { method: 'mail-code', target: flow.methods[0]!.target }),
      () => signedIn.get('/self-service/session'),
      () => signedIn.get('/self-service/session/requests'),
      () => app.browser().post('/self-service/session', { identifier: person.login, password: OLD_PASSWORD }),
    ]
    for (const ask of asks) {
      const { status, body } = await ask()
      expect(TROUBLE).toContain(`${status} ${body.code}`)
    }
    await bringBack(cluster)
    const course: Course = { troubles: [] }
    const began = performance.now()
    expect((await insist(course, asks[0]!)).status).toBe(200)
    expect((await insist(course, asks[2]!)).status).toBe(202)
    expect((await insist(course, asks[3]!)).status).toBe(200)
    expect(performance.now() - began).toBeLessThan(20_000)
    expect(course.troubles.filter((each) => !TROUBLE.includes(each))).toEqual([])
  }, 60_000)
})
