import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { canonicalBytes, type StoredEntry } from '../../../src/modules/audit/domain/canonical-form.js'
import { WireEntry } from '../../../src/modules/audit/domain/wire-entry.js'
import { HASH_BYTES, readEntries } from '../../../src/modules/audit/persistence/chain-stretch.js'
import { CANONICAL_COLUMNS } from '../../../src/modules/audit/persistence/entry.store.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
beforeAll(async () => { db = await openTestDatabase() })
afterAll(() => db.close())
beforeEach(() => db.owner.execute('TRUNCATE audit_entry'))

/** Both roads from the table to the bytes that are hashed, by id. */
async function bothForms(): Promise<Map<number, { slow: string | undefined; quick: string | undefined }>> {
  const forms = new Map<number, { slow: string | undefined; quick: string | undefined }>()
  for (const row of await db.database.query<StoredEntry>(`SELECT ${CANONICAL_COLUMNS} FROM audit_entry e`)) {
    forms.set(Number(row.id), { slow: canonicalBytes(row)?.toString('hex'), quick: undefined })
  }
  const previous = randomBytes(HASH_BYTES)
  const entry = new WireEntry()
  await readEntries(db.database, 1, Number.MAX_SAFE_INTEGER, (id, message, tuple) => {
    const input = entry.hashed(message, tuple, previous)
    if (input) expect(input.subarray(0, HASH_BYTES).equals(previous)).toBe(true)
    forms.get(id)!.quick = input?.subarray(HASH_BYTES).toString('hex')
  })
  return forms
}

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 90 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
  .map((value) => value.replaceAll('\0', '').replace(/[\ud800-\udfff]/g, '?'))
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 })
const rows = fc.record({
  at: fc.date({ min: new Date('1970-01-02'), max: new Date('2200-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  micros: fc.integer({ min: 0, max: 999 }),
  correlation_id: text, actor_id: maybe(text), person_id: fc.uuid(), account_id: maybe(fc.uuid()), directory_id: maybe(fc.uuid()),
  request_id: maybe(text), task_id: maybe(fc.uuid()), attempt_no: maybe(fc.integer({ min: 0, max: 2_147_483_647 })), method: maybe(text),
  error_code: maybe(text), facts: fc.dictionary(fc.string({ maxLength: 12 }), fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)), { maxKeys: 6 }),
  personal: maybe(fc.uint8Array({ maxLength: 700 }).map((bytes) => Buffer.from(bytes))),
  identifier_hash: maybe(fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))),
})
const clean = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', ''))

describe('an entry read at once', () => {
  it('has the very bytes of the canonical form, whatever it holds', async () => {
    for (const row of fc.sample(rows, { numRuns: 400, seed: 20_261_121 })) {
      await db.owner.execute(
        `INSERT INTO audit_entry (action, outcome, channel, actor_kind, at, correlation_id, actor_id, person_id, account_id, directory_id,
           request_id, task_id, attempt_no, method, error_code, facts, personal, identifier_hash)
         VALUES ('a.thing.happened', 'info', 'system', 'system', $1::timestamptz + $2 * interval '1 microsecond', $3, $4, $5, $6, $7, $8, $9,
           $10, $11, $12, $13, $14, $15)`,
        [row.at, row.micros, row.correlation_id, row.actor_id, row.person_id, row.account_id, row.directory_id, row.request_id, row.task_id,
          row.attempt_no, row.method, row.error_code, JSON.stringify(clean(row.facts)), row.personal, row.identifier_hash])
    }
    const forms = await bothForms()
    expect(forms.size).toBe(400)
    for (const [id, { slow, quick }] of forms) expect([id, quick]).toEqual([id, slow])
  }, 60_000)

  it('writes numbers of every length as they are', async () => {
    const insert = (id: string) => db.owner.execute(
      `INSERT INTO audit_entry (id, action, outcome, channel, correlation_id, actor_kind) OVERRIDING SYSTEM VALUE
       VALUES ($1, 'a.thing.happened', 'info', 'system', 'c', 'system')`, [id])
    const ids = Array.from({ length: 15 }, (_, power) => 10n ** BigInt(power)).flatMap((power) => [power, power * 10n - 1n])
    for (const id of new Set(ids.map(String))) await insert(id)
    const forms = await bothForms()
    expect(forms.size).toBe(new Set(ids).size)
    for (const [id, { slow, quick }] of forms) expect([id, quick]).toEqual([id, slow])
  })

  it.each([
    ['another version', `hash_version = 2`], ['a year without end', `at = 'infinity'`], ['a time before 1970', `at = '1901-01-01'`],
  ])('is left to the slow road when it holds %s', async (_, change) => {
    await db.owner.execute(
      `INSERT INTO audit_entry (action, outcome, channel, correlation_id, actor_kind) VALUES ('a.thing.happened', 'info', 'system', $1, 'system')`,
      [randomUUID()])
    await db.owner.execute(`UPDATE audit_entry SET ${change}`)
    const entry = new WireEntry()
    const read: unknown[] = []
    await readEntries(db.database, 1, Number.MAX_SAFE_INTEGER, (_id, message, tuple) =>
      void read.push(entry.hashed(message, tuple, Buffer.alloc(HASH_BYTES))))
    expect(read).toEqual([null])
  })
})

describe('COPY', () => {
  it('of a statement that fails is refused with its reason, and the connection goes on', async () => {
    await expect(db.database.copyOut('COPY (SELECT 1/0) TO STDOUT (FORMAT binary)', () => undefined)).rejects.toThrow('division by zero')
    await expect(db.database.copyOut('COPY nothing_here TO STDOUT', () => undefined)).rejects.toThrow('does not exist')
    expect(await db.database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('whose reader throws ends with that, once everything is in', async () => {
    let heard = 0
    const reading = db.database.copyOut('COPY (SELECT generate_series(1, 1000)) TO STDOUT (FORMAT binary)', () => {
      heard += 1
      throw new RangeError('cannot read this')
    })
    await expect(reading).rejects.toThrow(RangeError)
    expect(heard).toBe(1)
  })

  it('inside a transaction sees what that transaction wrote', async () => {
    const rows: string[] = []
    await db.database.transaction(async (tx) => {
      await tx.execute(`INSERT INTO audit_entry (action, outcome, channel, correlation_id, actor_kind) VALUES ('a.thing.happened', 'info', 'system', 'mine', 'system')`)
      await tx.copyOut('COPY (SELECT correlation_id FROM audit_entry) TO STDOUT', (message) => void rows.push(message.toString()))
    })
    expect(rows).toEqual(['mine\n'])
  })
})
