import { Checkpointer } from '../../../src/modules/audit/domain/checkpointer.js'
import { TrailKeeper } from '../../../src/modules/audit/index.js'
import { NoCheckpoints } from '../../../src/kernel/checkpoints.js'
import { anEntry, auditParts, temporaryFolder, type AuditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  ;[db, folder] = await Promise.all([openTestDatabase(), temporaryFolder()])
})
afterEach(async () => {
  await db.close()
  await folder.remove()
})

const SETTINGS = { sequenceEveryMs: 5, checkpointSeconds: 0, leaseSeconds: 1 }
const process = (): AuditParts => auditParts(db.database, { settings: { ...SETTINGS, checkpointFile: folder.file } })
const keeperOf = ({ health, sequencer, settings, keyring }: AuditParts): TrailKeeper =>
  new TrailKeeper(health, sequencer, new Checkpointer(db.database, new NoCheckpoints(), settings, keyring), settings)
const chained = async (): Promise<number> => (await db.owner.query('SELECT 1 FROM audit_chain')).length
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await condition())) if (performance.now() > deadline) throw new Error('it did not come to pass')
}

describe('a command where no worker process runs', () => {
  it('may write at once, and what it writes is chained while it works', async () => {
    const parts = process()
    await keeperOf(parts).during(async () => {
      expect(() => parts.log.assertWritable()).not.toThrow()
      await parts.log.record(db.database, anEntry())
      await until(async () => (await chained()) === 1)
    })
  })

  it('leaves nothing unchained and hands its answer and its failure on', async () => {
    const parts = process()
    expect(await keeperOf(parts).during(async () => {
      await parts.log.record(db.database, anEntry())
      return 7
    })).toBe(7)
    expect(await chained()).toBe(1)
    await expect(keeperOf(process()).during(async () => { throw new Error('its own') })).rejects.toThrow('its own')
  })

  it('follows a process that died while it led', async () => {
    const dead = process()
    await dead.sequencer.run()
    const parts = process()
    await keeperOf(parts).during(async () => {
      await parts.log.record(db.database, anEntry())
      await until(async () => (await chained()) === 1)
      expect(parts.sequencer.leads).toBe(true)
    })
  })
})
