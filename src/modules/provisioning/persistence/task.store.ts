import { Injectable } from '@nestjs/common'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { taskColumns, type TaskRow } from './task-row.js'

export type NewTaskRow = {
  id: string; kind: string; origin: string; requestId: string; personId: string; accountId: string
  directoryId: string; directoryName: string; directoryPosition: number
  nativeId: string; login: string; mustChange: boolean; actorKind: string; actorId: string | null; correlationId: string
  sealedSecret: Buffer | null; secretTtlSeconds: number; retrySeconds: number; checkSeconds: number
}

const COLUMNS = taskColumns('task').join(', ')

/** Tasks from the side that submits and reads them. Claiming and settling are in `claim.store`. */
@Injectable()
export class TaskStore {
  /** Null when the account has an open task: the partial unique index decides, without breaking the transaction. */
  async insert(tx: Tx, row: NewTaskRow): Promise<TaskRow | null> {
    const [inserted] = await tx.query<TaskRow>(
      `INSERT INTO provisioning_task AS task
         (id, kind, origin, request_id, person_id, account_id, directory_id, native_id, login, must_change, actor_kind, actor_id,
          correlation_id, sealed_secret, secret_ttl_seconds, secret_until, retry_until, check_until, directory_name,
          directory_position)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::bytea, $15::integer,
          CASE WHEN $14::bytea IS NOT NULL THEN now() + make_interval(secs => $15::integer) END,
          now() + make_interval(secs => $16), now() + make_interval(secs => $17), $18, $19)
       ON CONFLICT (account_id) WHERE state IN ('queued', 'running', 'retrying', 'checking') DO NOTHING
       RETURNING ${COLUMNS}`,
      [row.id, row.kind, row.origin, row.requestId, row.personId, row.accountId, row.directoryId, row.nativeId, row.login,
        row.mustChange, row.actorKind, row.actorId, row.correlationId, row.sealedSecret, row.secretTtlSeconds,
        row.retrySeconds, row.checkSeconds, row.directoryName, row.directoryPosition],
    )
    return inserted ?? null
  }

  /** Locks the row for the re-run that is about to be decided. */
  async lock(tx: Tx, id: string): Promise<(TaskRow & { sealed_secret: Buffer | null; secret_ttl_seconds: number }) | null> {
    const [row] = await tx.query<TaskRow & { sealed_secret: Buffer | null; secret_ttl_seconds: number }>(
      `SELECT ${COLUMNS}, task.sealed_secret, task.secret_ttl_seconds FROM provisioning_task AS task WHERE id = $1 FOR UPDATE`,
      [id],
    )
    return row ?? null
  }

  /**
   * Starts another run of the same row. A new password brings a new end; without one the old end stays: a re-run never
   * lengthens the life of a password. Null: not in `from`, runs used up, the password is gone, or the account is busy.
   */
  async rerun(tx: Tx, id: string, move: { from: readonly string[]; to: string }, run: {
    maxRuns: number; sealedSecret: Buffer | null; needsSecret: boolean; retrySeconds: number; checkSeconds: number
  }): Promise<TaskRow | null> {
    const [row] = await tx.query<TaskRow>(
      `UPDATE provisioning_task AS task SET
         state = $2, runs = runs + 1, failures = 0, run_at = now(), lease_until = NULL, settled_at = NULL,
         code = NULL, params = '{}', diagnostic = NULL, changed = NULL, may_have_changed = false,
         sealed_secret = COALESCE($5::bytea, sealed_secret),
         secret_until = CASE WHEN $5::bytea IS NULL THEN secret_until ELSE now() + make_interval(secs => secret_ttl_seconds) END,
         retry_until = CASE WHEN $6 AND $5::bytea IS NULL
           THEN LEAST(now() + make_interval(secs => $7), secret_until) ELSE now() + make_interval(secs => $7) END,
         check_until = CASE WHEN $6 AND $5::bytea IS NULL THEN secret_until ELSE now() + make_interval(secs => $8) END
       WHERE id = $1 AND state = ANY ($3) AND runs < $4
         AND (NOT $6 OR $5::bytea IS NOT NULL OR (sealed_secret IS NOT NULL AND secret_until > now()))
         AND NOT EXISTS (SELECT 1 FROM provisioning_task AS open WHERE open.account_id = task.account_id
           AND open.state IN ('queued', 'running', 'retrying', 'checking'))
       RETURNING ${COLUMNS}`,
      [id, move.to, move.from, run.maxRuns, run.sealedSecret, run.needsSecret, run.retrySeconds, run.checkSeconds],
    )
    return row ?? null
  }

  async hasOpen(on: Queryable, accountId: string): Promise<boolean> {
    const rows = await on.query(
      `SELECT 1 FROM provisioning_task WHERE account_id = $1 AND state IN ('queued', 'running', 'retrying', 'checking')`,
      [accountId],
    )
    return rows.length > 0
  }

  /** Ids are time-ordered, so this is the order of submission. */
  async listByRequests(on: Queryable, requestIds: readonly string[]): Promise<TaskRow[]> {
    return on.query<TaskRow>(
      `SELECT ${COLUMNS} FROM provisioning_task AS task WHERE request_id = ANY ($1) ORDER BY id`,
      [requestIds],
    )
  }

  /** Erases passwords past their time. Rows being written right now are skipped: their settle erases. */
  async eraseExpiredSecrets(on: Queryable): Promise<number> {
    return on.execute(
      `UPDATE provisioning_task SET sealed_secret = NULL WHERE id IN (
         SELECT id FROM provisioning_task WHERE sealed_secret IS NOT NULL AND secret_until <= now() FOR UPDATE SKIP LOCKED)`,
    )
  }

  /** Ends every open task without a secret; the attempt that was under way ends with it. */
  async voidOpen(tx: Tx, move: { from: readonly string[]; to: string }): Promise<{ id: string; personId: string; accountId: string }[]> {
    return tx.query(
      `WITH voided AS (
         UPDATE provisioning_task SET state = $2, settled_at = now(), sealed_secret = NULL, lease_until = NULL, fence = fence + 1,
           code = 'OUTCOME_UNKNOWN', may_have_changed = true, diagnostic = 'the database was restored from a backup'
         WHERE state = ANY ($1::text[]) RETURNING id, person_id, account_id),
       ended AS (
         UPDATE provisioning_attempt SET ended_at = now(), result = 'unknown', code = 'OUTCOME_UNKNOWN'
         WHERE ended_at IS NULL AND task_id IN (SELECT id FROM voided))
       SELECT id, person_id AS "personId", account_id AS "accountId" FROM voided`,
      [move.from, move.to],
    )
  }

  async measure(on: Queryable): Promise<{ depth: number; oldestSeconds: number }> {
    const [row] = await on.query<{ depth: number; oldest: number }>(
      `SELECT count(*)::integer AS depth,
         COALESCE(EXTRACT(epoch FROM now() - min(run_at) FILTER (WHERE run_at <= now())), 0)::float8 AS oldest
       FROM provisioning_task WHERE state IN ('queued', 'running', 'retrying', 'checking')`,
    )
    return { depth: row?.depth ?? 0, oldestSeconds: row?.oldest ?? 0 }
  }
}
