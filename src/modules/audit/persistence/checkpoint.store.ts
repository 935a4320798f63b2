import type { Queryable } from '../../../platform/database/database.js'
import type { Checkpoint, UnsignedCheckpoint } from '../domain/checkpoint.js'

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`
/** Before `migrate` has stamped the database (tests, mostly). */
const UNSTAMPED = '00000000-0000-0000-0000-000000000000'

type Row = { position: string; hash: Buffer; at: string; installation: string; signature: Buffer }
const checkpointOf = (row: Row): Checkpoint => ({ ...row, position: BigInt(row.position) })

/** The chain's last position with the hour, when a checkpoint of it is due: enough rows, or enough time, since the last one. */
export async function findDueCheckpoint(on: Queryable, rows: number, seconds: number): Promise<UnsignedCheckpoint | null> {
  const [due] = await on.query<Omit<Row, 'signature'>>(
    `SELECT tail.position::text AS position, tail.hash, to_char(clock_timestamp() AT TIME ZONE 'UTC', ${INSTANT}) AS at,
       coalesce((SELECT installation_id FROM install), '${UNSTAMPED}')::text AS installation
     FROM (SELECT position, hash FROM audit_chain ORDER BY position DESC LIMIT 1) tail
     LEFT JOIN (SELECT position, at FROM audit_checkpoint ORDER BY position DESC LIMIT 1) last ON true
     WHERE last.position IS NULL OR tail.position >= last.position + $1
       OR (tail.position > last.position AND last.at <= clock_timestamp() - make_interval(secs => $2))`,
    [rows, seconds],
  )
  return due ? { ...due, position: BigInt(due.position) } : null
}

/** False when another process has signed this position in the meantime: its row stands. */
export async function insertCheckpoint(on: Queryable, checkpoint: Checkpoint): Promise<boolean> {
  const { position, hash, at, installation, signature } = checkpoint
  return (await on.execute(
    `INSERT INTO audit_checkpoint (position, hash, at, installation, signature) VALUES ($1, $2, $3::timestamptz, $4, $5)
     ON CONFLICT (position) DO NOTHING`,
    [position.toString(), hash, at, installation, signature],
  )) === 1
}

export async function lastCheckpointPosition(on: Queryable): Promise<bigint> {
  const [row] = await on.query<{ position: string }>('SELECT coalesce(max(position), 0)::text AS position FROM audit_checkpoint')
  return BigInt(row!.position)
}

/** In order of position, at most `limit`, up to and with `upTo`. */
export async function selectCheckpoints(
  on: Queryable, range: { after: bigint; upTo?: bigint; limit: number },
): Promise<Checkpoint[]> {
  const rows = await on.query<Row>(
    `SELECT c.position::text AS position, c.hash, to_char(c.at AT TIME ZONE 'UTC', ${INSTANT}) AS at,
       c.installation::text AS installation, c.signature
     FROM audit_checkpoint c WHERE c.position > $1 AND c.position <= coalesce($2::bigint, 9223372036854775807)
     ORDER BY c.position LIMIT $3`,
    [range.after.toString(), range.upTo?.toString() ?? null, range.limit],
  )
  return rows.map(checkpointOf)
}

export async function readInstallation(on: Queryable): Promise<string> {
  const [row] = await on.query<{ id: string }>(
    `SELECT coalesce((SELECT installation_id FROM install), '${UNSTAMPED}')::text AS id`,
  )
  return row!.id
}

/** Processes that share a file take turns; the lock ends with the transaction. "aud" as a number, then the file. */
export async function tryFileLock(on: Queryable, file: string): Promise<boolean> {
  const [row] = await on.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS held', [0x617564, file])
  return row?.held === true
}
