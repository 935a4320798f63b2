import type { DirectoryList, EventTaskList, PermissionReportView } from '../../../src/contract/directory-admin.contract.js'
import { Directories } from '../../../src/modules/directories/index.js'
import { newId } from '../../../src/kernel/ids.js'
import { TestApp } from '../harness/test-app.js'
import { operator, OPERATOR_ID, withGate } from './operator.js'
import { GREEN, LACKING, TestedDirectory, unreachable } from './tested-directory.js'

let app: TestApp
let directory: TestedDirectory
beforeAll(async () => {
  app = await TestApp.open({ around: withGate })
  directory = await TestedDirectory.in(app, 'Company AD')
}, 60_000)
afterAll(() => app.close())

const LIST = '/admin/directories'
const trail = (action: string) => app.test.owner.query<{ outcome: string; actor_kind: string; actor_id: string; channel: string; error_code: string | null; facts: object }>(
  'SELECT outcome, actor_kind, actor_id, channel, error_code, facts FROM audit_entry WHERE action = $1 AND directory_id = $2 ORDER BY id', [action, directory.id])
const secrets = ['bindPassword', 'settings', 'sealed', 'argon2']

describe('the list of directories', () => {
  it('says what each is, how it is since when and how much is in it, and none of its settings', async () => {
    const person = await app.person({ login: 'counted' })
    expect(person.nativeIds).toHaveLength(1)
    const { status, body } = await operator(app, 'directories.read').get<DirectoryList>(LIST)
    expect(status).toBe(200)
    expect(body.directories.map(({ name }) => name)).toEqual(['Windows and email', 'Design archive', 'Company AD'])
    const [windows, , company] = body.directories
    expect(windows).toMatchObject({ kind: 'local', enabled: true, signIn: true, health: { state: 'up', lastFailure: null }, counts: { accounts: 1, unmatched: 0, gone: 0, eventTasks: 6, eventTasksOff: 0 } })
    expect(Date.parse(windows!.health.since!)).toBeLessThanOrEqual(Date.now())
    expect(company).toMatchObject({ id: directory.id, kind: 'tested', capabilities: ['lookup', 'permissionSelfTest', 'watchChanges'] })
    for (const word of secrets) expect(JSON.stringify(body)).not.toContain(word)
  })

  it('tells an outage with its beginning and its reason, and a directory that is switched off as off', async () => {
    const before = Date.now()
    directory.report = async () => { throw unreachable }
    const tester = operator(app, 'directories.test', 'directories.read')
    for (let times = 0; times < 3; times++) await tester.post(`${LIST}/${directory.id}/self-test`)
    const down = (await tester.get<DirectoryList>(LIST)).body.directories.at(-1)!
    expect(down.health).toMatchObject({ state: 'down', lastFailure: expect.stringContaining('ECONNREFUSED') as string })
    expect(Date.parse(down.health.since!)).toBeGreaterThanOrEqual(before)
    directory.report = async () => GREEN
    await app.test.owner.execute('UPDATE directory SET enabled = false, revision = revision + 1 WHERE id = $1', [directory.id])
    await app.app.get(Directories).reload()
    expect((await tester.get<DirectoryList>(LIST)).body.directories.at(-1)).toMatchObject({ enabled: false, health: { state: 'off', since: null } })
    await app.test.owner.execute('UPDATE directory SET enabled = true, revision = revision + 1 WHERE id = $1', [directory.id])
    await app.app.get(Directories).reload()
  })
})

describe('the permission self-test', () => {
  it('answers each right with the command for what is missing, and is in the trail with its operator', async () => {
    directory.report = async () => LACKING
    const { status, body } = await operator(app, 'directories.test').post<PermissionReportView>(`${LIST}/${directory.id}/self-test`)
    expect(status).toBe(200)
    expect(body).toEqual({ directoryId: directory.id, directory: 'Company AD', missing: 1, notProved: 1, ...LACKING })
    expect((await trail('directories.rights.tested')).slice(-2)).toEqual([
      { outcome: 'intent', actor_kind: 'operator', actor_id: OPERATOR_ID, channel: 'operator', error_code: null, facts: {} },
      { outcome: 'failure', actor_kind: 'operator', actor_id: OPERATOR_ID, channel: 'operator', error_code: null, facts: { missing: 1, notProved: 1 } },
    ])
    directory.report = async () => GREEN
    expect((await operator(app, 'directories.test').post<PermissionReportView>(`${LIST}/${directory.id}/self-test`)).body).toMatchObject({ ok: true, missing: 0 })
    expect((await trail('directories.rights.tested')).at(-1)).toMatchObject({ outcome: 'success' })
  })

  it('of a directory that does not answer is refused by the catalogue, and the trail knows that nobody knows', async () => {
    directory.report = async () => { throw unreachable }
    expect(await operator(app, 'directories.test').post(`${LIST}/${directory.id}/self-test`)).toMatchObject({ status: 503, body: { code: 'CONNECTOR_UNAVAILABLE', params: { directory: 'Company AD' } } })
    expect((await trail('directories.rights.tested')).at(-1)).toMatchObject({ outcome: 'unknown', error_code: 'CONNECTOR_UNAVAILABLE' })
    directory.report = async () => GREEN
  })

  it('runs once at a time: it writes on the one test account', async () => {
    let goOn!: () => void
    const begun = new Promise<void>((here) => {
      directory.report = () => new Promise((answer) => { goOn = () => answer(GREEN); here() })
    })
    const first = operator(app, 'directories.test').post(`${LIST}/${directory.id}/self-test`)
    await begun
    expect(await operator(app, 'directories.test').post(`${LIST}/${directory.id}/self-test`)).toMatchObject({ status: 409, body: { code: 'ACTION_IN_PROGRESS' } })
    goOn()
    expect((await first).status).toBe(200)
    directory.report = async () => GREEN
    expect((await operator(app, 'directories.test').post(`${LIST}/${directory.id}/self-test`)).status).toBe(200)
  })

  it('of a kind without rights, of none and of no id is refused', async () => {
    const tester = operator(app, 'directories.test')
    expect(await tester.post(`${LIST}/${app.directoryIds[0]}/self-test`)).toMatchObject({ status: 422, body: { code: 'OPERATION_NOT_SUPPORTED' } })
    expect(await tester.post(`${LIST}/${newId()}/self-test`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect(await tester.post(`${LIST}/company-ad/self-test`)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } })
  })
})

describe('event tasks', () => {
  it('are shown by the customer’s names and switched with a row in the trail; what was switched off is not offered', async () => {
    const windows = app.directoryIds[0]!
    const admin = operator(app, 'directories.read', 'directories.configure')
    const { body } = await admin.get<EventTaskList>(`${LIST}/${windows}/event-tasks`)
    expect(body.eventTasks.find(({ step }) => step === 'verify')).toEqual(
      { workflow: 'service-request', step: 'verify', name: 'Local IGA Service request: Verify', operation: 'lookup', enabled: true, supported: true })
    const switched = await admin.put<EventTaskList>(`${LIST}/${windows}/event-tasks/verify`, { enabled: false })
    expect(switched.body.eventTasks.find(({ step }) => step === 'verify')).toMatchObject({ enabled: false })
    expect((await admin.get<DirectoryList>(LIST)).body.directories[0]).toMatchObject({ counts: { eventTasks: 6, eventTasksOff: 1 } })
    const [row] = await app.test.owner.query(`SELECT actor_id, facts FROM audit_entry WHERE action = 'directories.event-task.switched' AND directory_id = $1`, [windows])
    expect(row).toEqual({ actor_id: OPERATOR_ID, facts: { step: 'verify', enabled: false } })
    expect(app.app.get(Directories).switchedOff(windows, 'reset', 'service-request')).toBe('Local IGA Service request: Verify')
    await admin.put(`${LIST}/${windows}/event-tasks/verify`, { enabled: true })
    expect(await admin.put(`${LIST}/${windows}/event-tasks/fly`, { enabled: true })).toMatchObject({ status: 400 })
    expect(await admin.put(`${LIST}/${newId()}/event-tasks/verify`, { enabled: true })).toMatchObject({ status: 404 })
  })
})

describe('whoever holds no permission', () => {
  it.each([
    ['get', LIST, 'directories.read'], ['post', `${LIST}/ID/self-test`, 'directories.test'], ['get', `${LIST}/ID/event-tasks`, 'directories.read'],
    ['put', `${LIST}/ID/event-tasks/verify`, 'directories.configure'],
  ] as const)('is refused: %s %s', async (method, path, permission) => {
    const at = path.replace('ID', directory.id)
    expect(await app.browser()[method](at, { enabled: true })).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REQUIRED' } })
    const others = ['directories.read', 'directories.test', 'directories.configure'].filter((each) => each !== permission)
    expect(await operator(app, ...others)[method](at, { enabled: true })).toMatchObject({ status: 403, body: { code: 'NOT_ENTITLED' } })
  })
})
