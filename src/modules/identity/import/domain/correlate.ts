import type { AccountKey, AccountRecord } from './account-record.js'

/** Who has a key already; `here`: with an account of this same directory. */
export type KeyHolder = { readonly personId: string; readonly here: boolean }
export type Unmatched = 'nobody' | 'several' | 'taken' | 'switched-off'
/** Why an account whose joining values changed is worth a look: they are nobody else's, or they name somebody else. */
export type Kept = 'changed' | 'elsewhere'
export type Match =
  | { readonly record: AccountRecord; readonly personId: string; readonly isNew: boolean }
  | { readonly record: AccountRecord; readonly unmatched: Unmatched }

export type CorrelationRules = {
  readonly createsPeople: boolean
  /** False: the event task Add is switched off here, so nobody is given an account. */
  readonly adds?: boolean
  readonly severalAccounts: boolean
  readonly newId: () => string
}

const nameOf = ({ name, value }: AccountKey): string => `${name}\u0000${value}`

/**
 * Joins accounts to people: the first rule that finds anybody decides, and it has to find exactly one. Accounts are taken
 * one after the other, so that two on one page are judged as on two pages. What is not certain joins nobody, because who
 * is joined to an account may set its password.
 */
export class Correlation {
  readonly #holders = new Map<string, Set<string>>()
  /** People with an account of this directory. */
  readonly #here = new Set<string>()

  constructor(private readonly rules: CorrelationRules) {}

  /** What is on record of the keys of the next accounts. */
  learn(rows: readonly (AccountKey & KeyHolder)[]): void {
    for (const { personId, here, ...key } of rows) this.#note(key, { personId, here })
  }

  match(records: readonly AccountRecord[]): Match[] {
    if (this.rules.adds === false) return records.map((record) => ({ record, unmatched: 'switched-off' }))
    return records.map((record) => {
      const found = this.#find(record)
      if (found === 'several' || found === 'taken') return { record, unmatched: found }
      if (!found && !this.rules.createsPeople) return { record, unmatched: 'nobody' }
      const personId = found ?? this.rules.newId()
      for (const key of record.keys.flat()) this.#note(key, { personId, here: true })
      return { record, personId, isNew: !found }
    })
  }

  /** Forgets what was learnt, once it is on record. */
  forget(): void {
    this.#holders.clear()
    this.#here.clear()
  }

  /** Of an account that has a person and other keys than it had. It stays: to take it away would be to guess, too. */
  judgeKept(record: AccountRecord, personId: string): Kept {
    return [...this.#speaksFor(record)].some((holder) => holder !== personId) ? 'elsewhere' : 'changed'
  }

  /** A person's id, nobody, or why not. */
  #find(record: AccountRecord): string | null {
    const holders = this.#speaksFor(record)
    if (holders.size > 1) return 'several'
    const [holder] = holders
    if (holder === undefined) return null
    return this.#here.has(holder) && !this.rules.severalAccounts ? 'taken' : holder
  }

  /** Whom the first rule finds that finds anybody. */
  #speaksFor({ keys }: AccountRecord): ReadonlySet<string> {
    for (const values of keys) {
      const holders = new Set(values.flatMap((key) => [...this.#holders.get(nameOf(key)) ?? []]))
      if (holders.size > 0) return holders
    }
    return new Set()
  }

  #note(key: AccountKey, { personId, here }: KeyHolder): void {
    const holders = this.#holders.get(nameOf(key)) ?? new Set<string>()
    this.#holders.set(nameOf(key), holders.add(personId))
    if (here) this.#here.add(personId)
  }
}
