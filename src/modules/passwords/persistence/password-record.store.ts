import { Injectable } from '@nestjs/common'
import type { Queryable, Tx } from '../../../platform/database/database.js'

export type PasswordRecordRow = {
  account_id: string
  change_count: number
  reset_flag: boolean
  changed_at: Date | null
  expires_at: Date | null
  set_by_origin: string | null
}

@Injectable()
export class PasswordRecordStore {
  /** Remembers how long the directory lets a password live, so that the settle can date its end without asking. */
  async noteMaxAge(tx: Tx, accountId: string, personId: string, maxAgeSeconds: number | null): Promise<void> {
    await tx.execute(
      `INSERT INTO password_record (account_id, person_id, max_age_seconds) VALUES ($1, $2, $3)
       ON CONFLICT (account_id) DO UPDATE SET person_id = EXCLUDED.person_id, max_age_seconds = EXCLUDED.max_age_seconds`,
      [accountId, personId, maxAgeSeconds],
    )
  }

  /** Counts one effective write. False: this run of this task was counted already. */
  async recordChange(tx: Tx, change: {
    taskId: string; run: number; accountId: string; personId: string; kind: string; origin: string; mustChange: boolean
  }): Promise<boolean> {
    const rows = await tx.query(
      `WITH change AS (
         INSERT INTO password_change (task_id, run, account_id, kind, origin, must_change, changed_at)
         VALUES ($1, $2, $3, $5, $6, $7, clock_timestamp())
         ON CONFLICT DO NOTHING
         RETURNING account_id, origin, must_change, changed_at)
       INSERT INTO password_record AS record (account_id, person_id, change_count, reset_flag, changed_at, set_by_origin)
       SELECT account_id, $4, 1, must_change, changed_at, origin FROM change
       ON CONFLICT (account_id) DO UPDATE SET
         person_id = EXCLUDED.person_id,
         change_count = record.change_count + 1,
         reset_flag = EXCLUDED.reset_flag,
         changed_at = EXCLUDED.changed_at,
         -- one that must be changed at the next sign-in has no life of its own
         expires_at = CASE WHEN NOT EXCLUDED.reset_flag
           THEN EXCLUDED.changed_at + record.max_age_seconds * interval '1 second' END,
         set_by_origin = EXCLUDED.set_by_origin
       RETURNING account_id`,
      [change.taskId, change.run, change.accountId, change.personId, change.kind, change.origin, change.mustChange],
    )
    return rows.length === 1
  }

  async list(on: Queryable, accountIds: readonly string[]): Promise<PasswordRecordRow[]> {
    return on.query<PasswordRecordRow>(
      `SELECT account_id, change_count, reset_flag, changed_at, expires_at, set_by_origin
       FROM password_record WHERE account_id = ANY ($1)`,
      [accountIds],
    )
  }
}
