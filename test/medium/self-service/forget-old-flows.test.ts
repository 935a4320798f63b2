import { randomUUID } from 'node:crypto'
import { ForgetOldFlows } from '../../../src/modules/self-service/jobs/forget-old-flows.js'
import { FlowStore } from '../../../src/modules/self-service/persistence/flow.store.js'
import { SessionStore } from '../../../src/modules/self-service/persistence/session.store.js'
import { SelfServiceSettings } from '../../../src/modules/self-service/self-service-settings.js'
import type { Queryable } from '../../../src/platform/database/database.js'
import { Scheduler, SchedulerSettings } from '../../../src/platform/scheduler/index.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const PERSON = randomUUID()
let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
  await test.owner.execute(`INSERT INTO person (id, display_name, given_name, family_name) VALUES ($1, 'A B', 'A', 'B')`, [PERSON])
})
afterAll(() => test.close())
beforeEach(() => test.owner.execute('TRUNCATE self_service_flow, self_service_session'))

/** Counts what each delete really took: a batch must stay a batch. */
class Counting extends FlowStore {
  readonly batches: number[] = []
  override async deleteOld(on: Queryable, limit: number): Promise<number> {
    const deleted = await super.deleteOld(on, limit)
    this.batches.push(deleted)
    return deleted
  }
}

function job(flows: FlowStore): ForgetOldFlows {
  const scheduler = new Scheduler(Object.assign(new SchedulerSettings(), { works: false }))
  return new ForgetOldFlows(test.database, scheduler, flows, new SessionStore(new SelfServiceSettings()))
}

const insertFlows = (count: number, state: string, hoursOld: number): Promise<number> => test.owner.execute(
  `INSERT INTO self_service_flow (id, kind, state, person_id, subject_key, identifier_key, language, cookie_hash, created_at)
   SELECT gen_random_uuid(), 'reset', $2, $3, '\\x01', '\\x02', 'en', '\\x03', now() - make_interval(hours => $4) + make_interval(secs => n)
   FROM generate_series(1, $1) n`, [count, state, PERSON, hoursOld],
)
const left = () => test.owner.query<{ state: string; count: number }>('SELECT state, count(*)::int AS count FROM self_service_flow GROUP BY state ORDER BY state')

describe('forgetting', () => {
  it('takes flows older than a day in batches and leaves younger ones', async () => {
    await insertFlows(4_500, 'expired', 30)
    await insertFlows(3, 'completed', 23)
    const flows = new Counting(new SelfServiceSettings())
    await job(flows).forget()
    expect(flows.batches).toEqual([2_000, 2_000, 500])
    expect(await left()).toEqual([{ state: 'completed', count: 3 }])
  })

  it('never takes a flow that is being applied, and is not stopped by thousands of them', async () => {
    await insertFlows(2_500, 'applying', 60)
    await insertFlows(10, 'failed', 30)
    await job(new FlowStore(new SelfServiceSettings())).forget()
    expect(await left()).toEqual([{ state: 'applying', count: 2_500 }])
  })

  it('takes sessions older than a day and no others', async () => {
    const [directory, account] = [randomUUID(), randomUUID()]
    await test.owner.execute(`INSERT INTO directory (id, kind, name, description, settings) VALUES ($1, 'local', 'D', '', '{}')`, [directory])
    await test.owner.execute(`INSERT INTO account (id, person_id, directory_id, native_id, login) VALUES ($1, $2, $3, 'n', 'l')`, [account, PERSON, directory])
    await test.owner.execute(
      `INSERT INTO self_service_session (id, person_id, account_id, token_hash, created_at)
       SELECT gen_random_uuid(), $1, $2, decode(md5(n::text), 'hex'), now() - make_interval(hours => n) FROM generate_series(20, 27) n`, [PERSON, account],
    )
    await job(new FlowStore(new SelfServiceSettings())).forget()
    const [row] = await test.owner.query<{ count: number; oldest: number }>(
      `SELECT count(*)::int AS count, extract(epoch FROM now() - min(created_at))::int / 3600 AS oldest FROM self_service_session`)
    expect(row).toEqual({ count: 4, oldest: 23 })
  })
})
