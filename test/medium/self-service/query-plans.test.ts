import { randomUUID } from 'node:crypto'
import { FlowStore } from '../../../src/modules/self-service/persistence/flow.store.js'
import { ServiceRequestStore } from '../../../src/modules/self-service/persistence/service-request.store.js'
import { SessionStore } from '../../../src/modules/self-service/persistence/session.store.js'
import { SelfServiceSettings } from '../../../src/modules/self-service/self-service-settings.js'
import type { Tx } from '../../../src/platform/database/database.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const FLOWS = 100_000
const REQUESTS = 20_000
const SESSIONS = 20_000
const PEOPLE = 5_000
const settings = new SelfServiceSettings()
let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
  await fill()
}, 120_000)
afterAll(() => test.close())

/** The states as a busy year leaves them: nearly all at an end, a few hundred alive. */
async function fill(): Promise<void> {
  const { owner } = test
  const uuid = (n: string): string => `md5((${n})::text)::uuid`
  await owner.execute(`INSERT INTO person (id, display_name, given_name, family_name) SELECT ${uuid('n')}, 'A B', 'A', 'B' FROM generate_series(1, ${PEOPLE}) n`)
  await owner.execute(`INSERT INTO directory (id, kind, name, description, settings) VALUES (${uuid("'d'")}, 'local', 'D', '', '{}')`)
  await owner.execute(`INSERT INTO account (id, person_id, directory_id, native_id, login) SELECT ${uuid('n')}, ${uuid('n')}, ${uuid("'d'")}, n::text, n::text FROM generate_series(1, ${PEOPLE}) n`)
  await owner.execute(`INSERT INTO service_request (id, kind, person_id, state, proof, language)
    SELECT ${uuid('n')}, 'reset', ${uuid(`1 + n % ${PEOPLE}`)}, 'completed', 'mail-code', 'en' FROM generate_series(1, ${REQUESTS}) n`)
  await owner.execute(`INSERT INTO self_service_flow (id, kind, state, person_id, subject_key, identifier_key, language, cookie_hash, request_id, created_at)
    SELECT ${uuid('n')}, 'reset', CASE WHEN n % 500 = 0 THEN 'awaiting-code' WHEN n % 3 = 0 THEN 'expired' ELSE 'completed' END, ${uuid(`1 + n % ${PEOPLE}`)},
      decode(md5((1 + n % ${PEOPLE})::text), 'hex'), '\\x01', 'en', '\\x02', CASE WHEN n % 5 = 0 THEN ${uuid(`1 + n % ${REQUESTS}`)} END, now() - make_interval(secs => n) FROM generate_series(1, ${FLOWS}) n`)
  await owner.execute(`INSERT INTO self_service_session (id, person_id, account_id, token_hash, ended_at, created_at)
    SELECT ${uuid('n')}, ${uuid(`1 + n % ${PEOPLE}`)}, ${uuid(`1 + n % ${PEOPLE}`)}, decode(md5(n::text), 'hex'), CASE WHEN n % 100 = 0 THEN NULL ELSE now() END,
      now() - make_interval(secs => n * 5) FROM generate_series(1, ${SESSIONS}) n`)
  await owner.query('ANALYZE person, account, service_request, self_service_flow, self_service_session')
}

type Node = { 'Node Type': string; 'Relation Name'?: string; 'Index Name'?: string; Plans?: Node[] }
type Explained = { sql: string; reads: string[] }

/** Runs nothing: explains each statement with its own values and remembers how its tables would be read. */
function explaining(): { tx: Tx; explained: Explained[] } {
  const explained: Explained[] = []
  const explain = async (sql: string, params: unknown[] = []): Promise<void> => {
    const [row] = await test.database.query<{ 'QUERY PLAN': { Plan: Node }[] }>(`EXPLAIN (FORMAT JSON) ${sql}`, params)
    explained.push({ sql, reads: scans(row!['QUERY PLAN'][0]!.Plan) })
  }
  const tx = {
    query: async (sql: string, params?: unknown[]) => { await explain(sql, params); return [{}] },
    execute: async (sql: string, params?: unknown[]) => { await explain(sql, params); return 0 },
    repository: () => { throw new Error('plain statements only') },
    afterCommit: () => undefined,
  }
  return { tx: tx as unknown as Tx, explained }
}
const scans = (node: Node): string[] => [
  ...(node['Relation Name'] ? [`${node['Node Type']} on ${node['Relation Name']} by ${node['Index Name'] ?? 'nothing'}`] : []),
  ...(node.Plans ?? []).flatMap(scans),
]

const [id, cookieHash, settled] = [randomUUID(), Buffer.alloc(32), { evidenceId: randomUUID(), requestId: randomUUID() }]
const CALLS: Record<string, Record<string, (on: Tx) => Promise<unknown>>> = {
  FlowStore: {
    find: (on) => new FlowStore(settings).find(on, id),
    move: (on) => new FlowStore(settings).move(on, id, 'applying', { cookieHash }, settled),
    lock: (on) => new FlowStore(settings).lock(on, { id, cookieHash }, new Date()),
    moveToAwaitingCode: (on) => new FlowStore(settings).moveToAwaitingCode(on, id, cookieHash, () => Promise.resolve(false)),
    touch: (on) => new FlowStore(settings).touch(on, id),
    closeOthers: (on) => new FlowStore(settings).closeOthers(on, id, id),
    findByRequest: (on) => new FlowStore(settings).findByRequest(on, id),
    deleteOld: (on) => new FlowStore(settings).deleteOld(on, 2_000),
  },
  ServiceRequestStore: {
    find: (on) => new ServiceRequestStore().find(on, id),
    findByNumber: (on) => new ServiceRequestStore().findByNumber(on, id, '20999'),
    lock: (on) => new ServiceRequestStore().lock(on, id),
    finish: (on) => new ServiceRequestStore().finish(on, id, 'completed'),
    reopen: (on) => new ServiceRequestStore().reopen(on, id, id),
    page: (on) => new ServiceRequestStore().page(on, id, '20999', 21),
    'page (first)': (on) => new ServiceRequestStore().page(on, id, null, 21),
  },
  SessionStore: {
    find: (on) => new SessionStore(settings).find(on, cookieHash),
    touch: (on) => new SessionStore(settings).touch(on, id),
    renew: (on) => new SessionStore(settings).renew(on, id, cookieHash),
    end: (on) => new SessionStore(settings).end(on, cookieHash),
    endAllOf: (on) => new SessionStore(settings).endAllOf(on, id, null),
    deleteOld: (on) => new SessionStore(settings).deleteOld(on, 2_000),
  },
}
/** Inserts read nothing; what runs once after a restored backup may look at everything. */
const UNPLANNED = ['constructor', 'insert', 'voidOpen', 'endAll', 'closeVoided']

describe.each(Object.keys(CALLS))('with a hundred thousand flows %s', (name) => {
  it.each(Object.keys(CALLS[name]!))('%s reads by an index, and only what it needs', async (method) => {
    const { tx, explained } = explaining()
    await CALLS[name]![method]!(tx)
    const reads = explained.flatMap(({ reads: each }) => each)
    expect(reads.length).toBeGreaterThan(0)
    expect(explained.filter(({ reads: each }) => each.some((read) => read.startsWith('Seq Scan')))).toEqual([])
  })

  it('has no statement that this list leaves out', () => {
    const store = { FlowStore, ServiceRequestStore, SessionStore }[name]!
    const methods = Object.getOwnPropertyNames(store.prototype).filter((each) => !UNPLANNED.includes(each))
    expect(methods.filter((each) => !(each in CALLS[name]!))).toEqual([])
  })
})

it('counting how many flows of a busy subject wait reads the waiting ones alone', async () => {
  const { tx, explained } = explaining()
  await new FlowStore(settings).moveToAwaitingCode(tx, id, cookieHash, () => Promise.resolve(false))
  const counting = explained.find(({ sql }) => sql.startsWith('UPDATE'))!
  expect(counting.reads.join()).toContain('by waiting_flows_of_subject')
})
