import { verifyAudit } from '../../../src/modules/audit/index.js'
import { auditParts, temporaryFolder, untilChained, type AuditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

/** More than two batches of the walk (5,000), more than twenty of the sequencer (500), more checkpoints than rows a batch. */
const ROWS = 11_000
let db: TestDatabase
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let audit: AuditParts
beforeAll(async () => {
  db = await openTestDatabase()
  folder = await temporaryFolder()
  audit = auditParts(db.database, { settings: { checkpointFile: folder.file, longestRunMs: 60_000 } })
  await db.owner.execute(
    `INSERT INTO audit_entry (action, outcome, channel, correlation_id, actor_kind)
     SELECT 'load.row.written', 'info', 'worker', 'c' || n, 'system' FROM generate_series(1, $1::int) n`, [ROWS])
  await untilChained(audit.sequencer, ROWS)
  await audit.checkpointer.run()
}, 60_000)
afterAll(async () => {
  await db.close()
  await folder.remove()
})

const verify = () => verifyAudit({ on: db.database, checkpointFile: folder.file, keyring: audit.keyring })

it('is chained in one go, batch by batch, and verified over its batch borders', async () => {
  expect(await verify()).toMatchObject({ intact: true, rows: ROWS, head: { position: String(ROWS) }, cannotExclude: [] })
})

it.each([1, 4_999, 5_000, 5_001, 10_000, ROWS])('names row %i, at the border of a batch or not', async (position) => {
  const edit = (method: string | null) =>
    db.owner.execute(
      'UPDATE audit_entry SET method = $1 WHERE id = (SELECT entry_id FROM audit_chain WHERE position = $2)', [method, position])
  await edit('forged')
  const { firstBad, findingCount } = await verify()
  await edit(null)
  expect(firstBad).toMatchObject({ kind: 'edited', position: String(position) })
  expect(findingCount).toBe(1)
})

it('counts every break and lists fifty when a thousand rows were edited', async () => {
  await db.owner.execute(
    `UPDATE audit_entry SET outcome = 'refused' WHERE id IN (SELECT entry_id FROM audit_chain WHERE position % 11 = 0)`)
  const { findings, findingCount, firstBad } = await verify()
  expect({ listed: findings.length, findingCount }).toEqual({ listed: 50, findingCount: 1_000 })
  expect(firstBad).toMatchObject({ kind: 'edited', position: '11' })
  await db.owner.execute(`UPDATE audit_entry SET outcome = 'info'`)
  expect((await verify()).intact).toBe(true)
})
