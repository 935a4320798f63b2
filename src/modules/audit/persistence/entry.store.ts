import type { Queryable } from '../../../platform/database/database.js'
import type { AuditEntry } from '../domain/audit-log.js'
import type { StoredEntry } from '../domain/canonical-form.js'

/** What the hash covers, in the types it covers it in. `e` is audit_entry. */
export const CANONICAL_COLUMNS = `e.id::text AS id, e.tx::text AS tx,
  (extract(epoch FROM e.at) * 1000000)::bigint::text AS micros,
  e.action, e.outcome, e.channel, e.correlation_id, e.actor_kind, e.actor_id, e.person_id, e.account_id, e.directory_id,
  e.request_id, e.task_id, e.attempt_no, e.method, e.error_code, e.facts::text AS facts, e.personal, e.identifier_hash,
  e.hash_version`

export type SealedEntry = {
  readonly entry: AuditEntry
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
  readonly personal: { readonly sealed: Buffer; readonly keyId: string } | null
}

/**
 * A change of other tables that is to happen together with its entry: common table expressions, the last of them named
 * `change`, of one row at most, with the number of the attempt as `attempt_no`. `recordable` belongs into its guard.
 */
export type RecordedChange = { readonly ctes: (recordable: string) => string; readonly params: readonly unknown[] }

const COLUMNS = `action, outcome, channel, correlation_id, actor_kind, actor_id, person_id, account_id, directory_id,
       request_id, task_id, method, error_code, facts, personal, identifier_hash, attempt_no`
const TYPES = ['text', 'text', 'text', 'text', 'text', 'text', 'uuid', 'uuid', 'uuid', 'text', 'uuid', 'text', 'text', 'jsonb', 'bytea', 'bytea']
const PERSON = 7

/** Parameters from `$first` on: the values of COLUMNS but for the attempt, then the id of the key that sealed `personal`. */
function valuesFrom(first: number): { values: string; keyOnRecord: string; next: number } {
  const at = (index: number): string => `$${first + index - 1}`
  const next = TYPES.length + 2
  return {
    values: TYPES.map((type, index) => `${at(index + 1)}::${type}`).join(', '),
    keyOnRecord: `(${at(next - 1)}::uuid IS NULL OR EXISTS (
       SELECT FROM audit_person_key WHERE person_id = ${at(PERSON)}::uuid AND key_id = ${at(next - 1)}::uuid))`,
    next: first + next - 1,
  }
}

const paramsOf = ({ entry, facts, personal }: SealedEntry): unknown[] => [
  entry.action, entry.outcome, entry.channel, entry.correlationId, entry.actor.kind, entry.actor.id, entry.personId ?? null,
  entry.accountId ?? null, entry.directoryId ?? null, entry.requestId ?? null, entry.taskId ?? null, entry.method ?? null,
  entry.errorCode ?? null, JSON.stringify(facts), personal?.sealed ?? null, entry.identifierHash ?? null, personal?.keyId ?? null,
]

const ALONE = valuesFrom(1)
const INSERT = `INSERT INTO audit_entry (${COLUMNS}) SELECT ${ALONE.values}, $${ALONE.next}::integer WHERE ${ALONE.keyOnRecord}`

/** False when the personal fields were sealed under a key that is not on record (any more): nothing was written then. */
export async function insertEntry(on: Queryable, entry: SealedEntry): Promise<boolean> {
  return (await on.execute(INSERT, [...paramsOf(entry), entry.entry.attemptNo ?? null])) === 1
}

/** The change and its entry, in one statement: both or neither. Null: the guard of the change, or the key, did not allow it. */
export async function changeAndInsert<Row extends object>(on: Queryable, { ctes, params }: RecordedChange, entry: SealedEntry): Promise<Row | null> {
  const { values, keyOnRecord } = valuesFrom(params.length + 1)
  const [row] = await on.query<Row>(
    `WITH ${ctes(keyOnRecord)},
       entry AS (INSERT INTO audit_entry (${COLUMNS}) SELECT ${values}, change.attempt_no FROM change)
     SELECT change.* FROM change`,
    [...params, ...paramsOf(entry)],
  )
  return row ?? null
}

export type EntryFilter = {
  readonly requestId?: string
  readonly personId?: string
  readonly accountId?: string
  readonly correlationId?: string
}

const FILTER_COLUMNS = {
  requestId: 'e.request_id',
  personId: 'e.person_id',
  accountId: 'e.account_id',
  correlationId: 'e.correlation_id',
} as const satisfies Record<keyof EntryFilter, string>

/** With the chain position (null: not chained yet) and the person's wrapped key (null: none on record). */
export type ReadEntry = StoredEntry & { at: Date; position: string | null; key_id: string | null; wrapped: Buffer | null }

export type EntryPage = {
  readonly filter: EntryFilter
  readonly order: 'oldest-first' | 'newest-first'
  /** Id of the last row of the page before. */
  readonly from: string | null
  readonly limit: number
}

export function selectEntries(on: Queryable, { filter, order, from, limit }: EntryPage): Promise<ReadEntry[]> {
  const params: unknown[] = []
  const where: string[] = []
  for (const [name, column] of Object.entries(FILTER_COLUMNS) as [keyof EntryFilter, string][]) {
    if (filter[name] !== undefined) where.push(`${column} = $${params.push(filter[name])}`)
  }
  const newest = order === 'newest-first'
  if (from !== null) where.push(`e.id ${newest ? '<' : '>'} $${params.push(from)}::bigint`)
  return on.query<ReadEntry>(
    `SELECT ${CANONICAL_COLUMNS}, e.at, c.position::text AS position, k.key_id, k.wrapped
     FROM audit_entry e
     LEFT JOIN audit_chain c ON c.entry_id = e.id
     LEFT JOIN audit_person_key k ON k.person_id = e.person_id
     ${where.length ? `WHERE ${where.join(' AND ')}` : ''}
     ORDER BY e.id ${newest ? 'DESC' : 'ASC'} LIMIT $${params.push(limit)}`,
    params,
  )
}
