import pg from 'pg'
import { openTestDatabase } from './test-database.js'

describe('openTestDatabase', () => {
  it('gives two callers two databases that do not see each other', async () => {
    const [first, second] = await Promise.all([openTestDatabase(), openTestDatabase()])
    await first.owner.execute('CREATE TABLE only_here (id int PRIMARY KEY)')
    const seen = await second.owner.query(`SELECT 1 FROM pg_tables WHERE tablename = 'only_here'`)
    expect(seen).toEqual([])
    await Promise.all([first.close(), second.close()])
  })

  it('serves as a role that owns nothing and is no superuser', async () => {
    const { database, close } = await openTestDatabase()
    const [role] = await database.query<{ super: boolean; owns: number }>(
      `SELECT rolsuper AS super, (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owns
         FROM pg_roles r WHERE rolname = current_user`,
    )
    expect(role).toEqual({ super: false, owns: 0 })
    await close()
  })

  it('gives URLs that node-postgres understands, for both roles', async () => {
    const { url, ownerUrl, close } = await openTestDatabase()
    const users = []
    for (const connectionString of [url, ownerUrl]) {
      const client = new pg.Client({ connectionString })
      await client.connect()
      users.push((await client.query<{ user: string }>('SELECT current_user AS user')).rows[0]!.user)
      await client.end()
    }
    expect(users[0]).not.toBe(users[1])
    await close()
  })

  it('costs a copy, not a migration run', async () => {
    await (await openTestDatabase()).close()
    const started = performance.now()
    for (let i = 0; i < 5; i++) await (await openTestDatabase()).close()
    expect((performance.now() - started) / 5).toBeLessThan(1_000)
  })
})
