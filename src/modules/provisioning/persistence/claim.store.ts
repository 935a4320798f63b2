import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../platform/database/database.js'
import type { RecordedChange } from '../../audit/index.js'
import { leaseClaim } from '../../../platform/queue/index.js'
import { taskColumns, type ClaimedRow } from './task-row.js'

type Move = { readonly from: readonly string[]; readonly to: string }
/** Whoever holds a claim names both: a statement under an older fence changes nothing. */
export type Hold = { readonly id: string; readonly fence: number }

/** `early_ms`: how long a read would still be too early. */
export type OpenAttemptRow = { readonly no: number; readonly marker_before: string; readonly early_ms: number }

export type Settle = {
  readonly move: Move
  readonly code: string | null
  readonly params: Record<string, string | number | boolean>
  readonly diagnostic: string | null
  readonly changed: boolean | null
  readonly mayHaveChanged: boolean
  readonly ended: boolean
  readonly eraseSecret: boolean
  /** Pause before the next claim; null for a task that has ended. */
  readonly againInMs: number | null
  /** Only while this time lasts; without it the statement changes nothing and the caller closes the task. */
  readonly while: 'retry_until' | 'check_until' | null
  /** How the open attempt ends; null leaves it open (its outcome is still being asked for). */
  readonly attemptResult: string | null
  /** No attempt was opened: this execution ended before its intent and gets its row now. */
  readonly recordReading: boolean
}

const COLUMNS = taskColumns('task').join(', ')
const lease = (of: string): string => `${of}.id = $1 AND ${of}.fence = $2`

/** Claiming and settling: the statements of the worker, each guarded by fence and state. */
@Injectable()
export class ClaimStore {
  readonly #claims = new Map<string, string>()

  /** `suspect` applies to a row whose worker is gone and whose intent has no outcome. */
  async claim(on: Queryable, limit: number, leaseSeconds: number, claim: Move, suspect: Move): Promise<ClaimedRow[]> {
    const key = `${claim.to} ${suspect.to}`
    let sql = this.#claims.get(key)
    if (!sql) {
      sql = claimStatement(claim, suspect)
      this.#claims.set(key, sql)
    }
    return on.query<ClaimedRow>(sql, [limit, leaseSeconds])
  }

  /** Opens the attempt that the write belongs to. It does not happen when the lease was lost, or the task is not running any more. */
  openAttempt(hold: Hold, running: string, markerBefore: string, writeWithinMs: number): RecordedChange {
    return {
      ctes: (recordable) => `task AS (
         UPDATE provisioning_task AS task SET attempts = attempts + 1
         WHERE ${lease('task')} AND state = $3 AND lease_until > now() AND ${recordable}
         RETURNING id, attempts, runs),
       change AS (
         INSERT INTO provisioning_attempt (task_id, no, run, phase, marker_before, write_until)
         SELECT id, attempts, runs, 'writing', $4, clock_timestamp() + $5 * interval '1 millisecond' FROM task
         RETURNING no AS attempt_no)`,
      params: [hold.id, hold.fence, running, markerBefore, writeWithinMs],
    }
  }

  /** Moves the task and ends its attempt. It does not happen when fence, state or time do not allow it. Answers the task. */
  settle(hold: Hold, settle: Settle): RecordedChange {
    return {
      ctes: (recordable) => `task AS (
         UPDATE provisioning_task AS task SET
           state = $3, code = $5, params = $6, diagnostic = $7, changed = $8, may_have_changed = $9,
           settled_at = CASE WHEN $10 THEN clock_timestamp() END,
           sealed_secret = CASE WHEN $11 THEN NULL ELSE sealed_secret END,
           lease_until = NULL,
           run_at = LEAST(clock_timestamp() + $12::float8 * interval '1 millisecond', ${settle.while ?? "'infinity'"}),
           failures = CASE WHEN $10 THEN failures ELSE failures + 1 END,
           attempts = attempts + CASE WHEN $14 THEN 1 ELSE 0 END
         WHERE ${lease('task')} AND state = ANY ($4) ${settle.while ? `AND ${settle.while} > now()` : ''} AND ${recordable}
         RETURNING *),
       ended AS (
         UPDATE provisioning_attempt AS attempt SET
           ended_at = CASE WHEN $13::text IS NOT NULL THEN clock_timestamp() END,
           result = $13, code = $5, diagnostic = $7
         FROM task WHERE attempt.task_id = task.id AND attempt.ended_at IS NULL),
       reading AS (
         INSERT INTO provisioning_attempt (task_id, no, run, phase, ended_at, result, code, diagnostic)
         SELECT id, attempts, runs, 'reading', clock_timestamp(), $13, $5, $7 FROM task WHERE $14),
       change AS (SELECT ${COLUMNS}, task.attempts AS attempt_no FROM task)`,
      params: [hold.id, hold.fence, settle.move.to, settle.move.from, settle.code, settle.params, settle.diagnostic, settle.changed,
        settle.mayHaveChanged, settle.ended, settle.eraseSecret, settle.againInMs ?? 0, settle.attemptResult,
        settle.recordReading],
    }
  }

  /** Keeps the state and looks again later: the question could not be answered yet. False: its time is over, or lost. */
  async postpone(
    on: Queryable, hold: Hold, state: string, inMs: number, code: string | null, diagnostic: string | null,
  ): Promise<boolean> {
    const changed = await on.execute(
      `UPDATE provisioning_task AS task SET lease_until = NULL, failures = failures + 1, code = COALESCE($5, code),
         diagnostic = COALESCE($6, diagnostic),
         run_at = LEAST(clock_timestamp() + $4::float8 * interval '1 millisecond', check_until)
       WHERE ${lease('task')} AND state = $3 AND check_until > now()`,
      [hold.id, hold.fence, state, inMs, code, diagnostic],
    )
    return changed === 1
  }

  /** The attempt whose outcome is not known. */
  async findOpenAttempt(on: Queryable, taskId: string): Promise<OpenAttemptRow | null> {
    const [row] = await on.query<OpenAttemptRow>(
      `SELECT no, marker_before,
         GREATEST(0, ceil(EXTRACT(epoch FROM write_until - clock_timestamp()) * 1000))::integer AS early_ms
       FROM provisioning_attempt WHERE task_id = $1 AND ended_at IS NULL AND phase = 'writing'`,
      [taskId],
    )
    return row ?? null
  }

  /** Counts a bind with the new password before it is sent. False: all were used, or the lease was lost. */
  async countProbe(on: Queryable, hold: Hold, no: number, max: number): Promise<boolean> {
    const changed = await on.execute(
      `UPDATE provisioning_attempt AS attempt SET probes = probes + 1
       FROM provisioning_task AS task
       WHERE ${lease('task')} AND attempt.task_id = task.id AND attempt.no = $3 AND attempt.ended_at IS NULL AND probes < $4`,
      [hold.id, hold.fence, no, max],
    )
    return changed === 1
  }

  /** For whoever knows the outcome and cannot record it yet. */
  async renew(on: Queryable, hold: Hold, leaseSeconds: number): Promise<void> {
    await on.execute(
      `UPDATE provisioning_task AS task SET lease_until = now() + make_interval(secs => $3)
       WHERE ${lease('task')} AND settled_at IS NULL AND lease_until > now()`,
      [hold.id, hold.fence, leaseSeconds],
    )
  }

  /** Gives the lease back at a graceful stop; whoever claims next decides by the attempt what has to happen. */
  async release(on: Queryable, hold: Hold): Promise<void> {
    await on.execute(`UPDATE provisioning_task AS task SET lease_until = NULL WHERE ${lease('task')} AND settled_at IS NULL`,
      [hold.id, hold.fence])
  }
}

function claimStatement(claim: Move, suspect: Move): string {
  const quoted = (states: readonly string[]): string => states.map((state) => `'${state}'`).join(', ')
  const set = `state = CASE
      WHEN prior.state IN (${quoted(claim.from)}) THEN '${claim.to}'
      WHEN prior.state IN (${quoted(suspect.from)}) AND EXISTS (
        SELECT 1 FROM provisioning_attempt AS attempt WHERE attempt.task_id = prior.id AND attempt.ended_at IS NULL)
        THEN '${suspect.to}'
      ELSE prior.state END`
  return leaseClaim({
    table: 'provisioning_task',
    states: ['queued', 'running', 'retrying', 'checking'],
    set,
    returning: [
      ...taskColumns('work').slice(1), 'prior.state AS prior_state', 'work.sealed_secret',
      '(work.retry_until <= now()) AS past_retry', '(work.check_until <= now()) AS past_check',
    ],
  })
}
