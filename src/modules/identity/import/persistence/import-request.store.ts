import { Injectable } from '@nestjs/common'
import type { Queryable, Tx } from '../../../../platform/database/database.js'
import type { RunKind } from './import-run.store.js'

export type NewImportRequest = {
  readonly id: string
  readonly directoryId: string
  readonly kind: RunKind
  readonly dryRun: boolean
  readonly confirmGone: boolean
  readonly requestedBy: string
  readonly correlationId: string
}
export type ClaimedRequest = NewImportRequest & { readonly fence: string; readonly ageSeconds: number }
export type ImportRequestRow = NewImportRequest & {
  readonly requestedAt: Date
  readonly state: 'waiting' | 'done' | 'refused'
  readonly errorCode: string | null
  readonly diagnostic: string | null
}

const ASKED = `r.id, r.directory_id AS "directoryId", r.kind, r.dry_run AS "dryRun", r.confirm_gone AS "confirmGone",
  r.requested_by AS "requestedBy", r.correlation_id AS "correlationId"`
const ROW = `${ASKED}, r.requested_at AS "requestedAt", r.state, r.error_code AS "errorCode", r.diagnostic`
/** A request whose run is on record has been answered by it, also when its worker died before it could say so. */
const OPEN = `r.state = 'waiting' AND NOT EXISTS (SELECT FROM import_run i WHERE i.id = r.id)`

/** Imports that somebody asked for and that have not begun. */
@Injectable()
export class ImportRequestStore {
  /** False: one of this directory is waiting already. */
  async insert(tx: Tx, request: NewImportRequest): Promise<boolean> {
    // two at once wait for each other here, so that the second sees the first
    await tx.query('SELECT id FROM directory WHERE id = $1 FOR NO KEY UPDATE', [request.directoryId])
    return await tx.execute(
      `INSERT INTO import_request (id, directory_id, kind, dry_run, confirm_gone, requested_by, correlation_id)
       SELECT $1, $2, $3, $4, $5, $6, $7
       WHERE NOT EXISTS (SELECT FROM import_request r WHERE r.directory_id = $2 AND ${OPEN})`,
      [request.id, request.directoryId, request.kind, request.dryRun, request.confirmGone, request.requestedBy, request.correlationId]) === 1
  }

  claim(on: Queryable, limit: number, leaseSeconds: number): Promise<ClaimedRequest[]> {
    return on.query<ClaimedRequest>(
      `WITH due AS MATERIALIZED (
         SELECT r.id FROM import_request r WHERE ${OPEN} AND r.run_at <= now() AND (r.lease_until IS NULL OR r.lease_until <= now())
         ORDER BY r.run_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       UPDATE import_request r SET lease_until = now() + make_interval(secs => $2), fence = r.fence + 1
       FROM due WHERE r.id = due.id
       RETURNING ${ASKED}, r.fence, extract(epoch FROM now() - r.requested_at)::float8 AS "ageSeconds"`, [limit, leaseSeconds])
  }
  async done(on: Queryable, { id, fence }: ClaimedRequest): Promise<void> {
    await on.execute(`UPDATE import_request SET state = 'done', lease_until = NULL WHERE id = $1 AND fence = $2 AND state = 'waiting'`, [id, fence])
  }
  /** False: it has begun after all, or somebody else has it. */
  async refuse(on: Queryable, { id, fence }: ClaimedRequest, errorCode: string, diagnostic: string): Promise<boolean> {
    return await on.execute(
      `UPDATE import_request r SET state = 'refused', lease_until = NULL, error_code = $3, diagnostic = $4
       WHERE r.id = $1 AND r.fence = $2 AND ${OPEN}`,
      [id, fence, errorCode, diagnostic]) === 1
  }
  async putOff(on: Queryable, { id, fence }: ClaimedRequest, seconds: number): Promise<void> {
    await on.execute(
      `UPDATE import_request SET lease_until = NULL, run_at = now() + make_interval(secs => $3)
       WHERE id = $1 AND fence = $2 AND state = 'waiting'`,
      [id, fence, seconds])
  }

  async find(on: Queryable, id: string): Promise<ImportRequestRow | null> {
    const [row] = await on.query<ImportRequestRow>(`SELECT ${ROW} FROM import_request r WHERE r.id = $1`, [id])
    return row ?? null
  }
  /** Newest first, of those that have no run. */
  withoutRun(on: Queryable, directoryId: string, limit: number): Promise<ImportRequestRow[]> {
    return on.query<ImportRequestRow>(
      `SELECT ${ROW} FROM import_request r WHERE r.directory_id = $1 AND NOT EXISTS (SELECT FROM import_run i WHERE i.id = r.id)
       ORDER BY r.requested_at DESC LIMIT $2`, [directoryId, limit])
  }
  async measure(on: Queryable): Promise<{ depth: number; oldestSeconds: number }> {
    const [row] = await on.query<{ depth: number; oldestSeconds: number }>(
      `SELECT count(*)::int AS depth, coalesce(extract(epoch FROM now() - min(r.requested_at)), 0)::float8 AS "oldestSeconds"
       FROM import_request r WHERE ${OPEN}`)
    return row!
  }
}
