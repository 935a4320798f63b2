import { newId } from '../../../../kernel/ids.js'
import type { AccountToWrite, KnownAccount, PersonToCreate } from '../persistence/import-page.store.js'
import type { AccountRecord } from './account-record.js'
import type { Match } from './correlate.js'

/** What a page means for what is on record. */
export type PagePlan = {
  readonly people: readonly PersonToCreate[]
  /** Never seen before. */
  readonly added: readonly AccountToWrite[]
  /** On record, and not as they were read. */
  readonly changed: readonly AccountToWrite[]
  readonly unmatched: readonly AccountToWrite[]
  readonly unchanged: readonly AccountRecord[]
  /** Of those changed: how many stay with their person although their joining values are others now. */
  readonly kept: number
  /** People who were on record and of whom something changes. */
  readonly touched: readonly string[]
}

/** Known accounts that are as they were read need nothing; known ones with a person keep it; the others are correlated. */
export function sorted(records: readonly AccountRecord[], known: readonly KnownAccount[]) {
  const byKey = new Map(known.map((account) => [account.nativeId, account]))
  const unchanged: AccountRecord[] = []
  const changed: AccountToWrite[] = []
  const open: AccountRecord[] = []
  for (const record of records) {
    const account = byKey.get(record.nativeId)
    if (!account?.personId) open.push(record)
    else if (account.hash === record.hash && !account.isGone) unchanged.push(record)
    else changed.push({ id: account.id, personId: account.personId, unmatched: null, record })
  }
  return { unchanged, changed, open, idOf: (nativeId: string): string | null => byKey.get(nativeId)?.id ?? null }
}

export function planOf({ unchanged, changed, idOf }: Omit<ReturnType<typeof sorted>, 'open'>, matches: readonly Match[], language: string): PagePlan {
  const people: PersonToCreate[] = []
  const added: AccountToWrite[] = []
  const joined: AccountToWrite[] = []
  const unmatched: AccountToWrite[] = []
  const created = new Set<string>()
  for (const match of matches) {
    const { record } = match
    const knownId = idOf(record.nativeId)
    const id = knownId ?? newId()
    if ('unmatched' in match) {
      unmatched.push({ id, personId: null, unmatched: match.unmatched, record })
      continue
    }
    if (match.isNew) {
      created.add(match.personId)
      people.push(personOf(match.personId, record, language))
    }
    const account = { id, personId: match.personId, unmatched: null, record }
    if (knownId === null) added.push(account)
    else joined.push(account)
  }
  const touched = new Set([...changed, ...joined, ...added].map(({ personId }) => personId!).filter((personId) => !created.has(personId)))
  return { people, added, changed: [...changed, ...joined], unmatched, unchanged, kept: changed.filter(({ kept }) => kept).length, touched: [...touched] }
}

/** Where the directory keeps one name only, its last word is taken for the family's. */
function personOf(id: string, { displayName, givenName, familyName, department, login }: AccountRecord, language: string): PersonToCreate {
  const shown = displayName ?? ([givenName, familyName].filter(Boolean).join(' ') || login)
  const words = shown.split(/\s+/)
  return {
    id,
    displayName: shown,
    givenName: givenName ?? (words.slice(0, -1).join(' ') || shown),
    familyName: familyName ?? words.at(-1)!,
    department,
    language,
  }
}
