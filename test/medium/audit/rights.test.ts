import { grantToApp } from '../../../src/platform/database/grants.js'
import { anEntry, auditParts, untilChained, type AuditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const PERSON = '018f0000-0000-7000-8000-000000000001'
const APPEND_ONLY = ['audit_entry', 'audit_chain', 'audit_checkpoint']
let db: TestDatabase
let audit: AuditParts
beforeAll(async () => {
  db = await openTestDatabase()
  const [app] = await db.database.query<{ role: string }>('SELECT current_user AS role')
  await grantToApp(db.owner, app!.role)
  audit = auditParts(db.database, { settings: { checkpointRows: 1 } })
  await db.database.transaction((tx) => audit.log.record(tx, anEntry({ personId: PERSON, personal: { login: 'aino' } })))
  await untilChained(audit.sequencer, 1)
  await audit.checkpointer.run()
})
afterAll(() => db.close())

const denied = { code: '42501' }

describe.each(APPEND_ONLY)('the serving role on %s', (table) => {
  it('has written a row', async () => {
    expect(await db.database.query(`SELECT count(*)::int AS rows FROM ${table}`)).toEqual([{ rows: 1 }])
  })
  it.each([
    ['update', `UPDATE ${table} SET ${table === 'audit_checkpoint' ? 'at = at' : 'hash_version = hash_version'}`],
    ['delete', `DELETE FROM ${table}`],
    ['truncate', `TRUNCATE ${table}`],
    ['drop', `DROP TABLE ${table}`],
    ['disable its triggers', `ALTER TABLE ${table} DISABLE TRIGGER ALL`],
    ['lock it against writers', `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`],
  ])('may not %s', async (_what, sql) => {
    await expect(db.database.transaction((tx) => tx.execute(sql))).rejects.toMatchObject(denied)
  })
})

it('may destroy the key of a person, and not exchange it', async () => {
  await expect(db.database.execute('UPDATE audit_person_key SET wrapped = wrapped')).rejects.toMatchObject(denied)
  expect(await db.database.transaction((tx) => audit.log.erasePerson(tx, PERSON))).toBe(true)
})
