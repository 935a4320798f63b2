import { DomainError } from '../../../src/kernel/domain-error.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { Limiter, type LimitRule } from '../../../src/platform/limits/index.js'
import { LimitSweep } from '../../../src/platform/limits/limit-sweep.js'
import { Scheduler, SchedulerSettings } from '../../../src/platform/scheduler/index.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const RULE: LimitRule = { name: 'test.start', points: 3, perSeconds: 600 }
const keys = new KeyRing([{ id: 1, key: Buffer.alloc(32, 7) }])

describe('limiter', () => {
  let db: TestDatabase
  let limiter: Limiter
  beforeEach(async () => {
    db = await openTestDatabase({ poolSize: 16 })
    limiter = new Limiter(db.database, keys)
  })
  afterEach(() => db.close())

  const spend = async (times: number, rule = RULE, key: string | Buffer = '192.0.2.1'): Promise<(DomainError | null)[]> => {
    const answers: (DomainError | null)[] = []
    for (let i = 0; i < times; i++) answers.push(await outcome(limiter.consume(rule, key)))
    return answers
  }
  const endWindows = (): Promise<number> => db.owner.execute(`UPDATE limit_budget SET window_ends = now() - interval '1 second'`)

  it('lets exactly the budget through, then refuses until the window ends', async () => {
    const answers = await spend(5)
    expect(answers.map((error) => error?.code ?? 'ok')).toEqual(['ok', 'ok', 'ok', 'RATE_LIMITED', 'RATE_LIMITED'])
    const [row] = await db.owner.query<{ ends: Date }>('SELECT window_ends AS ends FROM limit_budget')
    expect(answers[3]!.detail.retryAt).toEqual(row!.ends)
    await endWindows()
    expect(await spend(1)).toEqual([null])
  })

  it('lets exactly the budget through when 40 tries arrive at once in two processes', async () => {
    const other = new Limiter(db.database, new KeyRing([{ id: 1, key: Buffer.alloc(32, 7) }]))
    const tries = Array.from({ length: 40 }, (_, i) => outcome((i % 2 ? other : limiter).consume({ ...RULE, points: 7 }, '192.0.2.9')))
    expect((await Promise.all(tries)).filter((error) => error === null)).toHaveLength(7)
  })

  it('keeps callers and rules apart', async () => {
    await spend(4)
    expect(await spend(1, RULE, '192.0.2.2')).toEqual([null])
    expect(await spend(1, { ...RULE, name: 'test.other' })).toEqual([null])
  })

  it('counts a whole IPv6 network as one caller', async () => {
    await spend(3, RULE, '2001:db8:1:2::1')
    expect((await spend(1, RULE, '2001:db8:1:2:ffff::9'))[0]?.code).toBe('RATE_LIMITED')
    expect(await spend(1, RULE, '2001:db8:1:3::1')).toEqual([null])
  })

  it('starts a block at the first refusal and does not prolong it with later ones', async () => {
    const rule = { ...RULE, perSeconds: 60, blockSeconds: 3600 }
    const answers = await spend(6, rule)
    const ends = answers.slice(3).map((error) => error!.detail.retryAt!.getTime())
    expect(new Set(ends).size).toBe(1)
    const [clock] = await db.owner.query<{ now: Date }>('SELECT now() AS now')
    expect(ends[0]! - clock!.now.getTime()).toBeGreaterThan(3_500_000)
  })

  it('charges several budgets in one call and answers with the latest end', async () => {
    const long: LimitRule = { name: 'test.long', points: 1, perSeconds: 7200, keyIs: 'identifier' }
    const both = [{ rule: long, key: 'anna' }, { rule: { ...RULE, points: 1 }, key: '192.0.2.1' }]
    await limiter.consumeAll(both)
    const error = await outcome(limiter.consumeAll(both))
    const [row] = await db.owner.query<{ ends: Date }>(`SELECT window_ends AS ends FROM limit_budget WHERE rule = 'test.long'`)
    expect(error?.detail.retryAt).toEqual(row!.ends)
    // Also the budget behind a spent one was charged: what is refused still counts.
    expect(await db.owner.query('SELECT rule, used FROM limit_budget ORDER BY rule')).toEqual([
      { rule: 'test.long', used: 2 }, { rule: 'test.start', used: 2 },
    ])
  })

  it('does not deadlock when calls name the same budgets in different orders', async () => {
    const first = { rule: { ...RULE, points: 1000 }, key: '192.0.2.1' }
    const second = { rule: { name: 'test.identifier', points: 1000, perSeconds: 60, keyIs: 'identifier' as const }, key: 'anna' }
    const calls = Array.from({ length: 60 }, (_, i) => limiter.consumeAll(i % 2 ? [first, second] : [second, first]))
    await expect(Promise.all(calls)).resolves.toHaveLength(60)
  })

  it('keeps one refusal row a source and minute, however many there are', async () => {
    await spend(3 + 25)
    const rows = await db.owner.query<{ count: number; hash: Buffer }>('SELECT count, source_hash AS hash FROM limit_refusal')
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(25)
    expect(rows.length).toBeLessThanOrEqual(2) // two when the minute turns during the test
    expect(rows[0]!.hash).toEqual(keys.hash('address', '192.0.2.1'))
  })

  it('stores no address and no identifier', async () => {
    await spend(5)
    await spend(5, { ...RULE, keyIs: 'identifier' }, 'anna.virtanen')
    const dump = JSON.stringify(await db.owner.query(`
      SELECT encode(convert_to(b::text, 'UTF8'), 'escape') AS row FROM limit_budget b
      UNION ALL SELECT encode(convert_to(r::text, 'UTF8'), 'escape') FROM limit_refusal r`))
    for (const [text, hex] of [['192.0.2.1', Buffer.from('192.0.2.1').toString('hex')], ['anna', Buffer.from('anna').toString('hex')]]) {
      expect(dump).not.toContain(text)
      expect(dump).not.toContain(hex)
    }
  })

  it('stays charged when the caller rolls back', async () => {
    await outcome(db.database.transaction(async () => {
      await limiter.consume(RULE, '192.0.2.1')
      throw new Error('rolled back')
    }))
    expect(await db.owner.query('SELECT used FROM limit_budget')).toEqual([{ used: 1 }])
  })

  it('costs one statement, refused or not', async () => {
    let statements = 0
    const counting = new Limiter({ query: (sql: string, params: unknown[]) => (statements++, db.database.query(sql, params)) } as never, keys)
    await counting.consume({ ...RULE, points: 1 }, 'a')
    await outcome(counting.consume({ ...RULE, points: 1 }, 'a'))
    expect(statements).toBe(2)
  })

  it('sweeps ended budgets and old refusals, and nothing else', async () => {
    await spend(4)
    await endWindows()
    await spend(4, RULE, '192.0.2.2')
    await db.owner.execute(`INSERT INTO limit_refusal (source_hash, rule, minute, count)
      VALUES (decode(repeat('aa', 32), 'hex'), 'old', now() - interval '91 days', 1)`)
    await new LimitSweep(db.database, new Scheduler(Object.assign(new SchedulerSettings(), { works: false }))).sweep()
    expect(await db.owner.query('SELECT key_hash AS hash FROM limit_budget')).toEqual([{ hash: keys.hash('address', '192.0.2.2') }])
    expect(await db.owner.query(`SELECT 1 FROM limit_refusal WHERE rule = 'old'`)).toEqual([])
    expect((await db.owner.query('SELECT 1 FROM limit_refusal')).length).toBeGreaterThan(0)
  })
})

const outcome = (work: Promise<unknown>): Promise<DomainError | null> => work.then(() => null, (error: unknown) => error as DomainError)
