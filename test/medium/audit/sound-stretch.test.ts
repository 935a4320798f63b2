import { GENESIS } from '../../../src/modules/audit/domain/canonical-form.js'
import { isSound } from '../../../src/modules/audit/domain/sound-stretch.js'
import { readStretch } from '../../../src/modules/audit/persistence/chain-stretch.js'
import { hashAt } from '../../../src/modules/audit/persistence/chain.store.js'
import { auditParts, untilChained } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
beforeEach(async () => {
  db = await openTestDatabase()
  await db.owner.execute(
    `INSERT INTO audit_entry (action, outcome, channel, correlation_id, actor_kind)
     SELECT 'load.row.written', 'info', 'worker', 'c' || n, 'system' FROM generate_series(1, 30) n`)
  await untilChained(auditParts(db.database).sequencer, 30)
})
afterEach(() => db.close())

/** Positions 11 to 20, behind the true row 10 unless told otherwise. */
async function sound(hash?: Buffer): Promise<boolean> {
  const before = hash ?? (await hashAt(db.owner, 10n))!
  return isSound(db.database, await readStretch(db.database, 10n, 10), { position: 10n, hash: before })
}
const change = (sql: string) => db.owner.execute(sql)

it('is sound behind the row it follows, in the middle and from the beginning to the end', async () => {
  expect(await sound()).toBe(true)
  expect(await isSound(db.database, await readStretch(db.database, 0n, 100), { position: 0n, hash: GENESIS })).toBe(true)
})

it('is not sound behind another row: a stretch rebuilt as a whole is held by its neighbour', async () => {
  expect(await sound((await hashAt(db.owner, 9n))!)).toBe(false)
})

it.each([
  ['its first link points elsewhere', `UPDATE audit_chain SET prev_hash = sha256('x') WHERE position = 11`],
  ['a link points elsewhere', `UPDATE audit_chain SET prev_hash = sha256('x') WHERE position = 15`],
  ['a hash was changed', `UPDATE audit_chain SET hash = sha256('x') WHERE position = 20`],
  ['a link claims another version', 'UPDATE audit_chain SET hash_version = 2 WHERE position = 15'],
  ['positions were moved up behind a gap', 'UPDATE audit_chain SET position = position + 1000 WHERE position > 15'],
  ['a link is gone', 'DELETE FROM audit_chain WHERE position = 15'],
  ['its first entry is gone', 'DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_chain WHERE position = 11)'],
  ['an entry in the middle is gone', 'DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_chain WHERE position = 15)'],
  ['its last entry is gone', 'DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_chain WHERE position = 20)'],
  ['all of its entries are gone', 'DELETE FROM audit_entry'],
  ['an entry was edited', `UPDATE audit_entry SET outcome = 'failure' WHERE id = (SELECT entry_id FROM audit_chain WHERE position = 15)`],
  ['an entry has another version', 'UPDATE audit_entry SET hash_version = 2 WHERE id = (SELECT entry_id FROM audit_chain WHERE position = 15)'],
  ['an entry lies far from the others', 'UPDATE audit_chain SET entry_id = 9007199254740993 WHERE position = 15'],
])('is not sound when %s', async (_, sql) => {
  await change(sql)
  expect(await sound()).toBe(false)
})

it('does not mind entries between its own that are chained elsewhere, or not yet', async () => {
  const [swapped] = await db.owner.query<{ ok: boolean }>(
    `SELECT (SELECT max(entry_id) FROM audit_chain WHERE position <= 20) < (SELECT min(entry_id) FROM audit_chain WHERE position > 20) AS ok`)
  expect(swapped!.ok).toBe(true)
  await change(`DELETE FROM audit_chain WHERE position > 20`)
  expect(await sound()).toBe(true)
  // as rows stand whose transaction was slow: the lower id behind the greater
  const late = await openTestDatabase()
  const parts = auditParts(late.database)
  for (const id of [1, 2, 5, 3, 4]) {
    await late.owner.execute(
      `INSERT INTO audit_entry (id, action, outcome, channel, correlation_id, actor_kind) OVERRIDING SYSTEM VALUE
       VALUES ($1, 'load.row.written', 'info', 'worker', 'c', 'system')`, [id])
    await untilChained(parts.sequencer, 1)
  }
  expect(await isSound(late.database, await readStretch(late.database, 1n, 3), { position: 1n, hash: (await hashAt(late.owner, 1n))! })).toBe(true)
  await late.close()
})
