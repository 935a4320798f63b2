import type { Queryable } from '../../../platform/database/database.js'
import type { StoredEntry } from '../domain/canonical-form.js'
import { CANONICAL_COLUMNS } from './entry.store.js'

/**
 * Chaining order is (tx, id). Of the transactions below the horizon nothing more can appear, so the chain always covers a
 * prefix of that order, and "after the last chained row" is one range of the index (tx, id), however long the trail is.
 * Ids alone would not do: a slow transaction may commit a low id late, and a gap left by a rollback looks the same as a
 * row still to come.
 *
 * `e.tx >= pg_snapshot_xmax` means: written in another cluster's life, found in a restored dump. Such rows are final too.
 * Where such a life's numbers come round again, rows that are chained already stand among the next ones; hence `chained`.
 */
const CHAINED = '(SELECT true FROM audit_chain c WHERE c.entry_id = e.id)'
const OF_THIS_LIFE = 'e.tx < pg_snapshot_xmax(pg_current_snapshot())'
const FOREIGN = 'e.tx >= pg_snapshot_xmax(pg_current_snapshot())'

export type ChainLink = { position: string; entry_id: string; prev_hash: Buffer; hash: Buffer; hash_version: number }

/** Any number; it only has to be ours alone among the advisory locks of this database. */
const SEQUENCER_LOCK = 7_201_013

/** Held until the transaction ends, however it ends: a sequencer that dies leaves nothing behind. */
export async function trySequencerLock(on: Queryable): Promise<boolean> {
  const [row] = await on.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS held', [SEQUENCER_LOCK])
  return row?.held === true
}

export async function lastLink(on: Queryable): Promise<{ position: bigint; hash: Buffer } | null> {
  const [row] = await on.query<{ position: string; hash: Buffer }>(
    'SELECT position, hash FROM audit_chain ORDER BY position DESC LIMIT 1',
  )
  return row ? { position: BigInt(row.position), hash: row.hash } : null
}

/** A place in chaining order: everything up to and with it is chained, or will never be there. */
export type ChainedUpTo = { readonly tx: string; readonly id: string }

/** Before every row of this transaction. Ids begin at 1; one below that was not given by the sequence and is to be seen. */
const beforeAll = (tx: string): ChainedUpTo => ({ tx, id: '-9223372036854775808' })

/** A chain that ends in another cluster's life says nothing about the transactions of this one: then from the beginning, once. */
export async function chainedUpTo(on: Queryable): Promise<ChainedUpTo> {
  const [last] = await on.query<{ tx: string; id: string; ours: boolean }>(
    `SELECT e.tx::text AS tx, e.id::text AS id, e.tx < pg_snapshot_xmax(pg_current_snapshot()) AS ours
     FROM audit_chain c JOIN audit_entry e ON e.id = c.entry_id ORDER BY c.position DESC LIMIT 1`,
  )
  return last?.ours ? { tx: last.tx, id: last.id } : beforeAll('0')
}

/** The idle question. Ordered, so that it is a look at the right place of the index under every plan. */
export async function isRowAfter(on: Queryable, after: ChainedUpTo): Promise<boolean> {
  const rows = await on.query(
    `SELECT FROM audit_entry e WHERE (e.tx, e.id) > ($1::xid8, $2::bigint) AND ${OF_THIS_LIFE} ORDER BY e.tx, e.id LIMIT 1`,
    [after.tx, after.id],
  )
  return rows.length > 0
}

/**
 * The oldest transaction that may still add a row: the oldest running one that is not known to work in another database
 * of this server, whose length is nobody's business here. A snapshot counts them all; whose they are is told by the lock
 * that each holds on its own number (pg_locks, seen whole by every role) and the database of its session or, prepared,
 * its own. What has no such answer, because it just began or just ended, counts as ours.
 *
 * Rows must be selected by a younger statement: whatever was foreign or had ended here has then shown all it will show.
 */
export async function chainingHorizon(on: Queryable): Promise<string> {
  const [row] = await on.query<{ horizon: string }>(
    `WITH running AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
     SELECT coalesce(
       (SELECT min(tx) FROM pg_snapshot_xip(snapshot) AS tx WHERE tx::xid NOT IN (
         SELECT held.transactionid FROM pg_locks held JOIN pg_stat_activity session ON session.pid = held.pid
           WHERE held.locktype = 'transactionid' AND held.granted AND held.mode = 'ExclusiveLock'
             AND session.datname <> current_database()
         UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database <> current_database())),
       pg_snapshot_xmax(snapshot))::text AS horizon
     FROM running`,
  )
  return row!.horizon
}

export type Candidate = StoredEntry & { readonly chained: boolean | null }
export type Candidates = { readonly limit: number } & ({ readonly after: ChainedUpTo; readonly below: string } | { readonly foreign: true })

/**
 * The next rows in chaining order. What is chained already is told, not left out: a filter that the planner misjudges
 * would have it sort the whole backlog for every batch.
 */
export function selectNext(on: Queryable, candidates: Candidates): Promise<Candidate[]> {
  const columns = `${CANONICAL_COLUMNS}, ${CHAINED} AS chained`
  const order = 'ORDER BY e.tx, e.id LIMIT $1'
  return 'after' in candidates
    ? on.query(
        `SELECT ${columns} FROM audit_entry e WHERE (e.tx, e.id) > ($2::xid8, $3::bigint) AND e.tx < $4::xid8 ${order}`,
        [candidates.limit, candidates.after.tx, candidates.after.id, candidates.below],
      )
    : on.query(`SELECT ${columns} FROM audit_entry e WHERE ${FOREIGN} AND ${CHAINED} IS NULL ${order}`, [candidates.limit])
}

export async function insertLinks(on: Queryable, links: readonly ChainLink[]): Promise<void> {
  const inserted = await on.execute(
    `INSERT INTO audit_chain (position, entry_id, prev_hash, hash, hash_version)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::smallint[])`,
    [
      links.map((link) => link.position), links.map((link) => link.entry_id), links.map((link) => link.prev_hash),
      links.map((link) => link.hash), links.map((link) => link.hash_version),
    ],
  )
  if (inserted !== links.length) throw new Error(`chained ${inserted} of ${links.length} audit rows`)
}

/** A row of the chain with its entry; null where the entry has been removed. */
export type WalkedLink = ChainLink & { readonly entry: StoredEntry | null }

/** LATERAL with LIMIT: one index look-up a row under every plan; a join might read the whole table for every batch. */
export async function walkChain(on: Queryable, after: bigint, limit: number): Promise<WalkedLink[]> {
  const rows = await on.query<ChainLink & StoredEntry & { id: string | null; link_version: number }>(
    `SELECT c.position::text AS position, c.entry_id::text AS entry_id, c.prev_hash, c.hash, c.hash_version AS link_version,
       entry.*
     FROM (SELECT position, entry_id, prev_hash, hash, hash_version FROM audit_chain
       WHERE position > $1::bigint ORDER BY position LIMIT $2) c
     LEFT JOIN LATERAL (SELECT ${CANONICAL_COLUMNS} FROM audit_entry e WHERE e.id = c.entry_id LIMIT 1) entry ON true
     ORDER BY c.position`,
    [after.toString(), limit],
  )
  return rows.map(({ position, entry_id, prev_hash, hash, link_version, ...entry }) => ({
    position, entry_id, prev_hash, hash, hash_version: link_version, entry: entry.id === null ? null : entry,
  }))
}

export async function hashAt(on: Queryable, position: bigint): Promise<Buffer | null> {
  const [row] = await on.query<{ hash: Buffer }>('SELECT hash FROM audit_chain WHERE position = $1', [position.toString()])
  return row?.hash ?? null
}

/** Where the row stands that follows this hash. Reads the whole chain: only for naming what is already known to be broken. */
export async function positionAfterHash(on: Queryable, previous: Buffer): Promise<string | null> {
  const [row] = await on.query<{ position: string }>(
    'SELECT c.position::text AS position FROM audit_chain c WHERE c.prev_hash = $1 ORDER BY c.position LIMIT 1',
    [previous],
  )
  return row?.position ?? null
}

export type UnchainedEntry = { id: string; at: Date; age_seconds: number; action: string; behind: boolean }

/** Rows without a place in the chain. `behind`: later rows are chained already, so the sequencer never saw this one. */
export async function listUnchained(
  on: Queryable, limit: number,
): Promise<{ count: number; oldest: number; rows: UnchainedEntry[] }> {
  const rows = await on.query<UnchainedEntry & { count: string; oldest: number }>(
    `SELECT e.id::text AS id, e.at, extract(epoch FROM clock_timestamp() - e.at)::float8 AS age_seconds, e.action,
       coalesce(e.tx < tail.tx AND e.id < tail.id, false) AS behind,
       count(*) OVER () AS count, max(extract(epoch FROM clock_timestamp() - e.at)::float8) OVER () AS oldest
     FROM audit_entry e
     LEFT JOIN (SELECT t.tx, t.id FROM audit_chain c JOIN audit_entry t ON t.id = c.entry_id
       ORDER BY c.position DESC LIMIT 1) tail ON true
     WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_id = e.id)
     ORDER BY behind DESC, e.id LIMIT $1`,
    [limit],
  )
  return { count: Number(rows[0]?.count ?? 0), oldest: rows[0]?.oldest ?? 0, rows }
}
