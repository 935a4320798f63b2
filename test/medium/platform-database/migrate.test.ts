import { join } from 'node:path'
import type { QueryRunner } from 'typeorm'
import { loadMigrations, pendingMigrations, runMigrations, type MigrationClass } from '../../../src/platform/database/migrate.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const made = (stamp: string, sql: string): MigrationClass => {
  const name = `Made${stamp}`
  return { [name]: class {
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(sql)
    }
    async down(): Promise<void> {}
  } }[name]!
}
const FIRST = made('20300101000001', 'CREATE TABLE first_thing (id int PRIMARY KEY)')
const SECOND = made('20300101000002', 'INSERT INTO first_thing VALUES (1)')
const BROKEN = made('20300101000003', 'CREATE TABLE half (id int); INSERT INTO nowhere VALUES (1)')

describe('migrating', () => {
  let db: TestDatabase
  beforeEach(async () => {
    db = await openTestDatabase({ empty: true })
  })
  afterEach(() => db.close())
  const run = (migrations: MigrationClass[]): Promise<string[]> =>
    runMigrations({ ownerUrl: db.ownerUrl, appRole: 'app', migrations })

  it('applies what is missing, in order, and says what', async () => {
    expect(await pendingMigrations(db.owner, [FIRST, SECOND])).toEqual(['Made20300101000001', 'Made20300101000002'])
    expect(await run([FIRST])).toEqual(['Made20300101000001'])
    expect(await pendingMigrations(db.database, [FIRST, SECOND])).toEqual(['Made20300101000002'])
    expect(await run([FIRST, SECOND])).toEqual(['Made20300101000002'])
    expect(await run([FIRST, SECOND])).toEqual([])
    expect(await pendingMigrations(db.database, [FIRST, SECOND])).toEqual([])
    expect(await db.database.query('SELECT id FROM first_thing')).toEqual([{ id: 1 }])
  })

  it('by six processes at once happens once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => run([FIRST, SECOND])))
    expect(answers.flat()).toEqual(['Made20300101000001', 'Made20300101000002'])
  })

  it('that fails leaves the ones before it, nothing of itself, and no lock', async () => {
    await expect(run([FIRST, BROKEN])).rejects.toThrow('nowhere')
    const [row] = await db.owner.query<{ half: string | null; first: string | null }>(
      `SELECT to_regclass('half') AS half, to_regclass('first_thing') AS first`)
    expect(row).toEqual({ half: null, first: 'first_thing' })
    expect(await run([FIRST, SECOND])).toEqual(['Made20300101000002'])
  })

  it('does what must come with it under the same lock, every time', async () => {
    let times = 0
    const afterwards = async (): Promise<void> => void times++
    const options = { ownerUrl: db.ownerUrl, appRole: 'app', migrations: [FIRST], afterwards }
    expect(await runMigrations(options)).toHaveLength(1)
    expect(await runMigrations(options)).toHaveLength(0)
    expect(times).toBe(2)
  })

  it('finds the migrations of this build, oldest first', async () => {
    const names = (await loadMigrations()).map(({ name }) => name.slice(-14))
    expect(names[0]).toBe('20261121080000')
    expect(names).toEqual([...names].sort())
  })

  it('refuses a file whose class does not carry its number', async () => {
    const folder = join(process.cwd(), 'test/medium/platform-database/misnamed')
    await expect(loadMigrations(folder)).rejects.toThrow('must export one class whose name ends')
  })
})
