import type { Queryable } from '../../../platform/database/database.js'
import type { ChainedUpTo } from './chain.store.js'

/** The oldest unchained row is looked for among this many next in line: what a beat costs does not grow with a backlog. */
const LOOKED_AT = 1_000

/**
 * Takes or renews the lease of the one sequencing process and tells what it saw. False: another process holds it.
 * `after` is where the unchained rows begin; null while that is unknown.
 */
export async function beat(on: Queryable, leader: string, leaseSeconds: number, after: ChainedUpTo | null): Promise<boolean> {
  const changed = await on.execute(
    `INSERT INTO audit_heartbeat AS h (leader, ran_at, oldest_unchained_at)
     VALUES ($1, clock_timestamp(), (
       SELECT min(next.at) FROM (
         SELECT e.id, e.at FROM audit_entry e
         WHERE (e.tx, e.id) > ($3::xid8, $4::bigint) AND e.tx < pg_snapshot_xmax(pg_current_snapshot())
         ORDER BY e.tx, e.id LIMIT $5) next
       WHERE (SELECT true FROM audit_chain c WHERE c.entry_id = next.id) IS NULL))
     ON CONFLICT (singleton) DO UPDATE
       SET leader = EXCLUDED.leader, ran_at = EXCLUDED.ran_at,
         oldest_unchained_at = CASE WHEN $3::xid8 IS NULL THEN h.oldest_unchained_at ELSE EXCLUDED.oldest_unchained_at END
       WHERE h.leader IS NULL OR h.leader = $1 OR h.ran_at < clock_timestamp() - make_interval(secs => $2)`,
    [leader, leaseSeconds, after?.tx ?? null, after?.id ?? null, LOOKED_AT],
  )
  return changed === 1
}

/** On a graceful stop: the next process need not wait for the lease to run out. */
export async function releaseLease(on: Queryable, leader: string): Promise<void> {
  await on.execute('UPDATE audit_heartbeat SET leader = NULL WHERE leader = $1', [leader])
}

export async function noteAppended(on: Queryable, position: bigint): Promise<void> {
  await on.execute(
    `INSERT INTO audit_heartbeat AS h (ran_at, appended_position) VALUES ('-infinity', $1)
     ON CONFLICT (singleton) DO UPDATE SET appended_position = $1 WHERE h.appended_position < $1`,
    [position.toString()],
  )
}

/** Greatest checkpoint that reached a file; 0 when none has. */
export async function appendedPosition(on: Queryable): Promise<bigint> {
  const [row] = await on.query<{ position: string }>('SELECT appended_position::text AS position FROM audit_heartbeat')
  return BigInt(row?.position ?? 0)
}

/** Ages in seconds by the database's clock; null: there is nothing of the kind. */
export type TrailState = {
  since_run: number | null
  oldest_unchained: number | null
  oldest_uncovered: number | null
  position: number
}

/** One row, three index look-ups: `uncovered` is the first chained row beyond the last checkpoint in a file. */
export async function readTrailState(on: Queryable): Promise<TrailState> {
  const [row] = await on.query<TrailState>(
    `SELECT CASE WHEN isfinite(h.ran_at) THEN extract(epoch FROM clock_timestamp() - h.ran_at)::float8 END AS since_run,
       extract(epoch FROM clock_timestamp() - h.oldest_unchained_at)::float8 AS oldest_unchained,
       (SELECT extract(epoch FROM clock_timestamp() - e.at)::float8 FROM audit_chain c JOIN audit_entry e ON e.id = c.entry_id
         WHERE c.position = h.appended_position + 1) AS oldest_uncovered,
       coalesce((SELECT max(position) FROM audit_chain), 0)::float8 AS position
     FROM audit_heartbeat h`,
  )
  return row ?? { since_run: null, oldest_unchained: null, oldest_uncovered: null, position: 0 }
}
