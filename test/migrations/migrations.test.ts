import type { MigrationInterface } from 'typeorm'
import { rightsOn } from '../../src/platform/database/grants.js'
import { Database, type Queryable } from '../../src/platform/database/database.js'
import { createDataSource, MIGRATION_TABLE } from '../../src/platform/database/data-source.js'
import { loadMigrations, runMigrations, type MigrationClass } from '../../src/platform/database/migrate.js'
import { openTestDatabase, type TestDatabase } from '../medium/harness/test-database.js'
import { schemaSnapshot } from './schema-snapshot.js'

const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] as const

let migrations: MigrationClass[]
beforeAll(async () => {
  migrations = await loadMigrations()
})

describe('on an empty database', () => {
  let db: TestDatabase
  let applied: string[]
  beforeAll(async () => {
    db = await openTestDatabase({ empty: true })
    applied = await runMigrations({ ownerUrl: db.ownerUrl, appRole: 'app' })
  })
  afterAll(() => db.close())

  it('all migrations apply, oldest first', () => {
    expect(applied.length).toBeGreaterThan(5)
    expect(applied).toEqual(migrations.map(({ name }) => name))
    const stamps = applied.map((name) => name.slice(-14))
    expect(stamps).toEqual([...stamps].sort())
  })

  it('a second run changes nothing', async () => {
    const before = await schemaSnapshot(db.owner)
    expect(before.length).toBeGreaterThan(100)
    expect(await runMigrations({ ownerUrl: db.ownerUrl, appRole: 'app' })).toEqual([])
    expect(await schemaSnapshot(db.owner)).toEqual(before)
  })

  it('two processes that migrate at once do it once', async () => {
    const other = await openTestDatabase({ empty: true })
    const run = () => runMigrations({ ownerUrl: other.ownerUrl, appRole: 'app' })
    const runs = await Promise.all([run(), run(), run()])
    expect(runs.flat()).toEqual(migrations.map(({ name }) => name))
    await other.close()
  })

  it('every table has a primary key', async () => {
    expect(await tablesWithoutKey(db.owner)).toEqual([])
  })

  // Without it each delete or key change of the parent reads the whole child table.
  it('every foreign key has an index that starts with its columns', async () => {
    expect(await foreignKeysWithoutIndex(db.owner)).toEqual([])
  })

  it('every point in time carries its zone', async () => {
    expect(await timesWithoutZone(db.owner)).toEqual([])
  })

  it('a table that breaks these three is seen', async () => {
    const bad = await openTestDatabase()
    await bad.owner.execute(`CREATE TABLE parent (id int, part int, PRIMARY KEY (id, part));
      CREATE TABLE child (other int, id int, part int, at timestamp, FOREIGN KEY (id, part) REFERENCES parent);
      CREATE INDEX ON child (other, id, part); CREATE INDEX ON child (id) WHERE other > 3`)
    expect(await tablesWithoutKey(bad.owner)).toEqual(['child'])
    expect(await foreignKeysWithoutIndex(bad.owner)).toEqual(['child'])
    expect(await timesWithoutZone(bad.owner)).toEqual(['child'])
    await bad.owner.execute('CREATE INDEX ON child (part, id, other)')
    expect(await foreignKeysWithoutIndex(bad.owner)).toEqual([])
    await bad.close()
  })

  it('the app role may do exactly what is declared, on every table', async () => {
    const tables = await db.owner.query<{ name: string; rights: string[]; columns: string[] }>(
      `SELECT relname AS name,
              array(SELECT r FROM unnest($1::text[]) r WHERE has_table_privilege('app', c.oid, r)) AS rights,
              array(SELECT r FROM unnest(ARRAY['UPDATE', 'REFERENCES']) r
                     WHERE has_any_column_privilege('app', c.oid, r)) AS columns
         FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`, [RIGHTS])
    expect(tables.length).toBeGreaterThan(10)
    for (const { name, rights, columns } of tables) {
      expect({ name, rights: [...rights].sort() }).toEqual({ name, rights: [...rightsOn(name)].sort() })
      expect({ name, columns }).toEqual({ name, columns: rights.includes('UPDATE') ? ['UPDATE'] : [] })
    }
  })

  // Written out, so that a change of the declared list cannot make both sides agree on too much.
  it('no row of the trail can be changed by the app role', async () => {
    const trail = await db.owner.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND starts_with(relname, 'audit_')`)
    const names = trail.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['audit_entry', 'audit_chain', 'audit_checkpoint']))
    for (const name of names) {
      await expect(db.database.execute(`TRUNCATE ${name}`)).rejects.toThrow(/permission denied|must be owner/)
      const column = await firstColumnOf(db, name)
      const forbidden: string[] = []
      // Who sequences and when it last ran: proves nothing, so it is one row of plain state.
      if (name !== 'audit_heartbeat') forbidden.push(`UPDATE ${name} SET ${column} = DEFAULT`)
      // Destroying a person's key is how a person is forgotten (decisions.md 12).
      if (name !== 'audit_person_key') forbidden.push(`DELETE FROM ${name}`)
      for (const statement of forbidden) await expect(db.database.execute(statement)).rejects.toThrow(/permission denied/)
    }
  })

  it('the app role owns nothing, makes nothing and may become nobody else', async () => {
    await expect(db.database.execute('CREATE TABLE mine (id int)')).rejects.toThrow(/permission denied/)
    await expect(db.database.execute('SET ROLE owner')).rejects.toThrow(/permission denied/)
    await expect(db.database.execute('CREATE SCHEMA mine')).rejects.toThrow(/permission denied/)
  })

  it('PUBLIC has no right on any table', async () => {
    const open = await db.owner.query(
      `SELECT relname, acl.privilege_type FROM pg_class, aclexplode(relacl) acl
        WHERE relnamespace = 'public'::regnamespace AND acl.grantee = 0`)
    expect(open).toEqual([])
  })
})

describe('the way back', () => {
  it('of every migration restores the schema before it, or says that it is one-way', async () => {
    const db = await openTestDatabase({ empty: true })
    const source = createDataSource({ url: db.ownerUrl, applicationName: 'down', poolSize: 1 })
    await source.initialize()
    const on = new Database(source)
    const step = (Migration: MigrationClass, direction: keyof Pick<MigrationInterface, 'up' | 'down'>) =>
      source.transaction(async ({ queryRunner }) => new Migration()[direction](queryRunner!))
    for (const Migration of migrations) {
      const before = await schemaSnapshot(on)
      await step(Migration, 'up')
      const after = await schemaSnapshot(on)
      const refusal = await step(Migration, 'down').then(() => undefined, (error: Error) => error.message)
      const { name } = Migration
      if (refusal) expect({ name, refusal }).toEqual({ name, refusal: expect.stringMatching(/one-way/i) })
      else {
        expect({ name, schema: await schemaSnapshot(on) }).toEqual({ name, schema: before })
        await step(Migration, 'up')
      }
      expect(await schemaSnapshot(on)).toEqual(after)
    }
    await source.destroy()
    await db.close()
  })
})

const namesFrom = async (on: Queryable, sql: string, params: unknown[] = []): Promise<string[]> =>
  (await on.query<{ name: string }>(sql, params)).map(({ name }) => name)

const tablesWithoutKey = (on: Queryable): Promise<string[]> =>
  namesFrom(on, `SELECT relname AS name FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
     AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')`)

const foreignKeysWithoutIndex = (on: Queryable): Promise<string[]> =>
  namesFrom(on, `SELECT conrelid::regclass::text AS name FROM pg_constraint k
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid
         AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) LIKE '%IS NOT NULL%')
         AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`)

const timesWithoutZone = (on: Queryable): Promise<string[]> =>
  namesFrom(on, `SELECT DISTINCT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN ('timestamp without time zone', 'time without time zone')
      AND table_name <> $1`, [MIGRATION_TABLE])

async function firstColumnOf(db: TestDatabase, table: string): Promise<string> {
  const [row] = await db.owner.query<{ name: string }>(
    'SELECT quote_ident(attname) AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 1', [table])
  return row!.name
}
