import { randomUUID } from 'node:crypto'
import type { Tx } from '../../../src/platform/database/database.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
let directoryId: string
beforeAll(async () => {
  db = await openTestDatabase()
  directoryId = randomUUID()
  await db.owner.execute(`INSERT INTO directory (id, kind, name, settings) VALUES ($1, 'local', 'x', '{}')`, [directoryId])
})
afterAll(() => db.close())

type Writes = Pick<Tx, 'execute'>
const person = (on: Writes, id = randomUUID()) => on.execute(`INSERT INTO person (id, display_name, given_name, family_name) VALUES ($1, 'a', 'b', 'c')`, [id]).then(() => id)
const account = (on: Writes, personId: string | null, id = randomUUID(), of = directoryId) => on.execute(
  `INSERT INTO account (id, person_id, unmatched, directory_id, native_id, login) VALUES ($1, $2, CASE WHEN $2::uuid IS NULL THEN 'nobody' END, $3, $4, 'x')`,
  [id, personId, of, randomUUID()]).then(() => id)
const key = (on: Writes, accountId: string) => on.execute(`INSERT INTO account_key (account_id, name, value) VALUES ($1, 'n', $2)`, [accountId, randomUUID()])
const contact = (on: Writes, personId: string) =>
  on.execute(`INSERT INTO contact_point (id, person_id, kind, value, source) VALUES ($1, $2, 'mail', 'a@b.example', 'x')`, [randomUUID(), personId])
const identifier = (on: Writes, personId: string) => on.execute(`INSERT INTO person_identifier (value, person_id, kind) VALUES ('x', $1, 'login')`, [personId])

const violates = (constraint: string) => expect.objectContaining({ code: '23503', constraint })
/** Resolves once a session of this database waits for a lock. */
async function somebodyWaits(): Promise<void> {
  const deadline = Date.now() + 10_000
  while (Date.now() < deadline) {
    const [row] = await db.owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE datname = current_database() AND NOT granted`)
    if (row!.n > 0) return
  }
  throw new Error('nobody waits')
}

describe('what refers to people, accounts and directories', () => {
  it.each([
    ['account_person_id_fkey', () => account(db.database, randomUUID())],
    ['account_directory_id_fkey', async () => account(db.database, await person(db.database), randomUUID(), randomUUID())],
    ['contact_point_person_id_fkey', () => contact(db.database, randomUUID())],
    ['person_identifier_person_id_fkey', () => identifier(db.database, randomUUID())],
    ['account_key_account_id_fkey', () => key(db.database, randomUUID())],
  ])('is refused when the other is not there (%s)', async (constraint, write) => {
    await expect(write()).rejects.toEqual(violates(constraint))
  })

  it('is refused for one bad row among many, and for a change to one that is not there', async () => {
    const id = await person(db.database)
    await expect(db.database.execute(`INSERT INTO person_identifier (value, person_id, kind) SELECT 'y' || n, CASE n WHEN 500 THEN gen_random_uuid() ELSE $1::uuid END, 'login'
      FROM generate_series(1, 1000) n`, [id])).rejects.toEqual(violates('person_identifier_person_id_fkey'))
    await identifier(db.database, id)
    await expect(db.database.execute('UPDATE person_identifier SET person_id = gen_random_uuid() WHERE person_id = $1', [id]))
      .rejects.toEqual(violates('person_identifier_person_id_fkey'))
    expect(await db.database.execute('UPDATE person_identifier SET person_id = $2 WHERE person_id = $1', [id, await person(db.database)])).toBe(1)
  })

  it('needs nobody where nobody is meant, and takes those that the same transaction made', async () => {
    await account(db.database, null)
    await db.database.transaction(async (tx) => {
      const id = await person(tx)
      await key(tx, await account(tx, id))
      await contact(tx, id)
      await identifier(tx, id)
    })
  })

  it('keeps the other from being deleted or renamed; keys go with their account', async () => {
    const id = await person(db.database)
    const accountId = await account(db.database, id)
    await key(db.database, accountId)
    await expect(db.database.execute('DELETE FROM person WHERE id = $1', [id])).rejects.toEqual(violates('account_person_id_fkey'))
    await expect(db.database.execute('UPDATE person SET id = gen_random_uuid() WHERE id = $1', [id])).rejects.toMatchObject({ code: '23503' })
    await expect(db.database.execute('DELETE FROM directory WHERE id = $1', [directoryId])).rejects.toEqual(violates('account_directory_id_fkey'))
    await db.database.execute('DELETE FROM account WHERE id = $1', [accountId])
    expect(await db.database.query('SELECT FROM account_key WHERE account_id = $1', [accountId])).toEqual([])
    expect(await db.database.execute('DELETE FROM person WHERE id = $1', [id])).toBe(1)
  })

  it('waits for whoever is deleting the other, and then finds nothing', async () => {
    const id = await person(db.database)
    let late: Promise<unknown> = Promise.resolve()
    await db.database.transaction(async (tx) => {
      await tx.execute('DELETE FROM person WHERE id = $1', [id])
      late = expect(account(db.database, id)).rejects.toEqual(violates('account_person_id_fkey'))
      await somebodyWaits()
    })
    await late
  })

  it('makes whoever deletes the other wait, and then see it', async () => {
    const id = await person(db.database)
    let late: Promise<unknown> = Promise.resolve()
    await db.database.transaction(async (tx) => {
      await contact(tx, id)
      late = expect(db.database.execute('DELETE FROM person WHERE id = $1', [id])).rejects.toEqual(violates('contact_point_person_id_fkey'))
      await somebodyWaits()
    })
    await late
  })
})
