import type { Queryable } from '../../../platform/database/database.js'
import type { StoredEntry } from '../domain/canonical-form.js'
import { CANONICAL_COLUMNS } from './entry.store.js'

/**
 * Chaining order is (tx, id). Every transaction below the oldest running one (`pg_snapshot_xmin`) has ended, so what is
 * visible of it is all there will ever be of it: the chain always covers a prefix of that order, and "after the last
 * chained row" is one range of the index (tx, id), however long the trail is. Ids alone would not do: a slow transaction
 * may commit a low id late, and a gap left by a rollback looks the same as a row still to come.
 *
 * `e.tx >= pg_snapshot_xmax` means: written in another cluster's life, found in a restored dump. Such rows are final too.
 * The probe of the chain is a scalar subquery on purpose: it is an index look-up per candidate under every plan.
 */
const UNCHAINED = '(SELECT true FROM audit_chain c WHERE c.entry_id = e.id) IS NULL'
const ENDED = 'e.tx < pg_snapshot_xmin(pg_current_snapshot())'
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
  const [row] = await on.query<{ position: string; hash: Buffer }>('SELECT position, hash FROM audit_chain ORDER BY position DESC LIMIT 1')
  return row ? { position: BigInt(row.position), hash: row.hash } : null
}

/**
 * Transactions below this one have nothing unchained. A chain that ends in another cluster's life says nothing about the
 * transactions of this one: then it starts at 0, once.
 */
export async function chainedUpTo(on: Queryable): Promise<string> {
  const [row] = await on.query<{ floor: string }>(
    `SELECT CASE WHEN e.tx < pg_snapshot_xmax(pg_current_snapshot()) THEN e.tx::text ELSE '0' END AS floor
     FROM audit_chain c JOIN audit_entry e ON e.id = c.entry_id ORDER BY c.position DESC LIMIT 1`,
  )
  return row?.floor ?? '0'
}

/** The idle question, one statement: is anything to be chained, and if not, up to where is that certain? */
export async function probeUnchained(on: Queryable, floor: string): Promise<{ due: boolean; ended: string }> {
  const [row] = await on.query<{ due: boolean; ended: string }>(
    `SELECT EXISTS (SELECT FROM audit_entry e WHERE e.tx >= $1::xid8 AND ${ENDED} AND ${UNCHAINED}) AS due,
       pg_snapshot_xmin(pg_current_snapshot())::text AS ended`,
    [floor],
  )
  return row!
}

export type Candidates = { readonly floor: string; readonly limit: number } | { readonly foreign: true; readonly limit: number }

export function selectUnchained(on: Queryable, candidates: Candidates): Promise<StoredEntry[]> {
  const order = `ORDER BY e.tx, e.id LIMIT $1`
  return 'floor' in candidates
    ? on.query(
        `SELECT ${CANONICAL_COLUMNS} FROM audit_entry e WHERE e.tx >= $2::xid8 AND ${ENDED} AND ${UNCHAINED} ${order}`,
        [candidates.limit, candidates.floor],
      )
    : on.query(`SELECT ${CANONICAL_COLUMNS} FROM audit_entry e WHERE ${FOREIGN} AND ${UNCHAINED} ${order}`, [candidates.limit])
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
     FROM (SELECT position, entry_id, prev_hash, hash, hash_version FROM audit_chain WHERE position > $1::bigint ORDER BY position LIMIT $2) c
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
export async function listUnchained(on: Queryable, limit: number): Promise<{ count: number; oldest: number; rows: UnchainedEntry[] }> {
  const rows = await on.query<UnchainedEntry & { count: string; oldest: number }>(
    `SELECT e.id::text AS id, e.at, extract(epoch FROM clock_timestamp() - e.at)::float8 AS age_seconds, e.action,
       coalesce(e.tx < tail.tx AND e.id < tail.id, false) AS behind,
       count(*) OVER () AS count, max(extract(epoch FROM clock_timestamp() - e.at)::float8) OVER () AS oldest
     FROM audit_entry e
     LEFT JOIN (SELECT t.tx, t.id FROM audit_chain c JOIN audit_entry t ON t.id = c.entry_id ORDER BY c.position DESC LIMIT 1) tail ON true
     WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_id = e.id)
     ORDER BY behind DESC, e.id LIMIT $1`,
    [limit],
  )
  return { count: Number(rows[0]?.count ?? 0), oldest: rows[0]?.oldest ?? 0, rows }
}
