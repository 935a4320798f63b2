import { randomBytes } from 'node:crypto'
import { createDataSource } from '../../../src/platform/database/data-source.js'
import { Database } from '../../../src/platform/database/database.js'
import { AppRoleTooPowerful, assertAppRoleIsModest, grantToApp } from '../../../src/platform/database/grants.js'
import { assertInstallMode, stampInstall, WrongInstallMode } from '../../../src/platform/database/install-stamp.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'
import { withSuperuser } from '../harness/roles.js'

let db: TestDatabase
let name: string
beforeEach(async () => {
  db = await openTestDatabase()
  const [row] = await db.owner.query<{ name: string }>('SELECT current_database() AS name')
  name = row!.name
})
afterEach(() => db.close())

const findings = async (database = db.database): Promise<readonly string[]> => {
  try {
    await assertAppRoleIsModest(database)
    return []
  } catch (error) {
    if (error instanceof AppRoleTooPowerful) return error.findings
    throw error
  }
}

/** A role of this test alone: memberships are the cluster's, and other suites run beside this one. */
async function asRoleWith(attributes: string, grants: string[], work: (database: Database) => Promise<void>): Promise<void> {
  const role = `r_${randomBytes(6).toString('hex')}`
  const password = randomBytes(9).toString('hex')
  await withSuperuser(name, async (admin) => {
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}' ${attributes}`)
    for (const grant of [`GRANT CONNECT ON DATABASE ${name} TO ROLE`, ...grants]) await admin.query(grant.replace('ROLE', role))
  })
  const source = createDataSource({
    url: db.url.replace(/\/\/[^@]*@/, `//${role}:${password}@`), applicationName: 'test', poolSize: 1,
  })
  try {
    await source.initialize()
    await work(new Database(source))
  } finally {
    if (source.isInitialized) await source.destroy()
    await withSuperuser(name, async (admin) => {
      await admin.query(`DROP OWNED BY ${role}`)
      await admin.query(`DROP ROLE ${role}`)
    })
  }
}

describe('the app role', () => {
  it('is modest after migrating', async () => {
    expect(await findings()).toEqual([])
  })

  it.each([
    'UPDATE audit_entry SET action = action', 'DELETE FROM audit_entry', 'TRUNCATE audit_entry',
    'UPDATE audit_chain SET hash = hash', 'DELETE FROM audit_chain', 'TRUNCATE audit_chain, audit_entry',
    'UPDATE audit_person_key SET wrapped = wrapped', `UPDATE install SET mode = 'demo'`, 'DELETE FROM schema_migration',
    'ALTER TABLE audit_entry DISABLE TRIGGER ALL', 'DROP TABLE audit_chain', 'CREATE TABLE audit_note (id int)',
  ])('may not: %s', async (sql) => {
    await expect(db.database.execute(sql)).rejects.toMatchObject({ code: '42501' }) // insufficient_privilege
  })

  it.each([
    ['GRANT UPDATE ON audit_entry TO app', 'it has UPDATE on audit_entry'],
    ['GRANT UPDATE (facts) ON audit_entry TO app', 'it has UPDATE on audit_entry'],
    ['GRANT DELETE ON audit_chain TO app', 'it has DELETE on audit_chain'],
    ['GRANT TRUNCATE ON audit_entry TO app', 'it has TRUNCATE on audit_entry'],
    ['GRANT TRIGGER ON audit_entry TO app', 'it has TRIGGER on audit_entry'],
    ['GRANT UPDATE ON audit_person_key TO PUBLIC', 'it has UPDATE on audit_person_key'],
  ])('is refused after %s, and accepted again after the next migration', async (grant, finding) => {
    await db.owner.execute(grant)
    expect(await findings()).toEqual([finding])
    await grantToApp(db.owner, 'app')
    expect(await findings()).toEqual([])
  })

  it('is refused as the owner of the tables', async () => {
    const found = await findings(db.owner as Database)
    expect(found).toContain('it owns audit_entry')
    expect(found).toContain('it owns the schema or the database')
  })

  it('is refused when it could become the owner without inheriting from it', async () => {
    await asRoleWith('NOINHERIT', ['GRANT owner TO ROLE'], async (database) => {
      expect(await findings(database)).toContain('it owns audit_entry')
    })
  })

  it.each([
    ['SUPERUSER', 'it is a superuser'],
    ['CREATEROLE', 'it may create roles'],
    ['REPLICATION', 'it may replicate or bypass row security'],
    ['BYPASSRLS', 'it may replicate or bypass row security'],
  ])('is refused with %s', async (attribute, finding) => {
    await asRoleWith(attribute, [], async (database) => expect(await findings(database)).toContain(finding))
  })

  it('gets its rights on tables of any name, and PUBLIC none', async () => {
    await db.owner.execute('CREATE TABLE "Weird ""name""" (id int); GRANT ALL ON "Weird ""name""" TO PUBLIC')
    await grantToApp(db.owner, 'app')
    await db.database.execute('INSERT INTO "Weird ""name""" VALUES (1)')
    await asRoleWith('', ['GRANT USAGE ON SCHEMA public TO ROLE'], async (database) => {
      await expect(database.query('SELECT * FROM "Weird ""name"""')).rejects.toMatchObject({ code: '42501' })
    })
  })
})

describe('the install stamp', () => {
  beforeEach(() => db.owner.execute('DELETE FROM install'))

  it('is the first choice and stays it', async () => {
    await stampInstall(db.owner, 'demo')
    await expect(stampInstall(db.owner, 'production')).rejects.toThrow('created as demo and refuses to be used as production')
    await expect(assertInstallMode(db.database, 'production')).rejects.toThrow(WrongInstallMode)
    await assertInstallMode(db.database, 'demo')
  })

  it('keeps a demo out of a production database', async () => {
    await stampInstall(db.owner, 'production')
    await expect(assertInstallMode(db.database, 'demo')).rejects.toThrow(WrongInstallMode)
  })

  it('must be there', async () => {
    await expect(assertInstallMode(db.database, 'demo')).rejects.toThrow('run the role migrate first')
  })
})
