import { randomUUID } from 'node:crypto'
import { setImmediate as aTurn } from 'node:timers/promises'
import { Checkpoints, type CheckpointLabel } from '../../../src/kernel/checkpoints.js'
import { verifyAudit } from '../../../src/modules/audit/domain/verify-audit.js'
import type { Database, Tx } from '../../../src/platform/database/database.js'
import { anEntry, auditParts, untilChained, type AuditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
let audit: AuditParts
beforeEach(async () => {
  db = await openTestDatabase({ poolSize: 24 })
  audit = auditParts(db.database, { settings: { batchRows: 50 } })
})
afterEach(() => db.close())

const write = (rows = 1) => db.database.transaction(async (tx) => {
  for (let n = 0; n < rows; n += 1) await audit.log.record(tx, anEntry())
})
type Link = { position: number; entry: number; tx: number }
const chain = () => db.owner.query<Link>(
  `SELECT c.position::int AS position, c.entry_id::int AS entry, e.tx::text::float8 AS tx
   FROM audit_chain c JOIN audit_entry e ON e.id = c.entry_id ORDER BY c.position`)

/** A transaction held open until it is told to end. */
async function hold(work: (tx: Tx) => Promise<void>, on: Database = db.database): Promise<{ commit(): Promise<void> }> {
  let release = () => {}
  const held = new Promise<void>((resolve) => { release = resolve })
  let done: Promise<void> = Promise.resolve()
  await new Promise<void>((ready, failed) => {
    done = on.transaction(async (tx) => {
      await work(tx)
      ready()
      await held
    })
    done.catch(failed)
  })
  return { commit: () => { release(); return done } }
}

const expectWholeChain = async (rows: number) => {
  const links = await chain()
  expect(links.map(({ position }) => position)).toEqual(Array.from({ length: rows }, (_, n) => n + 1))
  expect(new Set(links.map(({ entry }) => entry)).size).toBe(rows)
  const inOrder = [...links].sort((left, right) => left.tx - right.tx || left.entry - right.entry)
  expect(links).toEqual(inOrder)
  const { findings, unchained } = await verifyAudit({ on: db.database })
  expect(findings).toEqual([])
  expect(unchained.count).toBe(0)
}

it('chains committed rows and nothing of a transaction that rolled back', async () => {
  await write(3)
  await db.database.transaction(async (tx) => {
    await audit.log.record(tx, anEntry())
    throw new Error('on purpose')
  }).catch(() => {})
  await write(2)
  await untilChained(audit.sequencer, 5)
  expect(await audit.sequencer.run()).toBe(0)
  await expectWholeChain(5)
})

it('waits for the oldest running transaction, then takes what it wrote, in order', async () => {
  await write(1)
  const slow = await hold((tx) => audit.log.record(tx, anEntry({ action: 'slow.one.written' })))
  await write(4)
  await untilChained(audit.sequencer, 1)
  await slow.commit()
  await untilChained(audit.sequencer, 5)
  await expectWholeChain(6)
})

it('loses no row whose id is lower than one already chained', async () => {
  // The slow transaction begins first and writes last: its row has the highest id and the lowest transaction.
  const early = await hold(async (tx) => void (await tx.query('SELECT pg_current_xact_id()')))
  const late = await hold((tx) => audit.log.record(tx, anEntry()))
  await early.commit()
  await write(2)
  expect(await audit.sequencer.run()).toBe(0)
  await late.commit()
  await untilChained(audit.sequencer, 3)
  await expectWholeChain(3)
})

describe('transactions in another database of the same server', () => {
  let other: TestDatabase
  beforeEach(async () => {
    other = await openTestDatabase()
  })
  afterEach(() => other.close())
  const writeThere = async (tx: Tx) => void (await tx.query('SELECT pg_current_xact_id()'))

  it('hold up nothing, however long they write and whosever they are', async () => {
    // of another role: what the server shows of the sessions of others is less
    const theirs = await hold(writeThere, other.owner as Database)
    await write(3)
    await untilChained(audit.sequencer, 3)
    const ours = await hold((tx) => audit.log.record(tx, anEntry()))
    await write(2)
    expect(await audit.sequencer.run()).toBe(0)
    await ours.commit()
    await untilChained(audit.sequencer, 3)
    await expectWholeChain(6)
    await theirs.commit()
  })

  it('hold up nothing either when they are prepared and nobody ends them; one in this database does', async () => {
    const prepare = (on: TestDatabase, name: string) => on.database.transaction(async (tx) => {
      await writeThere(tx)
      await tx.query(`PREPARE TRANSACTION '${name}'`)
    })
    const [theirs, ours] = [randomUUID(), randomUUID()]
    await prepare(other, theirs)
    await write(2)
    await untilChained(audit.sequencer, 2)
    await prepare(db, ours)
    await write(1)
    expect(await audit.sequencer.run()).toBe(0)
    await db.database.query(`ROLLBACK PREPARED '${ours}'`)
    await untilChained(audit.sequencer, 1)
    await other.database.query(`ROLLBACK PREPARED '${theirs}'`)
    await expectWholeChain(3)
  })

  it('come and go without a row of ours being passed over', async () => {
    const sequencers = [1, 2].map(() => auditParts(db.database, { settings: { batchRows: 5, leaseSeconds: 0, beatEveryMs: 0 } }).sequencer)
    let writing = true
    const foreign = Array.from({ length: 6 }, async () => {
      for (; writing; await aTurn()) await other.database.transaction(writeThere)
    })
    const sequencing = sequencers.map(async (sequencer) => {
      for (; writing; await aTurn()) await sequencer.run()
    })
    // Each takes its number long before its row, so that numbers and rows are in many orders.
    await Promise.all(Array.from({ length: 12 }, async () => {
      for (let n = 0; n < 25; n += 1) {
        await db.database.transaction(async (tx) => {
          await writeThere(tx)
          for (let turn = 0; turn < n % 5; turn += 1) await aTurn()
          await audit.log.record(tx, anEntry())
        })
      }
    }))
    while ((await chain()).length < 300) await aTurn()
    writing = false
    await Promise.all([...foreign, ...sequencing])
    await expectWholeChain(300)
  })
})

it('chains everything once under concurrent writers, a long transaction and three sequencing processes', async () => {
  const processes = [1, 2, 3].map(() => auditParts(db.database, { settings: { batchRows: 7, leaseSeconds: 0, beatEveryMs: 0 } }))
  const slow = await hold((tx) => audit.log.record(tx, anEntry()))
  let writing = true
  const sequencing = processes.map(async ({ sequencer }) => {
    for (; writing; await aTurn()) await sequencer.run()
  })
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; n < 25; n += 1) {
      if (writer === 0 && n === 12) await slow.commit()
      await write(1 + (n % 3))
    }
  })
  await Promise.all(writers)
  const rows = 1 + 8 * Array.from({ length: 25 }, (_, n) => 1 + (n % 3)).reduce((sum, n) => sum + n)
  while ((await chain()).length < rows) await aTurn()
  writing = false
  await Promise.all(sequencing)
  await expectWholeChain(rows)
})

class DiesAtLabel extends Checkpoints {
  died = 0
  constructor(private readonly label: CheckpointLabel, private readonly times: number) {
    super()
  }
  override async reach(label: CheckpointLabel): Promise<void> {
    if (label !== this.label || this.died >= this.times) return
    this.died += 1
    await db.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
  }
}

it('goes on without a double or a hole when the leader dies in mid batch', async () => {
  await write(120)
  const checkpoints = new DiesAtLabel('sequencer.before-commit', 1)
  const dying = auditParts(db.database, { settings: { batchRows: 50, leaseSeconds: 0 }, checkpoints })
  const runUntilDead = async () => {
    while (checkpoints.died === 0) await dying.sequencer.run()
  }
  await expect(runUntilDead()).rejects.toThrow()
  expect(await chain()).toEqual([])
  await write(30)
  const next = auditParts(db.database, { settings: { batchRows: 50, leaseSeconds: 0 } })
  await untilChained(next.sequencer, 150)
  await expectWholeChain(150)
  expect(await dying.sequencer.run()).toBe(0)
})

it('leaves the work to the process that holds the lease, and takes over when that one is silent', async () => {
  const standby = auditParts(db.database, { settings: { beatEveryMs: 0 } })
  await write(1)
  await untilChained(audit.sequencer, 1)
  await write(1)
  expect(await standby.sequencer.run()).toBe(0)
  expect(standby.sequencer.leads).toBe(false)
  await db.owner.execute(`UPDATE audit_heartbeat SET ran_at = ran_at - interval '3 s'`)
  await untilChained(standby.sequencer, 1)
  expect(standby.sequencer.leads).toBe(true)
})

it('hands the lease over at once on a graceful stop', async () => {
  const standby = auditParts(db.database, { settings: { beatEveryMs: 0 } })
  await audit.sequencer.run()
  expect(await standby.sequencer.run()).toBe(0)
  expect(standby.sequencer.leads).toBe(false)
  await write(2)
  await audit.sequencer.stop()
  await write(1)
  while ((await chain()).length < 3) await standby.sequencer.run()
  expect(standby.sequencer.leads).toBe(true)
  await expectWholeChain(3)
})

it('steps down when another process took the lease in the meantime', async () => {
  const slow = auditParts(db.database, { settings: { beatEveryMs: 0 } })
  await slow.sequencer.run()
  expect(slow.sequencer.leads).toBe(true)
  await db.owner.execute(`UPDATE audit_heartbeat SET leader = $1, ran_at = clock_timestamp()`, [randomUUID()])
  await slow.sequencer.run()
  expect(slow.sequencer.leads).toBe(false)
})

describe('a dump restored into a cluster that counts its transactions from the beginning', () => {
  const FUTURE = 4_000_000_000_000

  it('chains the rows of the other life once, then those of this one', async () => {
    await write(10)
    await db.owner.execute('UPDATE audit_entry SET tx = ($1::bigint + id)::text::xid8', [FUTURE])
    // As pg_restore would leave it: transaction numbers of the old cluster, and a chain that covers ten of thirteen rows.
    await auditParts(db.database, { settings: { leaseSeconds: 0 } }).sequencer.run()
    expect(await chain()).toHaveLength(10)
    await write(3)
    await db.owner.execute('UPDATE audit_entry SET tx = ($1::bigint + id)::text::xid8 WHERE id > 10', [FUTURE])
    const restored = auditParts(db.database, { settings: { batchRows: 4, leaseSeconds: 0 } })
    expect(await restored.sequencer.run()).toBe(0)
    expect(await chain()).toHaveLength(13)
    await write(5)
    await untilChained(restored.sequencer, 5)
    const another = auditParts(db.database, { settings: { leaseSeconds: 0 } })
    await write(2)
    await untilChained(another.sequencer, 2)
    expect((await chain()).map(({ position }) => position)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect((await verifyAudit({ on: db.database })).findings).toEqual([])
  })
})
