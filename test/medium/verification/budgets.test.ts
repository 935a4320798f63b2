import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { BudgetStore, type CountedWrong } from '../../../src/modules/verification/persistence/budget.store.js'
import { PasswordBudgetStore } from '../../../src/modules/verification/persistence/password-budget.store.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const HOUR = 3_600
const WRONG = { most: 4, seconds: 24 * HOUR }

let db: TestDatabase
let budgets: BudgetStore
let passwords: PasswordBudgetStore

beforeAll(async () => {
  db = await openTestDatabase({ poolSize: 20 })
  budgets = new BudgetStore(db.database)
  passwords = new PasswordBudgetStore(db.database)
})
afterAll(() => db.close())

const key = (): Buffer => randomBytes(16)

/** Lets this many hours pass for one subject. */
const pass = (subject: Buffer, hours: number) => db.owner.execute(
  `UPDATE verification_budget
   SET wrong_at = ARRAY(SELECT s - make_interval(hours => $2) FROM unnest(wrong_at) s ORDER BY s),
       sent_at = ARRAY(SELECT s - make_interval(hours => $2) FROM unnest(sent_at) s ORDER BY s),
       resent_at = ARRAY(SELECT s - make_interval(hours => $2) FROM unnest(resent_at) s ORDER BY s)
   WHERE subject_key = $1`,
  [subject, hours])

type Step = { act: 'wrong' | 'right' } | { act: 'wait'; hours: number }
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ act: 'wrong' } as const) },
  { weight: 1, arbitrary: fc.constant({ act: 'right' } as const) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map((hours) => ({ act: 'wait', hours } as const)) },
)

/** The rule in plain words: at most `most` in any 24 h; the one that spends it closes for 24 h and then forgets everything. */
class Model {
  #ages: number[] = []
  #closedFor = 0
  wait(hours: number): void {
    this.#ages = this.#ages.map((age) => age + hours).filter((age) => age < 24)
    if (this.#closedFor > 0) {
      this.#closedFor -= hours
      if (this.#closedFor <= 0) this.#ages = []
    }
  }
  try(right: boolean): boolean {
    if (this.#closedFor > 0) return false
    if (right) return true
    this.#ages.push(0)
    if (this.#ages.length === WRONG.most) this.#closedFor = 24
    return true
  }
}

describe('the budget for wrong codes', () => {
  it('agrees with its rule in plain words, whatever happens in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const subject = key()
      const model = new Model()
      for (const each of steps) {
        if (each.act === 'wait') {
          await pass(subject, each.hours)
          model.wait(each.hours)
          continue
        }
        const counted = await budgets.countWrong(subject, WRONG)
        expect(counted !== null).toBe(model.try(each.act === 'right'))
        expect(await budgets.closedUntil(db.database, subject, WRONG) !== null).toBe(
          counted === null || counted.count === WRONG.most)
        if (counted && each.act === 'right') {
          await db.database.transaction((tx) => budgets.giveBack(tx, subject, counted.stamp))
        }
      }
    }), { numRuns: 40 })
  })

  it('gives back exactly the try that was right, whichever came before or after it', async () => {
    const subject = key()
    const tries: CountedWrong[] = []
    for (let turn = 0; turn < 3; turn += 1) tries.push((await budgets.countWrong(subject, WRONG))!)
    await db.database.transaction((tx) => budgets.giveBack(tx, subject, tries[1]!.stamp))
    const [row] = await db.owner.query<{ left: string[] }>(
      'SELECT wrong_at::text[] AS left FROM verification_budget WHERE subject_key = $1', [subject])
    expect(row!.left).toEqual([tries[0]!.stamp, tries[2]!.stamp])
  })

  it('lets fifty at once through as often as it has room, and each counts itself once', async () => {
    const subject = key()
    const counted = (await Promise.all(Array.from({ length: 50 }, () => budgets.countWrong(subject, WRONG)))).filter(
      (each) => each !== null)
    expect(counted.map(({ count }) => count).sort()).toEqual([1, 2, 3, 4])
    expect(new Set(counted.map(({ stamp }) => stamp)).size).toBe(4)
  })
})

describe('the budget for sends', () => {
  const SEND = { shortMost: 3, shortSeconds: 2 * HOUR, dayMost: 5 }
  const take = (subject: Buffer, column: 'sent_at' | 'resent_at' = 'resent_at') => (
    db.database.transaction((tx) => budgets.takeSend(tx, subject, column, WRONG, SEND, SEND.shortSeconds)))

  it('holds both windows, each sliding by itself', async () => {
    const subject = key()
    const granted: boolean[] = []
    for (let turn = 0; turn < 4; turn += 1) granted.push((await take(subject)) !== null)
    await pass(subject, 3)
    for (let turn = 0; turn < 3; turn += 1) granted.push((await take(subject)) !== null)
    await pass(subject, 22)
    for (let turn = 0; turn < 4; turn += 1) granted.push((await take(subject)) !== null)
    expect(granted).toEqual([true, true, true, false, true, true, false, true, true, true, false])
  })

  it('keeps first codes and resends apart, and neither is taken while the account is closed', async () => {
    const subject = key()
    for (let turn = 0; turn < 3; turn += 1) await take(subject)
    expect(await take(subject)).toBeNull()
    expect(await take(subject, 'sent_at')).not.toBeNull()
    const closed = key()
    for (let turn = 0; turn < WRONG.most; turn += 1) await budgets.countWrong(closed, WRONG)
    expect(await take(closed)).toBeNull()
    expect(await take(closed, 'sent_at')).toBeNull()
  })

  it('costs nothing when the transaction that took it is rolled back', async () => {
    const subject = key()
    for (let turn = 0; turn < 5; turn += 1) {
      await expect(db.database.transaction(async (tx) => {
        expect(await budgets.takeSend(tx, subject, 'resent_at', WRONG, SEND, SEND.shortSeconds)).not.toBeNull()
        throw new Error('the code was not sent')
      })).rejects.toThrow('the code was not sent')
    }
    expect(await take(subject)).toMatchObject({ recent: 1 })
  })

  it('says when there will be room again', async () => {
    const subject = key()
    for (let turn = 0; turn < 3; turn += 1) await take(subject)
    await pass(subject, 1)
    const at = await budgets.freeAgainAt(db.database, subject, 'resent_at', SEND)
    expect(Math.round((at.getTime() - Date.now()) / 60_000)).toBe(60)
  })
})

describe('the budget for known passwords', () => {
  it('agrees with a directory that forgets after a quiet window, whatever happens in whatever order', async () => {
    type Turn = 'wrong' | 'right' | { minutes: number }
    const turn: fc.Arbitrary<Turn> = fc.oneof(
      { weight: 4, arbitrary: fc.constant<Turn>('wrong') }, { weight: 1, arbitrary: fc.constant<Turn>('right') },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map((minutes) => ({ minutes })) })
    await fc.assert(fc.asyncProperty(fc.array(turn, { maxLength: 30 }), async (turns) => {
      const budget = key()
      // the directory: threshold 5, forgets 30 minutes after the last wrong password
      let wrong = 0
      let quiet = 0
      for (const each of turns) {
        if (typeof each === 'object') {
          await db.owner.execute(
            'UPDATE verification_password_budget SET last_at = last_at - make_interval(mins => $2) WHERE budget_key = $1',
            [budget, each.minutes])
          quiet += each.minutes
          if (quiet >= 30) wrong = 0
          continue
        }
        if ((await passwords.take(budget, 2, 30 * 60)) === null) continue
        quiet = 0
        if (each === 'right') {
          wrong = 0
          await passwords.reset(db.database, budget)
        } else wrong += 1
        expect(wrong).toBeLessThanOrEqual(2)
      }
    }), { numRuns: 40 })
  })

  it('never goes below nothing', async () => {
    const budget = key()
    await passwords.take(budget, 2, 60)
    for (let turn = 0; turn < 3; turn += 1) await passwords.giveBack(budget)
    expect(await passwords.take(budget, 2, 60)).toBe(1)
  })

  it('is open for a key that was never used', async () => {
    expect((await passwords.closedUntil(key())).getTime()).toBeLessThanOrEqual(Date.now() + 1_000)
  })
})
