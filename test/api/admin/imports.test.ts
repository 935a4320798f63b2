import type { ImportPrecedence, ImportRunList, ImportRunView, ImportSchedulesView, ImportSettingsView, UnmatchedList } from '../../../src/contract/import.contract.js'
import { newId } from '../../../src/kernel/ids.js'
import { Importer } from '../../../src/modules/identity/index.js'
import { feedAccount } from '../../fakes/paged-directory.js'
import { QueueRunner } from '../../../src/platform/queue/index.js'
import { TestApp } from '../harness/test-app.js'
import { until } from '../harness/until.js'
import { operator, OPERATOR_ID, withGate } from './operator.js'
import { TestedDirectory } from './tested-directory.js'

let app: TestApp
let directory: TestedDirectory
let at: string
beforeAll(async () => {
  app = await TestApp.open({ around: withGate })
}, 60_000)
afterAll(() => app.close())
beforeEach(async () => {
  directory = await TestedDirectory.in(app, `Company AD ${newId()}`)
  at = `/admin/directories/${directory.id}`
})

const admin = () => operator(app, 'imports.read', 'imports.configure', 'imports.start')
const trail = (action: string) => app.test.owner.query<{ outcome: string; actor_id: string; facts: Record<string, unknown> }>(
  'SELECT outcome, actor_id, facts FROM audit_entry WHERE action = $1 AND directory_id IS NOT DISTINCT FROM $2 ORDER BY id', [action, directory.id])
const ended = (id: string): Promise<ImportRunView> => until(async () => {
  const { body } = await admin().get<ImportRunView>(`${at}/imports/${id}`)
  return ['waiting', 'running'].includes(body.state) ? null : body
})

describe('import settings', () => {
  it('are the defaults until somebody sets them, then what was set, and the change is in the trail', async () => {
    expect((await admin().get<ImportSettingsView>(`${at}/import-settings`)).body).toMatchObject({ configured: false, settings: { createsPeople: true, mailboxesBehind: 'all' }, warnings: [] })
    const wanted = { correlation: [{ account: 'employeeID', person: 'employeeNumber' }], createsPeople: false, mailboxesBehind: ['Norrhavn.example'] }
    const put = await admin().put<ImportSettingsView>(`${at}/import-settings`, wanted)
    expect(put).toMatchObject({ status: 200, body: { configured: true, settings: { ...wanted, mailboxesBehind: ['norrhavn.example'], severalAccounts: false }, warnings: [] } })
    expect((await admin().get<ImportSettingsView>(`${at}/import-settings`)).body).toEqual(put.body)
    expect(await trail('identity.import-settings.changed')).toEqual([{
      outcome: 'success', actor_id: OPERATOR_ID, facts: { correlation: 'employeeID=employeeNumber', createsPeople: false, severalAccounts: false, warnings: 0 },
    }])
  })

  it.each([
    ['a name as a joining attribute', { correlation: [{ account: 'displayName', person: 'name' }] }, 'correlation.0.account'],
    ['a member nobody knows', { corelation: [] }, 'request'],
    ['a language we do not speak', { language: 'no' }, 'language'],
  ])('with %s are refused with the member at fault, and nothing changes', async (_, body, field) => {
    const refused = await admin().put(`${at}/import-settings`, body)
    expect(refused).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } })
    expect(refused.body.fields!.map((each) => each.field)).toContain(field)
    expect((await admin().get<ImportSettingsView>(`${at}/import-settings`)).body.configured).toBe(false)
  })

  it('warn of an attribute that people write about themselves', async () => {
    const put = await admin().put<ImportSettingsView>(`${at}/import-settings`, { correlation: [{ account: 'pager', person: 'pager' }], personWrites: ['mobile'], fields: { mobile: 'pager' } })
    expect(put.body.warnings).toEqual([{ field: 'correlation.0.account', attribute: 'pager', reason: 'person-writes', detail: expect.any(String) as string }])
  })

  it('that changed make the next run read everything, so that they count for all', async () => {
    directory.put(feedAccount())
    const run = async () => ended((await admin().post<ImportRunView>(`${at}/imports`, {})).body.id)
    expect(await run()).toMatchObject({ kind: 'full', added: 1 })
    expect(await run()).toMatchObject({ kind: 'incremental', read: 0 })
    await admin().put(`${at}/import-settings`, { severalAccounts: true })
    expect(await run()).toMatchObject({ kind: 'full', read: 1, unchanged: 1 })
  })
})

describe('the order of sources', () => {
  it('is set for all directories together and replaces what was there', async () => {
    const wanted = { mobile: ['csv', directory.id], department: [directory.id] }
    expect(await admin().put<ImportPrecedence>('/admin/import-precedence', wanted)).toMatchObject({ status: 200, body: wanted })
    expect((await admin().put<ImportPrecedence>('/admin/import-precedence', { mail: [directory.id], mobile: [] })).body).toEqual({ mail: [directory.id] })
    expect((await admin().get<ImportPrecedence>('/admin/import-precedence')).body).toEqual({ mail: [directory.id] })
    const [row] = (await app.test.owner.query<{ facts: object }>(`SELECT facts FROM audit_entry WHERE action = 'identity.import-precedence.changed' ORDER BY id DESC LIMIT 1`))
    expect(row).toEqual({ facts: { mail: directory.id } })
  })
  it('names only directories there are, once each', async () => {
    const stranger = newId()
    expect(await admin().put('/admin/import-precedence', { mail: [directory.id, stranger, directory.id] })).toMatchObject({
      status: 400, body: { fields: [{ field: 'mail.1', reason: 'no-such-directory' }, { field: 'mail.2', reason: 'named-twice' }] },
    })
  })
})

describe('schedules', () => {
  it('are set and taken away, in cron form of a zone', async () => {
    const wanted = { full: { cron: '30 2 * * *', timeZone: 'Europe/Helsinki', enabled: true }, incremental: { cron: '*/10 * * * *', timeZone: 'UTC', enabled: false } }
    expect(await admin().put<ImportSchedulesView>(`${at}/import-schedules`, wanted)).toMatchObject({ status: 200, body: wanted })
    expect((await admin().put<ImportSchedulesView>(`${at}/import-schedules`, { full: null, incremental: wanted.incremental })).body).toEqual({ full: null, incremental: wanted.incremental })
    expect((await trail('identity.import-schedule.changed')).map(({ facts }) => facts)).toEqual([
      { full: '30 2 * * * Europe/Helsinki', incremental: '*/10 * * * * UTC off' }, { full: 'none', incremental: '*/10 * * * * UTC off' },
    ])
  })
  it.each([
    ['full.cron', { full: { cron: 'at noon' }, incremental: null }],
    ['incremental.timeZone', { full: null, incremental: { cron: '0 4 * * *', timeZone: 'Europe/Norrhavn' } }],
  ])('with a wrong %s are refused as a whole', async (field, body) => {
    expect(await admin().put(`${at}/import-schedules`, body)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID', fields: [{ field }] } })
    expect((await admin().get<ImportSchedulesView>(`${at}/import-schedules`)).body).toEqual({ full: null, incremental: null })
  })
})

describe('an import that an operator starts', () => {
  it('is read by a worker process; its counts and its end are there under the id that was answered, and in the trail', async () => {
    for (let count = 0; count < 5; count++) directory.put(feedAccount())
    await admin().put(`${at}/import-settings`, { createsPeople: false, correlation: [{ account: 'employeeID', person: 'employeeNumber' }] })
    const asked = await admin().post<ImportRunView>(`${at}/imports`, { kind: 'full' })
    expect(asked).toMatchObject({ status: 202, body: { directoryId: directory.id, kind: 'full', dryRun: false, startedBy: `operator:${OPERATOR_ID}` } })
    const { id } = asked.body
    expect(await ended(id)).toMatchObject({ id, state: 'completed', read: 5, added: 0, unmatched: 5, gone: 0, share: 1, errorCode: null })
    expect((await admin().get<ImportRunList>(`${at}/imports`)).body.imports).toMatchObject([{ id, state: 'completed' }])
    const { body } = await admin().get<UnmatchedList>(`${at}/unmatched-accounts?limit=3`)
    expect(body.unmatched.map(({ why }) => why)).toEqual(['nobody', 'nobody', 'nobody'])
    expect(await trail('identity.import.requested')).toMatchObject([{ outcome: 'intent', actor_id: OPERATOR_ID, facts: { run: id, kind: 'full' } }])
    expect(await trail('identity.import.ended')).toMatchObject([{ outcome: 'success', actor_id: `operator:${OPERATOR_ID}`, facts: { run: id } }])
  })

  it('shows how far it is while it reads, and keeps a second one from being started', async () => {
    for (let count = 0; count < 2_500; count++) directory.put(feedAccount())
    let goOn!: () => void
    const held = new Promise<void>((free) => { goOn = free })
    directory.beforePage = (page) => (page === 2 ? held : undefined)
    const { id } = (await admin().post<ImportRunView>(`${at}/imports`, { kind: 'full' })).body
    const under = await until(async () => {
      const { body } = await admin().get<ImportRunView>(`${at}/imports/${id}`)
      return body.read >= 1_000 ? body : null
    })
    expect(under).toMatchObject({ state: 'running', finishedAt: null, share: null })
    expect(await admin().post(`${at}/imports`, {})).toMatchObject({ status: 409, body: { code: 'ACTION_IN_PROGRESS' } })
    goOn()
    expect(await ended(id)).toMatchObject({ state: 'completed', added: 2_500 })
  })

  it('is one of two that were asked for at the same moment', async () => {
    directory.put(feedAccount())
    const answers = await Promise.all(Array.from({ length: 4 }, () => admin().post<ImportRunView>(`${at}/imports`, {})))
    const begun = answers.filter(({ status }) => status === 202)
    expect(begun.length).toBeGreaterThanOrEqual(1)
    for (const { body } of begun) expect(['completed', 'refused']).toContain((await ended(body.id)).state)
    const runs = await app.test.owner.query('SELECT id FROM import_run WHERE directory_id = $1', [directory.id])
    expect(runs.length).toBeLessThanOrEqual(begun.length)
  })

  it('that finds the directory taken by another is refused with its reason, and never begins by itself', async () => {
    directory.put(feedAccount())
    const importer = app.app.get(Importer)
    let goOn!: () => void
    const here = new Promise<void>((reached) => {
      directory.beforePage = () => new Promise<void>((free) => { goOn = free; reached() })
    })
    const id = newId()
    const other = importer.run({ directoryId: directory.id, kind: 'full', by: 'schedule:full' })
    await here
    directory.beforePage = () => undefined
    await app.test.owner.execute(
      `INSERT INTO import_request (id, directory_id, kind, dry_run, confirm_gone, requested_by, correlation_id) VALUES ($1, $2, 'full', false, false, 'operator:x', $3)`,
      [id, directory.id, newId()])
    app.app.get(QueueRunner).wake('imports')
    expect(await ended(id)).toMatchObject({ state: 'refused', errorCode: 'ACTION_IN_PROGRESS', startedAt: null })
    goOn()
    expect(await other).toMatchObject({ started: true, run: { state: 'completed' } })
    expect((await admin().get<ImportRunList>(`${at}/imports`)).body.imports.map(({ state }) => state).sort()).toEqual(['completed', 'refused'])
  })

  it('of another directory, of none, and with nonsense is refused', async () => {
    directory.put(feedAccount())
    const { id } = (await admin().post<ImportRunView>(`${at}/imports`, {})).body
    await ended(id)
    expect((await admin().get(`/admin/directories/${app.directoryIds[0]}/imports/${id}`)).status).toBe(404)
    expect((await admin().get(`${at}/imports/${newId()}`)).status).toBe(404)
    expect((await admin().post(`/admin/directories/${newId()}/imports`, {})).status).toBe(404)
    expect((await admin().post(`${at}/imports`, { kind: 'sideways' })).status).toBe(400)
    expect((await admin().get(`${at}/imports?limit=0`)).status).toBe(400)
  })
})

describe('whoever holds no permission', () => {
  it.each([
    ['get', 'import-settings', 'imports.read'], ['put', 'import-settings', 'imports.configure'], ['get', 'import-schedules', 'imports.read'],
    ['put', 'import-schedules', 'imports.configure'], ['post', 'imports', 'imports.start'], ['get', 'imports', 'imports.read'],
    ['get', 'unmatched-accounts', 'imports.read'],
  ] as const)('is refused: %s %s', async (method, path, permission) => {
    expect(await app.browser()[method](`${at}/${path}`, {})).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REQUIRED' } })
    const others = ['imports.read', 'imports.configure', 'imports.start'].filter((each) => each !== permission)
    expect(await operator(app, ...others)[method](`${at}/${path}`, {})).toMatchObject({ status: 403, body: { code: 'NOT_ENTITLED' } })
  })
})
