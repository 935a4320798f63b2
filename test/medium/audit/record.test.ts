import { randomUUID } from 'node:crypto'
import { DomainError } from '../../../src/kernel/domain-error.js'
import type { RecordedChange } from '../../../src/modules/audit/index.js'
import type { Queryable } from '../../../src/platform/database/database.js'
import { anEntry, auditParts, type AuditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
let audit: AuditParts
beforeEach(async () => {
  db = await openTestDatabase()
  audit = auditParts(db.database)
})
afterEach(() => db.close())

const entries = async () => (await audit.reader.listEntries(db.database)).entries
const ROLLED_BACK = new Error('rolled back on purpose')

describe('record', () => {
  it('writes every field of an entry, and reads it back', async () => {
    const entry = anEntry({
      action: 'passwords.reset.requested', outcome: 'intent', channel: 'worker', actor: { kind: 'person', id: randomUUID() },
      personId: randomUUID(), accountId: randomUUID(), directoryId: randomUUID(), requestId: 'SR-20418', taskId: randomUUID(),
      attemptNo: 3, method: 'mail-code', errorCode: 'DIRECTORY_POLICY_REJECTED',
      facts: { mustChange: true, rules: 7, site: 'main', none: null },
      personal: { login: 'aino.virtanen', diagnostic: 'ei käy: liian lyhyt 🙈' }, identifierHash: Buffer.alloc(32, 9),
    })
    await db.database.transaction((tx) => audit.log.record(tx, entry))
    const [read] = await audit.reader.findByRequest(db.database, 'SR-20418')
    expect(read).toMatchObject({ ...entry, position: null })
    expect(Date.now() - read!.at.getTime()).toBeLessThan(60_000)
  })

  it('goes with the caller: a rolled back action leaves no row', async () => {
    const attempt = db.database.transaction(async (tx) => {
      await audit.log.record(tx, anEntry())
      throw ROLLED_BACK
    })
    await expect(attempt).rejects.toBe(ROLLED_BACK)
    expect(await entries()).toEqual([])
  })

  it('takes the action down with it when the row cannot be written', async () => {
    await db.owner.execute('ALTER TABLE audit_entry RENAME TO audit_entry_gone')
    const attempt = db.database.transaction(async (tx) => {
      const sql = 'INSERT INTO audit_person_key (person_id, key_id, wrapped) VALUES ($1, $1, $2)'
      await tx.execute(sql, [randomUUID(), Buffer.alloc(1)])
      await audit.log.record(tx, anEntry())
    })
    await expect(attempt).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', kind: 'unavailable' })
    await expect(attempt).rejects.toBeInstanceOf(DomainError)
    expect(await db.owner.query('SELECT person_id FROM audit_person_key')).toEqual([])
  })

  it('is one statement once the key of the person is known', async () => {
    const personId = randomUUID()
    const personal = { login: 'aino' }
    await db.database.transaction((tx) => audit.log.record(tx, anEntry({ personId, personal })))
    const statements: string[] = []
    await db.database.transaction((tx) => {
      const counted: Queryable = {
        query: (sql, params) => {
          statements.push(sql)
          return tx.query(sql, params)
        },
        execute: (sql, params) => {
          statements.push(sql)
          return tx.execute(sql, params)
        },
        repository: (entity) => tx.repository(entity),
        copyOut: (sql, onData) => tx.copyOut(sql, onData),
      }
      return audit.log.record(counted, anEntry({ personId, personal }))
    })
    expect(statements).toHaveLength(1)
    expect(statements[0]).toMatch(/^INSERT INTO audit_entry/)
  })

  it('accepts hostile text: NUL, escapes and half an emoji are replaced, not refused', async () => {
    const hostile = 'a\u0000b\u001b[31mc\ud83d'
    const entry = anEntry({ personId: randomUUID(), facts: { typed: hostile }, personal: { login: hostile } })
    await db.database.transaction((tx) => audit.log.record(tx, entry))
    const [read] = await entries()
    expect(read!.facts).toEqual({ typed: 'a\ufffdb\ufffd[31mc\ufffd' })
    expect(read!.personal).toEqual({ login: 'a\ufffdb\ufffd[31mc\ufffd' })
  })
})

describe('a change and the entry about it, in one statement', () => {
  type Told = { attempt_no: number; told: string }
  beforeEach(() => db.owner.query('CREATE TABLE changed (name text PRIMARY KEY); GRANT SELECT, INSERT ON changed TO app'))
  const change = (name: string): RecordedChange => ({
    ctes: (recordable) => `change AS (
      INSERT INTO changed (name) SELECT $1 WHERE ${recordable} ON CONFLICT DO NOTHING RETURNING 7 AS attempt_no, name AS told)`,
    params: [name],
  })
  const changes = async () => (await db.owner.query<{ name: string }>('SELECT name FROM changed')).map(({ name }) => name)
  const aino = { personId: randomUUID(), personal: { login: 'aino' } }

  it('commit together without a transaction around them, and the entry has the number that the change answers', async () => {
    expect(await audit.log.recordChange<Told>(db.database, change('recorded'), anEntry(aino))).toEqual({ attempt_no: 7, told: 'recorded' })
    expect(await entries()).toEqual([expect.objectContaining({ attemptNo: 7, personal: { login: 'aino' } })])
    expect(await changes()).toEqual(['recorded'])
  })

  it('are both left out when the guard of the change says no, whether the key of the person is known or not', async () => {
    await audit.log.recordChange(db.database, change('recorded'), anEntry(aino))
    for (const parts of [audit, auditParts(db.database)]) {
      expect(await parts.log.recordChange(db.database, change('recorded'), anEntry(aino))).toBeNull()
    }
    expect(await entries()).toHaveLength(1)
  })

  it('are both left out when the trail refuses, which is said to be its doing; a refusal of the change is its own', async () => {
    await db.owner.execute('REVOKE INSERT ON audit_entry FROM app')
    await expect(audit.log.recordChange(db.database, change('recorded'), anEntry())).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    await db.owner.execute('GRANT INSERT ON audit_entry TO app; REVOKE INSERT ON changed FROM app')
    await expect(audit.log.recordChange(db.database, change('recorded'), anEntry())).rejects.toMatchObject({ code: '42501', message: expect.stringMatching(/changed/) })
    expect([await changes(), await entries()]).toEqual([[], []])
  })

  it('happen under the new key when another process has destroyed the known one', async () => {
    await audit.log.recordChange(db.database, change('recorded.before'), anEntry(aino))
    await db.database.transaction((tx) => auditParts(db.database).log.erasePerson(tx, aino.personId))
    expect(await audit.log.recordChange(db.database, change('recorded.after'), anEntry(aino))).not.toBeNull()
    expect((await entries()).map(({ personal }) => personal)).toEqual([{ login: 'aino' }, '[erased]'])
  })
})

describe('keys of people', () => {
  it('seal again after a rollback took the key with it', async () => {
    const personId = randomUUID()
    const write = (then?: Error) => db.database.transaction(async (tx) => {
      await audit.log.record(tx, anEntry({ personId, personal: { login: 'aino' } }))
      if (then) throw then
    })
    await expect(write(ROLLED_BACK)).rejects.toBe(ROLLED_BACK)
    expect(await db.owner.query('SELECT person_id FROM audit_person_key')).toEqual([])
    await write()
    expect((await entries()).map(({ personal }) => personal)).toEqual([{ login: 'aino' }])
  })

  it('are one per person when sixteen transactions meet a person for the first time', async () => {
    const personId = randomUUID()
    const processes = Array.from({ length: 4 }, () => auditParts(db.database))
    await Promise.all(Array.from({ length: 16 }, (_, n) =>
      db.database.transaction((tx) => processes[n % 4]!.log.record(tx, anEntry({ personId, personal: { login: `aino-${n}` } })))))
    expect(await db.owner.query('SELECT count(*)::int AS keys FROM audit_person_key')).toEqual([{ keys: 1 }])
    const logins = (await entries()).map(({ personal }) => (personal as { login: string }).login)
    expect(new Set(logins).size).toBe(16)
  })

  it('are made anew by the one who waited when the one who made them rolls back', async () => {
    const personId = randomUUID()
    let letGo = () => {}
    const holding = new Promise<void>((resolve) => { letGo = resolve })
    let made = () => {}
    const keyMade = new Promise<void>((resolve) => { made = resolve })
    const first = db.database.transaction(async (tx) => {
      await audit.log.record(tx, anEntry({ personId, personal: { login: 'first' } }))
      made()
      await holding
      throw ROLLED_BACK
    })
    await keyMade
    const second = db.database.transaction((tx) => audit.log.record(tx, anEntry({ personId, personal: { login: 'second' } })))
    await untilSomeoneWaits()
    letGo()
    await expect(first).rejects.toBe(ROLLED_BACK)
    await second
    expect((await entries()).map(({ personal }) => personal)).toEqual([{ login: 'second' }])
  })

  it('destroyed by another process do not seal a row any more', async () => {
    const personId = randomUUID()
    await db.database.transaction((tx) => audit.log.record(tx, anEntry({ personId, personal: { login: 'before' } })))
    const [{ id: known }] = [audit.keys.recent(personId)!]
    await db.database.transaction((tx) => auditParts(db.database).log.erasePerson(tx, personId))
    await db.database.transaction((tx) => audit.log.record(tx, anEntry({ personId, personal: { login: 'after' } })))
    expect((await entries()).map(({ personal }) => personal)).toEqual([{ login: 'after' }, '[erased]'])
    expect(audit.keys.recent(personId)!.id).not.toBe(known)
  })

  it('leave memory when more people than fit come by, and come back from the database', async () => {
    const small = auditParts(db.database, { settings: { cachedPersonKeys: 2 } })
    const people = [randomUUID(), randomUUID(), randomUUID()]
    for (const personId of people) {
      await db.database.transaction((tx) => small.log.record(tx, anEntry({ personId, personal: { login: personId } })))
    }
    expect(people.map((personId) => small.keys.recent(personId) !== undefined)).toEqual([false, true, true])
    await db.database.transaction((tx) => small.log.record(tx, anEntry({ personId: people[0]!, personal: { login: 'again' } })))
    const { entries: read } = await small.reader.listEntries(db.database, { filters: { personId: people[0]! } })
    expect(read.map(({ personal }) => personal)).toEqual([{ login: 'again' }, { login: people[0] }])
  })
})

async function untilSomeoneWaits(): Promise<void> {
  const deadline = Date.now() + 5_000
  while (Date.now() < deadline) {
    const [row] = await db.owner.query<{ waiting: boolean }>(
      `SELECT count(*) > 0 AS waiting FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'`)
    if (row!.waiting) return
  }
  throw new Error('nobody waited')
}
