import { withSuperuser } from '../harness/roles.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
beforeEach(async () => {
  db = await openTestDatabase({ poolSize: 1 })
  await db.owner.query('CREATE TABLE counted (n integer PRIMARY KEY, word text); GRANT SELECT, INSERT, UPDATE ON counted TO app')
})
afterEach(() => db.close())

const insert = (n: number) => db.database.execute('INSERT INTO counted (n) VALUES ($1)', [n])

it('are prepared once by each connection, and told apart by their text', async () => {
  for (const n of [1, 2, 3]) await insert(n)
  for (const n of [1, 2]) await db.database.query('SELECT word FROM counted WHERE n = $1', [n])
  const prepared = await db.database.query<{ statement: string; runs: string }>(
    `SELECT statement, generic_plans + custom_plans AS runs FROM pg_prepared_statements WHERE statement LIKE '%counted%' ORDER BY statement`)
  expect(prepared).toEqual([
    { statement: 'INSERT INTO counted (n) VALUES ($1)', runs: '3' }, { statement: 'SELECT word FROM counted WHERE n = $1', runs: '2' },
  ])
})

it('that are refused leave the connection as good as it was', async () => {
  await insert(1)
  const [before] = await db.database.query('SELECT pg_backend_pid() AS pid')
  await expect(insert(1)).rejects.toMatchObject({ code: '23505' })
  await expect(db.database.transaction((tx) => tx.execute('INSERT INTO counted (n) VALUES ($1)', [1]))).rejects.toMatchObject({ code: '23505' })
  expect(await insert(2)).toBe(1)
  expect(await db.database.query('SELECT pg_backend_pid() AS pid')).toEqual([before])
})

it('go on after a newer version of the product has added a column to their table', async () => {
  const renamed = (n: number) => db.database.query(
    `WITH changed AS (UPDATE counted SET word = $2 WHERE n = $1 RETURNING *) SELECT changed.n, changed.word FROM changed`, [n, `word ${n}`])
  await insert(1)
  expect(await renamed(1)).toEqual([{ n: 1, word: 'word 1' }])
  await db.owner.execute('ALTER TABLE counted ADD COLUMN later text')
  expect(await renamed(1)).toEqual([{ n: 1, word: 'word 1' }])
})

it('that lose their connection say so, and the next one gets another', async () => {
  const pid = async () => (await db.database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]!.pid
  const before = await pid()
  const running = db.database.query('SELECT pg_sleep($1)', [30])
  const ended = expect(running).rejects.toThrow(/terminat/)
  await withSuperuser('postgres', (admin) => admin.query('SELECT pg_terminate_backend($1)', [before]))
  await ended
  expect(await pid()).not.toBe(before)
})
