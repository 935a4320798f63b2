import pg from 'pg'
import { Logger } from '@nestjs/common'
import { leaseClaim, QueueRunner, QueueSettings, type Consumer } from '../../../src/platform/queue/index.js'
import { withSuperuser } from '../harness/roles.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
const runners: QueueRunner[] = []
beforeAll(async () => {
  Logger.overrideLogger(false)
  db = await openTestDatabase()
  await db.owner.query(`
    CREATE TABLE test_work (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state text NOT NULL DEFAULT 'waiting',
      run_at timestamptz NOT NULL DEFAULT now(), lease_until timestamptz, fence integer NOT NULL DEFAULT 0)`)
  await db.owner.query('GRANT SELECT, INSERT, UPDATE ON test_work TO PUBLIC')
})
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()))
  await db.owner.query('TRUNCATE test_work')
})
afterAll(() => db.close())

type Row = { id: number; fence: number; state: string }
const CLAIM = leaseClaim({ table: 'test_work', states: ['waiting', 'taken'], set: `state = 'taken'`, returning: ['work.state'] })
const done = async ({ id, fence }: Row): Promise<void> => {
  await db.database.execute(`UPDATE test_work SET state = 'done', lease_until = NULL WHERE id = $1 AND fence = $2`, [id, fence])
}

function runner(settings: Partial<QueueSettings> = {}): QueueRunner {
  // no sweep unless a test is about it: everything here must be found by being woken
  const made = new QueueRunner(db.database, Object.assign(new QueueSettings(), { sweepMs: 3_600_000, retryBaseMs: 10, retryCapMs: 50 }, settings))
  runners.push(made)
  return made
}

function consumer(handle: (row: Row) => Promise<void>, wishes: Partial<Consumer<Row>> = {}): Consumer<Row> {
  return { name: 'work', concurrency: 4, claim: (limit, lease) => db.database.query<Row>(CLAIM, [limit, lease]), handle, ...wishes }
}

const add = async (count: number): Promise<void> => {
  await db.database.execute('INSERT INTO test_work (state) SELECT $2 FROM generate_series(1, $1)', [count, 'waiting'])
}
const states = async (): Promise<string[]> =>
  (await db.database.query<Row>('SELECT state FROM test_work ORDER BY id')).map(({ state }) => state)

async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`never came true: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
const allDone = async (count: number): Promise<boolean> => (await states()).filter((state) => state === 'done').length === count

describe('waking', () => {
  it('hands over in the committing process at once, and never looks at a rolled-back row', async () => {
    const queue = runner()
    queue.register(consumer(done))
    await queue.start()
    await db.database.transaction(async (tx) => {
      await tx.execute(`INSERT INTO test_work (state) VALUES ('waiting')`)
      tx.afterCommit(() => queue.wake('work'))
    })
    await until(() => allDone(1), 'woken by hand-off')
    await db.database.transaction(async (tx) => {
      await tx.execute(`INSERT INTO test_work (state) VALUES ('waiting')`)
      tx.afterCommit(() => queue.wake('work'))
      throw new Error('rolled back')
    }).catch(() => undefined)
    expect(await states()).toEqual(['done'])
  })

  it('reaches another process by NOTIFY, also from one that does not work itself', async () => {
    const [api, worker] = [runner({ works: false }), runner()]
    api.register(consumer(async () => {
      throw new Error('a process without the worker role must not work')
    }))
    worker.register(consumer(done))
    await api.start()
    await worker.start()
    await add(1)
    api.wake('work')
    await until(() => allDone(1), 'woken from the other process')
  })

  it('sends at most one NOTIFY per name in its pause, and one at its end', async () => {
    const listener = new pg.Client({ connectionString: db.ownerUrl })
    await listener.connect()
    await listener.query('LISTEN latchkey_queue')
    const heard: string[] = []
    listener.on('notification', ({ payload }) => heard.push(payload!.split(' ')[1]!))
    const queue = runner({ works: false, notifyEveryMs: 50 })
    for (let commit = 0; commit < 500; commit += 1) queue.wake('work')
    queue.wake('other')
    await until(() => heard.length >= 3, 'two for work, one for other')
    await db.owner.query('SELECT pg_notify($1, $2)', ['latchkey_queue', 'x end'])
    await until(() => heard.includes('end'), 'end')
    expect(heard.filter((name) => name === 'work')).toHaveLength(2)
    expect(heard.filter((name) => name === 'other')).toHaveLength(1)
    await listener.end()
  })

  it('finds by its sweep what nobody told of', async () => {
    const queue = runner({ sweepMs: 20 })
    queue.register(consumer(done))
    await queue.start()
    await add(3)
    await until(() => allDone(3), 'swept')
  })

  it('looks again when it was asked to, and not before', async () => {
    const queue = runner()
    let asked = 0
    queue.register(consumer(done, {
      claim: (limit, lease) => {
        asked += 1
        return db.database.query<Row>(CLAIM, [limit, lease])
      },
    }))
    await queue.start()
    await until(() => asked === 1, 'the look at the start')
    await add(1)
    queue.wakeAfter('work', 30)
    expect(asked).toBe(1)
    await until(() => allDone(1), 'looked later')
  })

  it('takes up what waited before it started, and consumers that are registered later', async () => {
    await add(2)
    const queue = runner()
    await queue.start()
    queue.register(consumer(done))
    await until(() => allDone(2), 'work from before')
  })
})

describe('claiming', () => {
  it('keeps to the concurrency, goes on by itself until nothing is left, and does each row once in two processes', async () => {
    await add(60)
    const seen: number[] = []
    const running = { now: 0, most: 0 }
    const handle = async (row: Row): Promise<void> => {
      seen.push(row.id)
      running.most = Math.max(running.most, (running.now += 1))
      await new Promise((resolve) => setImmediate(resolve))
      await done(row)
      running.now -= 1
    }
    const queue = runner()
    queue.register(consumer(handle, { concurrency: 3 }))
    const other = runner()
    other.register(consumer(async (row) => {
      seen.push(row.id)
      await done(row)
    }))
    await Promise.all([queue.start(), other.start()])
    await until(() => allDone(60), 'all')
    expect(running.most).toBeLessThanOrEqual(3)
    expect(new Set(seen).size).toBe(60)
    expect(seen).toHaveLength(60)
  })

  it('leaves a row that throws to its lease, and does the others', async () => {
    await add(5)
    const queue = runner()
    let poison = 0
    queue.register(consumer(async (row) => {
      poison ||= row.id
      if (row.id === poison) throw new Error('poison')
      await done(row)
    }))
    await queue.start()
    await until(() => allDone(4), 'the others')
    expect(await queue.gauges()).toMatchObject([{ name: 'work', handled: 4, failed: 1, running: 0 }])
    const [row] = await db.database.query<{ leased: boolean }>(`SELECT lease_until > now() AS leased FROM test_work WHERE state = 'taken'`)
    expect(row).toEqual({ leased: true })
  })

  it('claims again, under a higher fence, when a lease has run out; the old claimer then changes nothing', async () => {
    await add(1)
    const [first] = await db.database.query<Row>(CLAIM, [1, 20])
    expect(await db.database.query<Row>(CLAIM, [1, 20])).toEqual([])
    await db.owner.query(`UPDATE test_work SET lease_until = now() - interval '1 second'`)
    const [second] = await db.database.query<Row>(CLAIM, [1, 20])
    expect(second!.fence).toBe(first!.fence + 1)
    await done(first!)
    expect(await states()).toEqual(['taken'])
    await done(second!)
    expect(await states()).toEqual(['done'])
  })
})

describe('a Postgres that goes away', () => {
  const terminateAll = async (): Promise<void> => {
    const [row] = await db.owner.query<{ name: string }>('SELECT current_database() AS name')
    await withSuperuser('postgres', (admin) => admin.query(
      `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = $1 AND usename = 'app'`, [row!.name]))
  }
  const listeners = async (): Promise<number> => {
    const [row] = await db.owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'latchkey-queue-listener' AND datname = current_database()`)
    return row!.count
  }

  it('costs no row and no process: it listens again by itself and goes on', async () => {
    const [api, worker] = [runner({ works: false }), runner()]
    worker.register(consumer(done))
    await worker.start()
    for (let outage = 0; outage < 3; outage += 1) {
      await terminateAll()
      await until(async () => (await listeners()) === 1, 'listening again')
    }
    await add(1)
    api.wake('work')
    await until(() => allDone(1), 'woken over the new connection')
  })

  it('is asked again with back-off when a claim fails, and never in a tight circle', async () => {
    const queue = runner()
    let asked = 0
    queue.register(consumer(done, {
      claim: async (limit, lease) => {
        asked += 1
        if (asked <= 4) throw new Error('Connection terminated')
        return db.database.query<Row>(CLAIM, [limit, lease])
      },
    }))
    await add(1)
    await queue.start()
    await until(() => allDone(1), 'after four failures')
    expect(asked).toBeLessThanOrEqual(8)
  })

  it('may be away at the start', async () => {
    const options = (db.database.source.driver as unknown as { master: { options: { host: string } } }).master.options
    const { host } = options
    options.host = '/nonexistent'
    const queue = runner()
    queue.register(consumer(done))
    await queue.start()
    options.host = host
    await until(async () => (await listeners()) === 1, 'listening later')
  })
})

describe('a graceful stop', () => {
  it('waits for what is running and claims nothing more', async () => {
    await add(10)
    let finish!: () => void
    const gate = new Promise<void>((resolve) => {
      finish = resolve
    })
    let begun = 0
    const queue = runner()
    queue.register(consumer(async (row) => {
      begun += 1
      await gate
      await done(row)
    }, { concurrency: 2 }))
    await queue.start()
    await until(() => begun === 2, 'two running')
    const stopping = queue.stop()
    queue.wake('work')
    finish()
    await stopping
    expect(begun).toBe(2)
    expect((await states()).filter((state) => state === 'done')).toHaveLength(2)
  })

  it('gives back the leases of what does not end in time', async () => {
    await add(1)
    const released: number[] = []
    let begun = false
    const queue = runner({ stopWithinMs: 20 })
    queue.register(consumer(async () => {
      begun = true
      await new Promise(() => undefined)
    }, {
      release: async ({ id, fence }) => {
        released.push(id)
        await db.database.execute('UPDATE test_work SET lease_until = NULL WHERE id = $1 AND fence = $2', [id, fence])
      },
    }))
    await queue.start()
    await until(() => begun, 'running')
    await queue.stop()
    expect(released).toHaveLength(1)
    expect(await db.database.query<Row>(CLAIM, [1, 20])).toHaveLength(1)
  })
})

it('refuses two consumers of one name', () => {
  const queue = runner()
  queue.register(consumer(done))
  expect(() => queue.register(consumer(done))).toThrow('registered twice')
})

it('leaves a consumer that cannot be measured out of the gauges', async () => {
  const queue = runner({ works: false })
  queue.register(consumer(done, { measure: async () => ({ depth: 7, oldestSeconds: 2 }) }))
  queue.register(consumer(done, { name: 'broken', measure: async () => Promise.reject(new Error('no table')) }))
  expect(await queue.gauges()).toEqual([{ name: 'work', depth: 7, oldestSeconds: 2, running: 0, handled: 0, failed: 0 }])
})
