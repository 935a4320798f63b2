import { randomUUID } from 'node:crypto'
import { verifyAudit } from '../../../src/modules/audit/index.js'
import { anEntry, auditParts, testKeyRing, untilChained, type AuditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const CANARY = 'kanarialintu-7f3a'
let db: TestDatabase
let audit: AuditParts
beforeEach(async () => {
  db = await openTestDatabase()
  audit = auditParts(db.database)
})
afterEach(() => db.close())

const record = (overrides: Parameters<typeof anEntry>[0]) =>
  db.database.transaction((tx) => audit.log.record(tx, anEntry(overrides)))
const personalOf = async (personId: string, parts = audit) =>
  (await parts.reader.listEntries(db.database, { filters: { personId } })).entries.map(({ personal }) => personal)

it('stands in no table in clear, neither as text nor as bytes', async () => {
  const personId = randomUUID()
  const identifierHash = audit.keyring.hash('identifier', CANARY)
  await record({ personId, personal: { login: CANARY, diagnostic: `refused: ${CANARY}` }, identifierHash })
  await untilChained(audit.sequencer, 1)
  await audit.checkpointer.run()
  const tables = await db.owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`)
  expect(tables.map(({ name }) => name)).toContain('audit_entry')
  const hex = Buffer.from(CANARY).toString('hex')
  for (const { name } of tables) {
    const sql = `SELECT t::text AS row FROM ${name} t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0`
    const found = await db.owner.query(sql, [CANARY, hex])
    expect({ name, found }).toEqual({ name, found: [] })
  }
  expect(await personalOf(personId)).toEqual([{ login: CANARY, diagnostic: `refused: ${CANARY}` }])
})

it('is unreadable after the person was erased, everywhere, and the chain still verifies', async () => {
  const [erased, other] = [randomUUID(), randomUUID()]
  for (const personId of [erased, other]) await record({ personId, personal: { login: CANARY } })
  await untilChained(audit.sequencer, 2)
  expect(await db.database.transaction((tx) => audit.log.erasePerson(tx, erased))).toBe(true)
  for (const parts of [audit, auditParts(db.database)]) {
    expect(await personalOf(erased, parts)).toEqual(['[erased]'])
    expect(await personalOf(other, parts)).toEqual([{ login: CANARY }])
  }
  expect((await verifyAudit({ on: db.database })).intact).toBe(true)
  expect(await db.database.transaction((tx) => audit.log.erasePerson(tx, erased))).toBe(false)
})

it('stays when the erasure is rolled back', async () => {
  const personId = randomUUID()
  await record({ personId, personal: { login: CANARY } })
  await db.database.transaction(async (tx) => {
    await audit.log.erasePerson(tx, personId)
    throw new Error('on purpose')
  }).catch(() => {})
  expect(await personalOf(personId)).toEqual([{ login: CANARY }])
  await record({ personId, personal: { login: 'second' } })
  expect(await personalOf(personId)).toEqual([{ login: 'second' }, { login: CANARY }])
})

it('does not open on another row, for another person or under another master key', async () => {
  const [left, right] = [randomUUID(), randomUUID()]
  await record({ personId: left, personal: { login: 'left' }, requestId: 'SR-1' })
  await record({ personId: left, personal: { login: 'left too' }, requestId: 'SR-2' })
  await record({ personId: right, personal: { login: 'right' } })
  await db.owner.execute(
    `UPDATE audit_entry SET personal = (SELECT personal FROM audit_entry WHERE request_id = 'SR-1')
     WHERE request_id IS DISTINCT FROM 'SR-1'`)
  expect(await personalOf(left)).toEqual(['[unreadable]', { login: 'left' }])
  expect(await personalOf(right)).toEqual(['[erased]'])
  expect(await personalOf(left, auditParts(db.database, { keyring: testKeyRing(1) }))).toEqual(['[unreadable]', '[unreadable]'])
})

it('of a wrapped key copied to another person opens nothing', async () => {
  const [left, right] = [randomUUID(), randomUUID()]
  for (const personId of [left, right]) await record({ personId, personal: { login: personId } })
  await db.owner.execute(
    `UPDATE audit_person_key r SET (key_id, wrapped) = (SELECT key_id, wrapped FROM audit_person_key WHERE person_id = $1)
     WHERE r.person_id = $2`,
    [left, right])
  expect(await personalOf(right)).toEqual(['[unreadable]'])
})
