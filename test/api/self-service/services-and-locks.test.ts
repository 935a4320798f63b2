import type { FlowView, RequestPage, RequestView, SessionView, SiteView } from '../../../src/contract/self-service.contract.js'
import { Sites } from '../../../src/modules/settings/index.js'
import { newId } from '../../../src/kernel/ids.js'
import type { FaultyConnector } from '../../fakes/faulty-connector.js'
import type { BrowserClient } from '../harness/browser-client.js'
import { accountIds, auditCount, passwordWrites, tasksOf } from '../harness/look-behind.js'
import { away, hurry, spoilDirectory } from '../harness/spoil-directory.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { until } from '../harness/until.js'
import { askForCode, codeIn, settled, start, submit, verify, type FlowPath } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
type Services = { reset: boolean; change: boolean; unlock: boolean; requests: boolean }
const ALL: Services = { reset: true, change: true, unlock: true, requests: true }
let app: TestApp
let windows: FaultyConnector
beforeAll(async () => {
  app = await TestApp.open({ directories: [{}, {}, {}] })
  windows = await spoilDirectory(app, 0)
  await spoilDirectory(app, 2, ['unlock', 'reset'])
})
afterAll(() => app.close())
afterEach(() => publish({}))

async function publish(services: Partial<Services>): Promise<void> {
  const sites = app.app.get(Sites)
  await sites.save(app.test.database, { ...(await sites.current()), services: { ...ALL, ...services } })
}
const at = (flow: FlowView, step: string, path: FlowPath = 'password-resets'): string => `/self-service/${path}/${flow.id}${step}`
const ids = (flow: FlowView): string[] => flow.accounts!.filter(({ selectable }) => selectable).map(({ id }) => id)
const NOT_ENTITLED = { status: 403, body: { code: 'NOT_ENTITLED' } }

async function signIn(person: TestPerson): Promise<{ browser: BrowserClient; accounts: string[] }> {
  const browser = app.browser()
  const { status, body } = await browser.post<SessionView>('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })
  expect(status).toBe(201)
  return { browser, accounts: body.accounts.filter(({ selectable }) => selectable).map(({ id }) => id) }
}

describe('a service that is not published', () => {
  it.each<[keyof Services, FlowPath]>([['reset', 'password-resets'], ['unlock', 'unlocks']])('%s starts for nobody, known or not, and leaves the others alone', async (service, path) => {
    await app.person({ login: `start.${service}` })
    await publish({ [service]: false })
    const answers = [await app.browser().post(`/self-service/${path}`, { identifier: `start.${service}` }), await app.browser().post(`/self-service/${path}`, { identifier: 'nobody.at.all' })]
    for (const answer of answers) expect(answer).toMatchObject(NOT_ENTITLED)
    expect({ ...answers[0]!.body, correlationId: '' }).toEqual({ ...answers[1]!.body, correlationId: '' })
    expect((await app.browser().get<SiteView>('/self-service/site')).body.services).toEqual({ ...ALL, [service]: false })
    await start(app.browser(), `start.${service}`, path === 'unlocks' ? 'password-resets' : 'unlocks')
  })

  it('reset is refused at the write, spends nothing, and goes on when it is published again', async () => {
    const person = await app.person({ login: 'unpublished.write' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    await publish({ reset: false })
    expect(await browser.post(at(flow, '/password'), { newPassword: NEW_PASSWORD, accounts: ids(flow) })).toMatchObject(NOT_ENTITLED)
    expect(await tasksOf(app, person)).toEqual([])
    await publish({})
    expect((await settled(browser, await submit(browser, flow, NEW_PASSWORD))).state).toBe('completed')
  })

  it('unlock is refused at the write', async () => {
    const person = await app.person({ login: 'unpublished.unlock', flags: { lockedAt: new Date() } })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail, 'unlocks')
    await publish({ unlock: false })
    expect(await browser.post(at(flow, '/unlock', 'unlocks'), { accounts: ids(flow) })).toMatchObject(NOT_ENTITLED)
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(false)
  })

  it('change is refused at the write, before the present password costs a try', async () => {
    const person = await app.person({ login: 'unpublished.change' })
    const { browser, accounts } = await signIn(person)
    await publish({ change: false })
    const body = { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD, accounts }
    expect(await browser.post('/self-service/session/password', body)).toMatchObject(NOT_ENTITLED)
    expect(await auditCount(app, person, 'verification.password.verified')).toBe(1)
    await publish({})
    expect((await browser.post('/self-service/session/password', body)).status).toBe(202)
  })

  it('requests lists nothing', async () => {
    const { browser } = await signIn(await app.person({ login: 'unpublished.requests' }))
    await publish({ requests: false })
    expect(await browser.get('/self-service/session/requests')).toMatchObject(NOT_ENTITLED)
  })

  it('is not run again either, from its page or from My requests', async () => {
    const person = await app.person({ login: 'unpublished.rerun' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const comeBack = windows.keep('use', away)
    await submit(browser, flow, NEW_PASSWORD)
    await until(async () => ((await tasksOf(app, person))[0]!.state === 'retrying' ? true : null))
    await hurry(app, person.id, ', retry_until = now()')
    const failed = await settled(browser, flow)
    comeBack()
    const signedIn = await signIn(person)
    await publish({ reset: false })
    expect(await browser.post(at(flow, '/rerun'), { accounts: ids(flow) })).toMatchObject(NOT_ENTITLED)
    expect(await signedIn.browser.post(`/self-service/session/requests/${failed.request!.reference}/rerun`, { accounts: ids(flow) })).toMatchObject(NOT_ENTITLED)
    expect(await tasksOf(app, person)).toMatchObject([{ state: 'failed', kept: true }])
    expect(await passwordWrites(app, person)).toBe(0)
  })
})

it('somebody who comes to a protected account while a task of theirs waits is refused by the worker, too', async () => {
  const person = await app.person({ login: 'became.protected', in: [0, 1] })
  const browser = app.browser()
  const flow = await verify(browser, app.smtp, person.login, person.mail)
  windows.plan('use', away)
  const first = flow.accounts![0]!.id
  expect((await browser.post(at(flow, '/password'), { newPassword: NEW_PASSWORD, accounts: [first] })).status).toBe(202)
  await until(async () => ((await tasksOf(app, person))[0]!.state === 'retrying' ? true : null))
  await app.test.owner.execute('UPDATE account SET privileged = true WHERE person_id = $1 AND id <> $2', [person.id, first])
  await hurry(app, person.id)
  expect(await settled(browser, flow)).toMatchObject({ state: 'failed', request: { outcomes: [{ state: 'refused', code: 'PRIVILEGED_TARGET' }] } })
  expect(await passwordWrites(app, person)).toBe(0)
})

const SET: [string, string, string][] = [
  ['a manager’s lock', 'UPDATE person SET identity_locked_at = now() WHERE id = $1', 'IDENTITY_LOCKED'],
  ['an administrator’s lock', 'UPDATE person SET admin_locked_at = now() WHERE id = $1', 'IDENTITY_LOCKED'],
  ['a freeze', `UPDATE person SET frozen_until = now() + interval '1 hour' WHERE id = $1`, 'PERSON_FROZEN'],
  ['leaving', `UPDATE person SET status = 'left' WHERE id = $1`, 'IDENTITY_LOCKED'],
]

describe.each(SET)('%s', (what, statement, code) => {
  const login = (moment: string): string => `${what} ${moment}`.replaceAll(/[^a-z]+/gi, '.')
  const set = (person: TestPerson): Promise<number> => app.test.owner.execute(statement, [person.id])

  it.each(['after the start', 'after the code was sent', 'after the proof', 'after the policy was asked'])('set %s is respected at the write', async (moment) => {
    const person = await app.person({ login: login(moment) })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    if (moment === 'after the start') await set(person)
    await askForCode(browser, flow)
    const mailed = codeIn((await app.smtp.nextMail({ to: person.mail, withinMs: 15_000 })).text)
    if (moment === 'after the code was sent') await set(person)
    const proved = await browser.post<FlowView>(at(flow, '/verification/answer'), { code: mailed })
    expect(proved.status).toBe(200)
    if (moment === 'after the proof') await set(person)
    await browser.post(at(flow, '/policy'), { accounts: ids(proved.body) })
    if (moment === 'after the policy was asked') await set(person)
    expect(await browser.post(at(flow, '/password'), { newPassword: NEW_PASSWORD, accounts: ids(proved.body) })).toMatchObject({ status: 403, body: { code } })
    expect(await tasksOf(app, person)).toEqual([])
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
  })

  it('set while the task waits is respected by the worker, and the person is told', async () => {
    const person = await app.person({ login: login('while waiting') })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    windows.plan('use', away)
    await submit(browser, flow, NEW_PASSWORD)
    await until(async () => ((await tasksOf(app, person))[0]!.state === 'retrying' ? true : null))
    await set(person)
    await hurry(app, person.id)
    expect(await settled(browser, flow)).toMatchObject({ state: 'failed', request: { outcomes: [{ state: 'refused', code, mayTryAgain: false }] } })
    expect(await passwordWrites(app, person)).toBe(0)
    expect(await tasksOf(app, person)).toMatchObject([{ kept: false }])
    expect((await app.smtp.nextMail({ to: person.mail, after: 1, withinMs: 15_000 })).subject).toContain('was not done')
  })

  it('set between failure and re-run is respected by the re-run', async () => {
    const person = await app.person({ login: login('before re-run') })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const comeBack = windows.keep('use', away)
    await submit(browser, flow, NEW_PASSWORD)
    await until(async () => ((await tasksOf(app, person))[0]!.state === 'retrying' ? true : null))
    await hurry(app, person.id, ', retry_until = now()')
    await settled(browser, flow)
    comeBack()
    await set(person)
    expect(await browser.post(at(flow, '/rerun'), { accounts: ids(flow) })).toMatchObject({ status: 403, body: { code } })
    expect(await passwordWrites(app, person)).toBe(0)
  })

  it('ends a session and what it could do at once', async () => {
    const person = await app.person({ login: login('signed in') })
    const { browser, accounts } = await signIn(person)
    await set(person)
    const asks = [
      browser.get('/self-service/session'), browser.get('/self-service/session/requests'), browser.post('/self-service/session/policy', { accounts }),
      browser.post('/self-service/session/password', { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD, accounts }),
    ]
    for (const answer of await Promise.all(asks)) expect(answer).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REQUIRED' } })
    expect(await tasksOf(app, person)).toEqual([])
  })
})

describe('somebody who becomes privileged', () => {
  it('between proof and write is refused, also for the accounts that are not', async () => {
    const person = await app.person({ login: 'promoted', in: [0, 1] })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    await app.test.owner.execute('UPDATE account SET privileged = true WHERE person_id = $1 AND directory_id = $2', [person.id, app.directoryIds[0]])
    const [first, second] = ids(flow)
    expect(await browser.post(at(flow, '/password'), { newPassword: NEW_PASSWORD, accounts: [first] })).toMatchObject({ status: 422, body: { code: 'NO_ACCOUNT' } })
    expect(await browser.post(at(flow, '/password'), { newPassword: NEW_PASSWORD, accounts: [second] })).toMatchObject({ status: 403, body: { code: 'PRIVILEGED_TARGET' } })
    expect(await tasksOf(app, person)).toEqual([])
  })
})

describe('the choice of accounts', () => {
  it('counts an account once, however often it is named', async () => {
    const person = await app.person({ login: 'chooses.twice' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const [id] = ids(flow)
    const accepted = await browser.post<FlowView>(at(flow, '/password'), { newPassword: NEW_PASSWORD, accounts: [id, id, id] })
    expect(accepted.status).toBe(202)
    expect((await settled(browser, flow)).request!.outcomes).toHaveLength(1)
    expect(await passwordWrites(app, person)).toBe(1)
  })

  it('of none, of made-up ones and of somebody else’s is refused as a whole at every step, and nothing tells them apart', async () => {
    const [person, other] = [await app.person({ login: 'chooses.foreign' }), await app.person({ login: 'owns.foreign' })]
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const [foreign] = await accountIds(app, other)
    for (const [step, body] of [['/password', { newPassword: NEW_PASSWORD }], ['/policy', {}], ['/password-check', { password: 'x' }], ['/password-suggestion', { kind: 'random' }]] as const) {
      const answers = await Promise.all([[...ids(flow), foreign], [...ids(flow), newId()]].map((accounts) => browser.post(at(flow, step), { ...body, accounts })))
      for (const answer of answers) expect([step, answer.status, answer.body.code]).toEqual([step, 422, 'NO_ACCOUNT'])
      expect({ ...answers[0]!.body, correlationId: '' }).toEqual({ ...answers[1]!.body, correlationId: '' })
      expect((await browser.post(at(flow, step), { ...body, accounts: [] })).status).toBe(400)
    }
    expect(await tasksOf(app, person)).toEqual([])
    expect(await passwordWrites(app, other)).toBe(0)
  })

  it('closes what is disabled or cannot do it, says why, and refuses it all the same when it is sent', async () => {
    const person = await app.person({ login: 'chooses.closed', in: [0, 1, 2] })
    const [open, disabled, unable] = await accountIds(app, person)
    await app.test.owner.execute('UPDATE account SET enabled = false WHERE id = $1', [disabled])
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    expect(flow.accounts!.map(({ id, selectable, closed }) => [id, selectable, closed?.code ?? null])).toEqual([
      [open, true, null], [disabled, false, 'ACCOUNT_DISABLED'], [unable, false, 'OPERATION_NOT_SUPPORTED'],
    ])
    for (const [account, status, code, directory] of [[disabled, 409, 'ACCOUNT_DISABLED', 'Design archive'], [unable, 422, 'OPERATION_NOT_SUPPORTED', 'Third system']] as const) {
      const refused = await browser.post(at(flow, '/password'), { newPassword: NEW_PASSWORD, accounts: [open, account] })
      expect(refused).toMatchObject({ status, body: { code, params: { directory } } })
    }
    const unlocking = app.browser()
    const unlock = await verify(unlocking, app.smtp, person.login, person.mail, 'unlocks')
    expect(await unlocking.post(at(unlock, '/unlock', 'unlocks'), { accounts: [unable] })).toMatchObject({ status: 422, body: { code: 'OPERATION_NOT_SUPPORTED' } })
    expect(await tasksOf(app, person)).toEqual([])
  })

  it('in one of two people’s sessions never reaches the other', async () => {
    const [mine, theirs] = [await app.person({ login: 'session.mine' }), await app.person({ login: 'session.theirs' })]
    const [me, them] = [await signIn(mine), await signIn(theirs)]
    const body = { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD }
    expect(await me.browser.post('/self-service/session/password', { ...body, accounts: them.accounts })).toMatchObject({ status: 422, body: { code: 'NO_ACCOUNT' } })
    const changed = await them.browser.post<RequestView>('/self-service/session/password', { ...body, accounts: them.accounts })
    expect(changed.status).toBe(202)
    const path = `/self-service/session/requests/${changed.body.reference}`
    expect((await me.browser.get(path)).status).toBe(404)
    expect((await me.browser.post(`${path}/rerun`, { accounts: them.accounts })).status).toBe(404)
    expect((await me.browser.get<RequestPage>('/self-service/session/requests')).body.requests).toEqual([])
  })
})
