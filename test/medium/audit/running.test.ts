import { setImmediate as aTurn } from 'node:timers/promises'
import { Checkpoints, type CheckpointLabel } from '../../../src/kernel/checkpoints.js'
import { verifyAudit } from '../../../src/modules/audit/index.js'
import { anEntry, auditParts, temporaryFolder } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  db = await openTestDatabase({ poolSize: 24 })
  folder = await temporaryFolder()
})
afterEach(async () => {
  await db.close()
  await folder.remove()
})

const chainedRows = async (): Promise<number> =>
  (await db.owner.query<{ rows: number }>('SELECT count(*)::int AS rows FROM audit_chain'))[0]!.rows
const committedRows = async (): Promise<number> =>
  (await db.owner.query<{ rows: number }>('SELECT count(*)::int AS rows FROM audit_entry'))[0]!.rows

it('verify-audit raises no false alarm beside a server that writes, chains and signs', async () => {
  const settings = { checkpointFile: folder.file, checkpointRows: 5, batchRows: 9, longestRunMs: 1 }
  const audit = auditParts(db.database, { settings })
  let running = true
  const server = (async () => {
    for (; running; await aTurn()) {
      await audit.sequencer.run()
      await audit.checkpointer.run()
    }
  })()
  const writers = Promise.all(Array.from({ length: 4 }, async () => {
    for (let n = 0; n < 40; n += 1) {
      await db.database.transaction(async (tx) => {
        await audit.log.record(tx, anEntry({ facts: { n } }))
        if (n % 5 === 0) await audit.log.record(tx, anEntry())
      })
    }
  }))
  let writing = true
  void writers.finally(() => { writing = false })
  const verdicts: { kind: string; detail: string }[] = []
  let verified = 0
  while (writing) {
    const { findings } = await verifyAudit({ on: db.database, checkpointFile: folder.file, keyring: audit.keyring })
    verdicts.push(...findings)
    verified += 1
  }
  await writers
  while ((await chainedRows()) < 4 * 48) await aTurn()
  running = false
  await server
  expect(verified).toBeGreaterThan(0)
  expect(verdicts).toEqual([])
  const last = await verifyAudit({ on: db.database, checkpointFile: folder.file, keyring: audit.keyring })
  expect(last).toMatchObject({ intact: true, rows: 4 * 48, unchained: { count: 0 } })
  expect(last.checkpoints.inFile).toBeGreaterThan(5)
})

/** Loses its connection at every third place it comes to, whichever that is. */
class LosesItsConnection extends Checkpoints {
  lost = 0
  #seen = 0
  override async reach(_label: CheckpointLabel): Promise<void> {
    this.#seen += 1
    if (this.#seen % 3 !== 0) return
    this.lost += 1
    await db.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
  }
}

it('loses and doubles nothing over dozens of broken connections, among them in mid batch and in mid append', async () => {
  const checkpoints = new LosesItsConnection()
  const settings = { checkpointFile: folder.file, checkpointRows: 3, batchRows: 4, leaseSeconds: 0, beatEveryMs: 0 }
  const processes = [1, 2].map(() => auditParts(db.database, { settings, checkpoints }))
  let failures = 0
  const step = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch(() => { failures += 1 })
  }
  for (let round = 0; round < 40; round += 1) {
    await db.database.transaction(async (tx) => {
      for (let n = 0; n < 5; n += 1) await processes[0]!.log.record(tx, anEntry())
    })
    const { sequencer, checkpointer } = processes[round % 2]!
    await step(() => sequencer.run())
    await step(() => checkpointer.run())
  }
  expect(checkpoints.lost).toBeGreaterThan(10)
  expect(failures).toBeGreaterThanOrEqual(checkpoints.lost)
  const survivor = auditParts(db.database, { settings: { ...settings, checkpointRows: 1 } })
  while ((await chainedRows()) < 200) await survivor.sequencer.run()
  await survivor.checkpointer.run()
  expect([await committedRows(), await chainedRows()]).toEqual([200, 200])
  const verification = await verifyAudit({ on: db.database, checkpointFile: folder.file, keyring: survivor.keyring })
  expect(verification).toMatchObject({ intact: true, rows: 200, cannotExclude: [], checkpoints: { unreadableLines: 0 } })
})
