import pg from 'pg'
import type { FlowView, RequestPage, SessionView, SiteView } from '../../../src/contract/self-service.contract.js'
import { AuditHealth } from '../../../src/modules/audit/index.js'
import type { FaultyConnector } from '../../fakes/faulty-connector.js'
import type { Answer, BrowserClient } from '../harness/browser-client.js'
import { accountIds, passwordWrites, tasksOf } from '../harness/look-behind.js'
import { away, hurry, spoilDirectory } from '../harness/spoil-directory.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { until } from '../harness/until.js'
import { askForCode, codeIn, settled, start, submit, verify } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
let app: TestApp
let windows: FaultyConnector
let restore: () => Promise<void> = async () => undefined
beforeAll(async () => {
  // the product's five seconds, shortened: what is tested is what happens then
  app = await TestApp.open({ triesAgainWhenTold: true, audit: { refuseAfterSeconds: 3, beatEveryMs: 200, leaseSeconds: 1, healthEveryMs: 100 } })
  windows = await spoilDirectory(app)
}, 60_000)
afterAll(() => app.close())
afterEach(() => restore())

/** Nobody chains any more: the row that every sequencer must beat is held. */
async function stopSequencing(): Promise<void> {
  const holder = new pg.Client({ connectionString: app.test.ownerUrl })
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT FROM audit_heartbeat FOR UPDATE')
  restore = async () => {
    restore = async () => undefined
    await holder.query('ROLLBACK')
    await holder.end()
    await until(async () => (app.app.get(AuditHealth).whyNotWritable() === null ? true : null))
  }
  await until(async () => (app.app.get(AuditHealth).whyNotWritable() !== null ? true : null))
}

/** The trail's table refuses: a full disk, a lost right. */
async function refuseRows(): Promise<void> {
  await app.test.owner.query('REVOKE INSERT ON audit_entry FROM app')
  restore = async () => {
    restore = async () => undefined
    await app.test.owner.query('GRANT INSERT ON audit_entry TO app')
  }
}

const path = (flow: FlowView, step = ''): string => `/self-service/password-resets/${flow.id}${step}`
const ids = (flow: FlowView): string[] => flow.accounts!.map(({ id }) => id)
const REFUSED = { status: 503, body: { code: 'AUDIT_UNAVAILABLE' } }
const counts = async () => (await app.test.owner.query(
  `SELECT (SELECT count(*) FROM self_service_flow) AS flows, (SELECT count(*) FROM service_request) AS requests, (SELECT count(*) FROM provisioning_task) AS tasks,
     (SELECT count(*) FROM verification_challenge) AS challenges, (SELECT count(*) FROM verification_evidence WHERE consumed_at IS NULL) AS proofs,
     (SELECT count(*) FROM self_service_session WHERE ended_at IS NULL) AS sessions, (SELECT count(*) FROM outbox_message) AS messages,
     (SELECT sum(password_marker) FROM local_account) AS passwords, (SELECT count(*) FROM local_account WHERE locked_at IS NOT NULL) AS locked,
     (SELECT jsonb_agg(jsonb_build_array(state, cookie_hash) ORDER BY id) FROM self_service_flow) AS states`))[0]

/** One of everything that can be asked for, each a step before it is asked. */
type Prepared = { [what: string]: () => Promise<Answer<{ code?: string }>> }
async function prepare(prefix: string): Promise<{ asks: Prepared; looks: Prepared; person: TestPerson }> {
  const person = await app.person({ login: `${prefix}.person` })
  const locked = await app.person({ login: `${prefix}.locked`, flags: { lockedAt: new Date() } })
  const failing = await app.person({ login: `${prefix}.failing` })
  const proving = await app.person({ login: `${prefix}.proving` })
  const [choosing, waiting, ready, unlocking, failed, signedIn] = Array.from({ length: 6 }, () => app.browser()) as [BrowserClient, BrowserClient, BrowserClient, BrowserClient, BrowserClient, BrowserClient]
  await signedIn.post<SessionView>('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })
  const failure = await verify(failed, app.smtp, failing.login, failing.mail)
  windows.plan('use', away, away)
  await submit(failed, failure, NEW_PASSWORD)
  await until(async () => ((await tasksOf(app, failing))[0]!.state === 'retrying' ? true : null))
  await hurry(app, failing.id, ', retry_until = now()')
  await settled(failed, failure)
  const flow = await verify(ready, app.smtp, person.login, person.mail)
  const unlock = await verify(unlocking, app.smtp, locked.login, locked.mail, 'unlocks')
  const chosen = await start(choosing, proving.login)
  const asked = await askForCode(waiting, await start(waiting, proving.login))
  const code = codeIn((await app.smtp.nextMail({ to: proving.mail, withinMs: 15_000 })).text)
  const accounts = await accountIds(app, person)
  return {
    person,
    asks: {
      start: () => app.browser().post('/self-service/password-resets', { identifier: person.login }),
      'start for nobody': () => app.browser().post('/self-service/password-resets', { identifier: 'nobody.at.all' }),
      'start an unlock': () => app.browser().post('/self-service/unlocks', { identifier: person.login }),
      'ask for a code': () => choosing.post(path(chosen, '/verification'), { method: chosen.methods[0]!.method, target: chosen.methods[0]!.target }),
      'ask again': () => waiting.post(path(asked, '/verification/resend')),
      answer: () => waiting.post(path(asked, '/verification/answer'), { code }),
      submit: () => ready.post(path(flow, '/password'), { newPassword: NEW_PASSWORD, accounts: ids(flow) }),
      'run again': () => failed.post(path(failure, '/rerun'), { accounts: ids(failure) }),
      unlock: () => unlocking.post(`/self-service/unlocks/${unlock.id}/unlock`, { accounts: unlock.accounts!.map(({ id }) => id) }),
      'sign in': () => app.browser().post('/self-service/session', { identifier: proving.login, password: OLD_PASSWORD }),
      change: () => signedIn.post('/self-service/session/password', { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD, accounts }),
    },
    looks: {
      site: () => app.browser().get<SiteView & { code?: string }>('/self-service/site'),
      flow: () => ready.get<FlowView & { code?: string }>(path(flow)),
      session: () => signedIn.get<SessionView & { code?: string }>('/self-service/session'),
      requests: () => signedIn.get<RequestPage & { code?: string }>('/self-service/session/requests'),
      meter: () => ready.post(path(flow, '/password-check'), { password: NEW_PASSWORD, accounts: ids(flow) }),
    },
  }
}

describe.each([['nobody chains it', stopSequencing], ['it takes no row', refuseRows]] as const)('while the trail cannot be kept (%s)', (what, break_) => {
  it('nothing is begun and nothing is changed, looking goes on, and everything goes on afterwards', async () => {
    const { asks, looks, person } = await prepare(what.replaceAll(' ', '.'))
    const before = await counts()
    await break_()
    for (const [name, ask] of Object.entries(asks)) {
      const answer = await ask()
      expect([name, answer.status, answer.body.code]).toEqual([name, REFUSED.status, REFUSED.body.code])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    for (const [name, look] of Object.entries(looks)) expect([name, (await look()).status]).toEqual([name, 200])
    expect(await counts()).toEqual(before)
    await restore()
    // the change and the submit are for one account: one of them at a time
    // and another code would make the one that is answered here the older
    const { change, 'ask again': _, ...others } = asks
    for (const [name, ask] of Object.entries(others)) expect([name, (await ask()).status < 300]).toEqual([name, true])
    await until(async () => ((await tasksOf(app, person)).every(({ state }) => state === 'succeeded') ? true : null))
    expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
    expect((await change!()).status).toBe(401) // the reset has ended the session, as it should
    expect(await passwordWrites(app, person)).toBe(1)
  }, 60_000)

  it('a task that was accepted before waits, and is carried out once afterwards', async () => {
    const person = await app.person({ login: `waits.${what.replaceAll(' ', '.')}` })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    windows.plan('use', away, away)
    await submit(browser, flow, NEW_PASSWORD)
    await until(async () => (await app.test.owner.execute(
      `UPDATE provisioning_task SET run_at = now() + interval '1 hour' WHERE person_id = $1 AND state = 'retrying'`, [person.id]) === 1 ? true : null))
    const [{ fence: before } = { fence: 0 }] = await app.test.owner.query<{ fence: number }>('SELECT fence FROM provisioning_task WHERE person_id = $1', [person.id])
    await break_()
    await hurry(app, person.id)
    await until(async () => {
      const [row] = await app.test.owner.query<{ fence: number }>('SELECT fence FROM provisioning_task WHERE person_id = $1', [person.id])
      return row!.fence > before ? true : null
    })
    expect(await passwordWrites(app, person)).toBe(0)
    expect((await browser.get<FlowView>(path(flow))).body.state).toBe('applying')
    await restore()
    // what its worker could not settle without a trail comes back with its lease: once, here, a little earlier
    await app.test.owner.execute('UPDATE provisioning_task SET lease_until = now() WHERE person_id = $1 AND lease_until > now()', [person.id])
    await until(async () => {
      await hurry(app, person.id)
      return (await browser.get<FlowView>(path(flow))).body.state === 'completed' ? true : null
    })
    expect(await passwordWrites(app, person)).toBe(1)
    expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
  }, 60_000)
})
