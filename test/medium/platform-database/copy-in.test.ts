import { copyList, copyRow, type CopyPart } from '../../../src/platform/database/copy-in.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

let db: TestDatabase
beforeAll(async () => {
  db = await openTestDatabase()
  await db.owner.execute(`CREATE TABLE letter (id int PRIMARY KEY, text text, at timestamptz, yes boolean, names text[]);
    CREATE TABLE stamp (letter int NOT NULL); GRANT SELECT, INSERT ON letter, stamp TO app`)
})
afterAll(() => db.close())
beforeEach(() => db.owner.execute('TRUNCATE letter, stamp'))

const copied = (parts: readonly CopyPart[]) => db.database.transaction((tx) => tx.copyIn(parts))
const letters = () => db.owner.query<{ id: number; text: string | null }>('SELECT id, text, at, yes, names FROM letter ORDER BY id')

describe('copyIn', () => {
  it('brings back every text, list, time and nothing as it was given', async () => {
    const at = new Date('2026-11-21T16:00:00.123Z')
    const texts = ['', '\\N', 'a\tb', 'c\r\nd', '\\', '"x"', 'Äinö 😀', '\\.', null]
    const rows = texts.map((text, id) => copyRow([id, text, at, id % 2 === 0, copyList([text ?? 'null', '{,}', 'a"b', ''])]))
    expect(await copied([{ into: 'letter', rows }])).toEqual([texts.length])
    expect(await letters()).toEqual(texts.map((text, id) => ({ id, text, at, yes: id % 2 === 0, names: [text ?? 'null', '{,}', 'a"b', ''] })))
  })

  it('fills several tables in one go, with more rows than fit into one message', async () => {
    const count = 20_000
    const rows = function* (of: (n: number) => string) { for (let n = 0; n < count; n += 1) yield of(n) }
    expect(await copied([
      { into: 'letter (id, text)', rows: rows((n) => copyRow([n, 'x'.repeat(50)])) }, { into: 'stamp', rows: rows((n) => copyRow([n])) }, { into: 'letter', rows: [] },
    ])).toEqual([count, count, 0])
    expect(await db.owner.query('SELECT count(*)::int AS n FROM letter JOIN stamp ON letter = id')).toEqual([{ n: count }])
  })

  it.each([
    ['a row that Postgres refuses', [{ into: 'letter (id)', rows: [copyRow([1])] }, { into: 'stamp', rows: [copyRow([null])] }, { into: 'stamp', rows: [copyRow([1])] }], /null value/],
    ['a table that is not there', [{ into: 'letter (id)', rows: [copyRow([1])] }, { into: 'nothing_here', rows: [copyRow([1])] }], /nothing_here/],
    ['a row that cannot be made', [{ into: 'letter (id)', rows: [copyRow([1])] }, { into: 'stamp', rows: unmakeable() }], /no such row/],
  ])('leaves nothing behind after %s, and a connection that works', async (_, parts, message) => {
    await db.database.transaction(async (tx) => {
      await tx.execute('SAVEPOINT before')
      await expect(tx.copyIn(parts)).rejects.toThrow(message)
      await tx.execute('ROLLBACK TO SAVEPOINT before')
      expect(await tx.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      expect(await tx.copyIn([{ into: 'letter (id)', rows: [copyRow([7])] }])).toEqual([1])
    })
    expect((await letters()).map(({ id }) => id)).toEqual([7])
  })
})

function* unmakeable(): Generator<string> {
  yield copyRow([1])
  throw new Error('no such row')
}
