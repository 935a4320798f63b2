import { Injectable } from '@nestjs/common'
import type { Queryable, Tx } from '../../../../platform/database/database.js'

export type RunKind = 'full' | 'incremental'
export type RunState = 'running' | 'completed' | 'needs-confirmation' | 'failed' | 'interrupted'
/** Event tasks that an import reads. */
export type ImportStep = 'add' | 'remove'
export type RunCounts = {
  readonly read: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly unmatched: number
  /** Stay with their person although the values that join them have changed. */
  readonly kept: number
  readonly gone: number
}
export type ImportRun = RunCounts & {
  readonly id: string
  readonly directoryId: string
  readonly kind: RunKind
  readonly state: RunState
  readonly dryRun: boolean
  readonly startedBy: string
  readonly startedAt: Date
  readonly progressAt: Date
  readonly finishedAt: Date | null
  /** Accounts known before that a run could find gone. */
  readonly known: number
  /** Event tasks that were switched off when it began. */
  readonly switchedOff: readonly ImportStep[]
  readonly errorCode: string | null
  readonly diagnostic: string | null
}
export type ImportState = { readonly cursor: string | null; readonly firstCompletedAt: Date | null; readonly fullAt: Date | null; readonly changesAt: Date | null }

type ShownAccount = { readonly nativeId: string; readonly login: string; readonly dn: string | null; readonly why: string }
/** `others`: accounts, wherever, that have the values it claims. */
export type UnmatchedAccount = ShownAccount & { readonly others: readonly string[] }
export type KeptAccount = ShownAccount & { readonly others: readonly string[] }

/** Login names of accounts of other people, or of anybody's, with a joining value of account a. A few: it is a hint. */
const OTHERS = `array(SELECT DISTINCT b.login FROM account_key k JOIN account_key o ON o.name = k.name AND o.value = k.value
  JOIN account b ON b.id = o.account_id AND b.person_id IS NOT NULL AND b.person_id IS DISTINCT FROM a.person_id
  WHERE k.account_id = a.id ORDER BY b.login LIMIT 5)`

const RUN = `id, directory_id AS "directoryId", kind, state, dry_run AS "dryRun", started_by AS "startedBy", started_at AS "startedAt",
  progress_at AS "progressAt", finished_at AS "finishedAt", read, added, changed, unchanged, unmatched, kept, gone, known, switched_off AS "switchedOff", error_code AS "errorCode", diagnostic`

/** Runs, the mark to go on from, and what the running read has named. Only the run that is still running writes. */
@Injectable()
export class ImportRunStore {
  async state(on: Queryable, directoryId: string): Promise<ImportState> {
    const [row] = await on.query<ImportState>(
      `SELECT cursor, first_completed_at AS "firstCompletedAt", full_at AS "fullAt", changes_at AS "changesAt" FROM import_state WHERE directory_id = $1`, [directoryId])
    return row ?? { cursor: null, firstCompletedAt: null, fullAt: null, changesAt: null }
  }

  /** To be called under the lock of the directory: a run that is still called running is a dead one's. */
  async begin(tx: Tx, run: Pick<ImportRun, 'id' | 'directoryId' | 'kind' | 'dryRun' | 'startedBy' | 'switchedOff'>): Promise<ImportRun> {
    const dead = await tx.query<{ id: string }>(
      `UPDATE import_run SET state = 'interrupted', finished_at = now() WHERE directory_id = $1 AND state = 'running' RETURNING id`, [run.directoryId])
    await tx.execute('DELETE FROM import_seen WHERE run_id = ANY ($1::uuid[])', [dead.map(({ id }) => id)])
    const [row] = await tx.query<ImportRun>(
      `INSERT INTO import_run (id, directory_id, kind, state, dry_run, started_by, switched_off, known)
       SELECT $1, $2, $3, 'running', $4, $5, $6, count(*) FROM account WHERE directory_id = $2 AND gone_at IS NULL RETURNING ${RUN}`,
      [run.id, run.directoryId, run.kind, run.dryRun, run.startedBy, run.switchedOff])
    return row!
  }

  /** False: another process has taken over. */
  async progress(tx: Queryable, runId: string, counts: RunCounts): Promise<boolean> {
    const { read, added, changed, unchanged, unmatched, kept, gone } = counts
    return await tx.execute(
      `UPDATE import_run SET read = $2, added = $3, changed = $4, unchanged = $5, unmatched = $6, gone = $7, kept = $8, progress_at = clock_timestamp()
       WHERE id = $1 AND state = 'running'`, [runId, read, added, changed, unchanged, unmatched, gone, kept]) === 1
  }
  async restartAs(on: Queryable, runId: string, kind: RunKind): Promise<boolean> {
    await on.execute('DELETE FROM import_seen WHERE run_id = $1', [runId])
    return await on.execute(`UPDATE import_run SET kind = $2 WHERE id = $1 AND state = 'running'`, [runId, kind]) === 1
  }
  async finish(tx: Queryable, runId: string, state: RunState, failure: { errorCode: string; diagnostic: string } | null): Promise<ImportRun | null> {
    const [row] = await tx.query<ImportRun>(
      `UPDATE import_run SET state = $2, finished_at = clock_timestamp(), error_code = $3, diagnostic = $4 WHERE id = $1 AND state = 'running' RETURNING ${RUN}`,
      [runId, state, failure?.errorCode ?? null, failure?.diagnostic ?? null])
    await tx.execute('DELETE FROM import_seen WHERE run_id = $1', [runId])
    return row ?? null
  }
  async find(on: Queryable, runId: string): Promise<ImportRun | null> {
    const [row] = await on.query<ImportRun>(`SELECT ${RUN} FROM import_run WHERE id = $1`, [runId])
    return row ?? null
  }
  list(on: Queryable, directoryId: string, limit: number): Promise<ImportRun[]> {
    return on.query<ImportRun>(`SELECT ${RUN} FROM import_run WHERE directory_id = $1 ORDER BY started_at DESC LIMIT $2`, [directoryId, limit])
  }

  unmatched(on: Queryable, directoryId: string, limit: number): Promise<UnmatchedAccount[]> {
    return on.query<UnmatchedAccount>(
      `SELECT native_id AS "nativeId", login, dn, unmatched AS why, ${OTHERS} AS others FROM account a
       WHERE directory_id = $1 AND unmatched IS NOT NULL AND gone_at IS NULL ORDER BY login, native_id LIMIT $2`, [directoryId, limit])
  }
  /** Those of this run, and of earlier ones whose values name somebody else. */
  kept(on: Queryable, directoryId: string, runId: string, limit: number): Promise<KeptAccount[]> {
    return on.query<KeptAccount>(
      `SELECT native_id AS "nativeId", login, dn, kept_because AS why, ${OTHERS} AS others FROM account a
       WHERE directory_id = $1 AND kept_because IS NOT NULL AND gone_at IS NULL AND (kept_because = 'elsewhere' OR written_by = $2)
       ORDER BY kept_because DESC, login, native_id LIMIT $3`, [directoryId, runId, limit])
  }

  async saveCursor(tx: Queryable, directoryId: string, cursor: string | null, kind: RunKind): Promise<void> {
    await tx.execute(
      `INSERT INTO import_state AS s (directory_id, cursor, first_completed_at, full_at, changes_at)
       VALUES ($1, $2, now(), CASE WHEN $3 = 'full' THEN now() END, now())
       ON CONFLICT (directory_id) DO UPDATE SET cursor = excluded.cursor, changes_at = now(),
         first_completed_at = coalesce(s.first_completed_at, now()), full_at = coalesce(excluded.full_at, s.full_at)`,
      [directoryId, cursor, kind])
  }

  /** What a page named without writing it: accounts that are as they were, keys alone, and what it says is gone. */
  async note(tx: Queryable, { runId, directoryId }: { runId: string; directoryId: string }, present: readonly string[], gone: readonly string[]): Promise<void> {
    if (present.length > 0) await this.#note(tx, runId, present, false)
    if (gone.length === 0) return
    await this.#note(tx, runId, gone, true)
    await tx.execute('UPDATE account SET written_by = NULL WHERE directory_id = $1 AND native_id = ANY ($2::text[]) AND written_by = $3', [directoryId, gone, runId])
  }
  async #note(tx: Queryable, runId: string, keys: readonly string[], isGone: boolean): Promise<void> {
    await tx.execute(
      `INSERT INTO import_seen (run_id, native_id, is_gone) SELECT $1::uuid, key, $3 FROM unnest($2::text[]) AS named (key)
       ON CONFLICT (run_id, native_id) DO UPDATE SET is_gone = excluded.is_gone WHERE import_seen.is_gone <> excluded.is_gone`,
      [runId, [...new Set(keys)], isGone])
  }
  /** Keys that were listed and that nothing on record has: they were moved in without a trace of their own. */
  async countUnknown(tx: Tx, runId: string, directoryId: string): Promise<number> {
    await asWholes(tx)
    const [row] = await tx.query<{ unknown: number }>(
      `SELECT count(*)::int AS unknown FROM import_seen s WHERE s.run_id = $1 AND NOT s.is_gone
         AND NOT EXISTS (SELECT FROM account a WHERE a.directory_id = $2 AND a.native_id = s.native_id AND a.gone_at IS NULL)`, [runId, directoryId])
    return row!.unknown
  }
  async countGone(tx: Tx, runId: string, directoryId: string, complete: boolean): Promise<number> {
    await asWholes(tx)
    const [row] = await tx.query<{ gone: number }>(
      `SELECT count(*)::int AS gone FROM account a WHERE a.directory_id = $2 AND a.gone_at IS NULL AND ${goneWhen(complete)}`, [runId, directoryId])
    return row!.gone
  }
  /** A batch of them; an empty answer: that was all. */
  markGone(tx: Tx, runId: string, directoryId: string, complete: boolean, limit: number): Promise<{ personId: string | null }[]> {
    return tx.query(
      `UPDATE account SET gone_at = now() WHERE id IN (
         SELECT a.id FROM account a WHERE a.directory_id = $2 AND a.gone_at IS NULL AND ${goneWhen(complete)} ORDER BY a.person_id LIMIT $3)
       RETURNING person_id AS "personId"`, [runId, directoryId, limit])
  }
}

/** For this transaction: compare tables as wholes. Without statistics yet Postgres would take them for small and go through one for each row of the other. */
const asWholes = (tx: Tx): Promise<object[]> => tx.query(`SELECT set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)`)

/** After a read that named everybody: what it did not name. Otherwise only what it said. */
const goneWhen = (complete: boolean): string => `a.written_by IS DISTINCT FROM $1 AND ${complete
  ? 'NOT EXISTS (SELECT FROM import_seen s WHERE s.run_id = $1 AND s.native_id = a.native_id AND NOT s.is_gone)'
  : 'EXISTS (SELECT FROM import_seen s WHERE s.run_id = $1 AND s.native_id = a.native_id AND s.is_gone)'}`
