import { appendFile, readFile, rm, stat } from 'node:fs/promises'
import { Checkpoints, type CheckpointLabel } from '../../../src/kernel/checkpoints.js'
import { isSigned, verifyingKey } from '../../../src/modules/audit/domain/checkpoint.js'
import { verifyAudit } from '../../../src/modules/audit/domain/verify-audit.js'
import { parseCheckpointLine } from '../../../src/modules/audit/persistence/checkpoint-line.js'
import { anEntry, auditParts, temporaryFolder, untilChained, type AuditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let audit: AuditParts
beforeEach(async () => {
  db = await openTestDatabase()
  folder = await temporaryFolder()
  audit = auditParts(db.database, { settings: { checkpointFile: folder.file, checkpointRows: 10 } })
})
afterEach(async () => {
  await db.close()
  await folder.remove()
})

const chainRows = async (rows: number): Promise<void> => {
  await db.database.transaction(async (tx) => {
    for (let n = 0; n < rows; n += 1) await audit.log.record(tx, anEntry())
  })
  await untilChained(audit.sequencer, rows)
}
const lines = async () => (await readFile(folder.file, 'utf8')).trimEnd().split('\n').map(parseCheckpointLine)
const positions = async () => (await lines()).map((checkpoint) => Number(checkpoint?.position))
const recorded = () =>
  db.owner.query<{ position: number }>('SELECT position::int AS position FROM audit_checkpoint ORDER BY position')
const aMinutePasses = () => db.owner.execute(`UPDATE audit_checkpoint SET at = at - interval '61 s'`)

it('signs the first row at once, then every so many rows, and nothing while nothing is new', async () => {
  await audit.checkpointer.run()
  expect(await recorded()).toEqual([])
  await chainRows(1)
  await audit.checkpointer.run()
  await chainRows(9)
  await audit.checkpointer.run()
  expect(await positions()).toEqual([1])
  await chainRows(1)
  await audit.checkpointer.run()
  await audit.checkpointer.run()
  expect(await positions()).toEqual([1, 11])
})

it('signs after a minute when there is something new, and only then', async () => {
  await chainRows(1)
  await audit.checkpointer.run()
  await aMinutePasses()
  await audit.checkpointer.run()
  expect(await recorded()).toEqual([{ position: 1 }])
  await chainRows(1)
  await audit.checkpointer.run()
  expect(await recorded()).toEqual([{ position: 1 }, { position: 2 }])
})

it('writes a line that proves position, hash, time and installation, in a file of its owner only', async () => {
  await db.owner.execute(`INSERT INTO install (mode) VALUES ('production')`)
  await chainRows(3)
  await audit.checkpointer.run()
  const [line] = await lines()
  const [stored] = await db.owner.query(
    `SELECT c.hash, i.installation_id AS installation FROM audit_chain c, install i WHERE position = 3`)
  expect(line).toMatchObject({ position: 3n, ...stored })
  expect(isSigned(line!, verifyingKey(audit.keyring))).toBe(true)
  const changes = [
    { position: 4n },
    { hash: Buffer.alloc(32) },
    { at: '2026-11-21T08:00:00.000000Z' },
    { installation: '00000000-0000-0000-0000-000000000001' },
  ]
  for (const changed of changes) {
    expect(isSigned({ ...line!, ...changed }, verifyingKey(audit.keyring))).toBe(false)
  }
  expect((await stat(folder.file)).mode & 0o777).toBe(0o600)
})

class DiesOnce extends Checkpoints {
  #died = false
  override async reach(label: CheckpointLabel): Promise<void> {
    if (label !== 'checkpoint.before-append' || this.#died) return
    this.#died = true
    throw new Error('killed')
  }
}

it('appends at the next start what a dying process had only recorded', async () => {
  const dying = auditParts(db.database, { settings: { checkpointFile: folder.file }, checkpoints: new DiesOnce() })
  await chainRows(3)
  await expect(dying.checkpointer.run()).rejects.toThrow('killed')
  expect(await recorded()).toEqual([{ position: 3 }])
  await expect(stat(folder.file)).rejects.toThrow('ENOENT')
  await audit.checkpointer.run()
  expect(await positions()).toEqual([3])
})

it('gives a second host every checkpoint, also those of others', async () => {
  const otherHost = auditParts(db.database, { settings: { checkpointFile: `${folder.file}.other`, checkpointRows: 10 } })
  await chainRows(3)
  await audit.checkpointer.run()
  await chainRows(10)
  await audit.checkpointer.run()
  await otherHost.checkpointer.run()
  expect(await readFile(`${folder.file}.other`, 'utf8')).toBe(await readFile(folder.file, 'utf8'))
})

it('writes each line once and whole when processes share a file', async () => {
  const settings = { checkpointFile: folder.file, checkpointRows: 1 }
  const processes = Array.from({ length: 4 }, () => auditParts(db.database, { settings }))
  for (let round = 1; round <= 5; round += 1) {
    await chainRows(2)
    await Promise.all(processes.map(({ checkpointer }) => checkpointer.run()))
    await processes[0]!.checkpointer.run()
  }
  expect(await positions()).toEqual([2, 4, 6, 8, 10])
})

it('mends a line cut short before it appends', async () => {
  await chainRows(3)
  await audit.checkpointer.run()
  await appendFile(folder.file, '{"position":"9","ha')
  await chainRows(10)
  await auditParts(db.database, { settings: { checkpointFile: folder.file, checkpointRows: 10 } }).checkpointer.run()
  expect((await lines()).map((line) => line && Number(line.position))).toEqual([3, null, 13])
})

it('appends everything again when the file was lost, and verify-audit is content', async () => {
  await chainRows(3)
  await audit.checkpointer.run()
  await chainRows(10)
  await audit.checkpointer.run()
  await rm(folder.file)
  await chainRows(10)
  await auditParts(db.database, { settings: { checkpointFile: folder.file, checkpointRows: 10 } }).checkpointer.run()
  expect(await positions()).toEqual([3, 13, 23])
  expect((await verifyAudit({ on: db.database, checkpointFile: folder.file, keyring: audit.keyring })).intact).toBe(true)
})

it('goes on behind a line the database does not know, and verify-audit holds the chain to that line', async () => {
  await chainRows(13)
  await audit.checkpointer.run()
  await db.owner.execute('DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_chain WHERE position > 5)')
  await db.owner.execute('DELETE FROM audit_chain WHERE position > 5')
  await db.owner.execute('DELETE FROM audit_checkpoint')
  const restarted = auditParts(db.database, { settings: { checkpointFile: folder.file, checkpointRows: 10 } })
  await restarted.checkpointer.run()
  expect(await positions()).toEqual([13, 5])
  const { findings } = await verifyAudit({ on: db.database, checkpointFile: folder.file, keyring: audit.keyring })
  expect(findings).toContainEqual(expect.objectContaining({ kind: 'cut-tail', position: '6' }))
})

it('keeps what it could not append for later, and the gate counts how long', async () => {
  const unwritable = `${folder.file}.pub/in-a-file/checkpoints.jsonl`
  await chainRows(3)
  await audit.checkpointer.run()
  const settings = { checkpointFile: unwritable, checkpointRows: 1, refuseUncoveredAfterSeconds: 0 }
  const broken = auditParts(db.database, { settings })
  await chainRows(1)
  await broken.health.refresh()
  await expect(broken.checkpointer.run()).rejects.toThrow('ENOTDIR')
  await broken.health.refresh()
  expect(broken.health.whyNotWritable()).toMatch(/^no audit checkpoint was appended for/)
  await audit.checkpointer.run()
  await broken.health.refresh()
  expect(broken.health.whyNotWritable()).toBeNull()
})

it('keeps checkpoints in the database alone when no file is configured', async () => {
  const fileless = auditParts(db.database, { settings: { refuseUncoveredAfterSeconds: 0 } })
  await chainRows(3)
  await fileless.checkpointer.run()
  await fileless.health.refresh()
  expect(await recorded()).toEqual([{ position: 3 }])
  expect(fileless.health.whyNotWritable()).toBeNull()
})
