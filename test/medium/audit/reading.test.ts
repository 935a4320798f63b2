import { randomUUID } from 'node:crypto'
import { isRowAfter, selectNext, lastLink, chainedUpTo, walkChain } from '../../../src/modules/audit/persistence/chain.store.js'
import {
  findDueCheckpoint, lastCheckpointPosition, selectCheckpoints,
} from '../../../src/modules/audit/persistence/checkpoint.store.js'
import { selectEntries, type EntryFilter } from '../../../src/modules/audit/persistence/entry.store.js'
import { beat, readTrailState } from '../../../src/modules/audit/persistence/heartbeat.store.js'
import type { Queryable } from '../../../src/platform/database/database.js'
import { anEntry, auditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
beforeEach(async () => {
  db = await openTestDatabase()
})
afterEach(() => db.close())

describe('listing', () => {
  it('pages by id, newest first, without a double or a hole while rows are being added', async () => {
    const { log, reader } = auditParts(db.database)
    const write = (facts: Record<string, number>) => db.database.transaction((tx) => log.record(tx, anEntry({ facts })))
    for (let n = 1; n <= 7; n += 1) await write({ n })
    const seen: unknown[] = []
    let cursor: string | null = null
    do {
      const page = await reader.listEntries(db.database, { cursor, limit: 3 })
      seen.push(...page.entries.map(({ facts }) => facts.n))
      cursor = page.next
      await write({ n: 100 })
    } while (cursor)
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1])
  })

  it('filters by request, person, account and correlation', async () => {
    const { log, reader } = auditParts(db.database)
    const wanted = { requestId: 'SR-7', personId: randomUUID(), accountId: randomUUID(), correlationId: randomUUID() }
    await db.database.transaction(async (tx) => {
      await log.record(tx, anEntry(wanted))
      await log.record(tx, anEntry({ requestId: 'SR-8', personId: randomUUID(), accountId: randomUUID() }))
    })
    for (const [name, value] of Object.entries(wanted)) {
      const { entries, next } = await reader.listEntries(db.database, { filters: { [name]: value } })
      expect(entries).toEqual([expect.objectContaining(wanted)])
      expect(next).toBeNull()
    }
  })
})

it('hashes what the database prints: the types and texts of a stored row are fixed', async () => {
  await db.owner.execute(
    `INSERT INTO audit_entry (id, tx, at, action, outcome, channel, correlation_id, actor_kind, person_id, attempt_no, facts,
       personal) OVERRIDING SYSTEM VALUE VALUES
      (9007199254740993, '18446744073709551615', '2026-11-21 10:00:00.000001+02', 'a.b.c', 'info', 'system', 'x', 'system',
       '01936F3E-0000-7000-8000-000000000003', 2, '{"viesti": "äiti 🙈", "n": 1.50, "b": true, "a": null, "n": 1e2}', '\\x00ff')`)
  const [row] = await selectNext(db.database, { foreign: true, limit: 1 })
  expect(row).toEqual({
    id: '9007199254740993', tx: '18446744073709551615', micros: '1795248000000001', action: 'a.b.c', outcome: 'info',
    channel: 'system', correlation_id: 'x', actor_kind: 'system', actor_id: null,
    person_id: '01936f3e-0000-7000-8000-000000000003', account_id: null, directory_id: null, request_id: null,
    task_id: null, attempt_no: 2, method: null, error_code: null,
    facts: '{"a": null, "b": true, "n": 100, "viesti": "äiti 🙈"}', personal: Buffer.from('00ff', 'hex'),
    identifier_hash: null, hash_version: 1, chained: null,
  })
})

describe('with 50,000 rows on record', () => {
  const ROWS = 50_000

  /** Runs a statement of the store and answers its plan instead of its rows. */
  async function planOf(run: (on: Queryable) => Promise<unknown>): Promise<string> {
    const plans: string[] = []
    const explain = async (sql: string, params?: unknown[]): Promise<never> => {
      const explained = `EXPLAIN (ANALYZE, BUFFERS OFF, TIMING OFF, SUMMARY OFF) ${sql}`
      const rows = await db.database.query<{ 'QUERY PLAN': string }>(explained, params)
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
      throw new Error('explained')
    }
    const on = { query: explain, execute: explain, repository: () => { throw new Error('not here') } } as unknown as Queryable
    await run(on).catch((error: Error) => {
      if (error.message !== 'explained') throw error
    })
    return plans.join('\n')
  }

  const rowsTouched = (plan: string): number =>
    Math.max(...[...plan.matchAll(/actual rows=(\d+)/g)].map(([, rows]) => Number(rows)))

  it('reads no table from end to end: neither the sequencer, nor the gate, nor an auditor', async () => {
    await db.owner.execute(
      `INSERT INTO audit_entry (tx, action, outcome, channel, correlation_id, actor_kind, person_id, account_id, request_id)
       SELECT (CASE WHEN n <= 25000 THEN 3 ELSE n / 7 + 1 END)::text::xid8, 'load.row.written', 'info', 'worker', 'c' || n, 'system',
         md5((n % 500)::text)::uuid, md5(n::text)::uuid, 'SR-' || (n / 20)
       FROM generate_series(1, $1::int) n`, [ROWS])
    await db.owner.execute(
      `INSERT INTO audit_chain (position, entry_id, prev_hash, hash, hash_version)
       SELECT row_number() OVER (ORDER BY id), id, sha256(id::text::bytea), sha256((id + 1)::text::bytea), 1 FROM audit_entry`)
    await db.owner.execute(
      `INSERT INTO audit_checkpoint (position, hash, at, installation, signature)
       SELECT n * 1000, sha256(n::text::bytea), now(), gen_random_uuid(), repeat('x', 64)::bytea FROM generate_series(1, 50) n`)
    await db.owner.execute('ANALYZE')
    const after = { tx: String(Math.floor(ROWS / 7)), id: String(ROWS - 10) }
    const filters: EntryFilter[] = [
      { requestId: 'SR-100' }, { personId: randomUUID() }, { accountId: randomUUID() }, { correlationId: 'c77' }, {},
    ]
    // A backlog that the planner misjudges: half the rows in one transaction, none of them chained.
    const backlog = { tx: '3', id: '10' }
    const below = '1000000'
    const plans = {
      'probe of a backlog': await planOf((on) => isRowAfter(on, backlog)),
      'select of a backlog': await planOf((on) => selectNext(on, { after: backlog, below, limit: 500 })),
      'beat over a backlog': await planOf((on) => beat(on, randomUUID(), 2, backlog)),
      probe: await planOf((on) => isRowAfter(on, after)),
      select: await planOf((on) => selectNext(on, { after, below, limit: 500 })),
      foreign: await planOf((on) => selectNext(on, { foreign: true, limit: 500 })),
      tail: await planOf(lastLink),
      floor: await planOf(chainedUpTo),
      beat: await planOf((on) => beat(on, randomUUID(), 2, after)),
      gate: await planOf(readTrailState),
      due: await planOf((on) => findDueCheckpoint(on, 1_000, 60)),
      lastCheckpoint: await planOf(lastCheckpointPosition),
      checkpoints: await planOf((on) => selectCheckpoints(on, { after: 30_000n, limit: 2 })),
      walk: await planOf((on) => walkChain(on, 20_000n, 500)),
      ...Object.fromEntries(await Promise.all(filters.map(async (filter) =>
        [
          `entries by ${Object.keys(filter)[0] ?? 'id'}`,
          await planOf((on) => selectEntries(on, { filter, order: 'newest-first', from: null, limit: 51 })),
        ]))),
    }
    for (const [name, plan] of Object.entries(plans)) {
      expect({ name, plan }).toEqual({ name, plan: expect.stringMatching(/Index/) })
      expect({ name, plan }).not.toEqual({ name, plan: expect.stringMatching(/Seq Scan on audit_(entry|chain)/) })
    }
    // Nothing but the few rows after the floor is touched.
    for (const name of ['probe of a backlog', 'select of a backlog', 'beat over a backlog'] as const) {
      expect(rowsTouched(plans[name])).toBeLessThanOrEqual(1_000)
    }
    for (const plan of [plans.probe, plans.select]) expect(rowsTouched(plan)).toBeLessThan(20)
  })
})
