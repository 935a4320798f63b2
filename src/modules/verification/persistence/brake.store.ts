import { Injectable } from '@nestjs/common'
import { Database, type Queryable } from '../../../platform/database/database.js'

export type CodeCounts = { readonly wrong_this_minute: number; readonly wrong: number; readonly correct: number }

@Injectable()
export class BrakeStore {
  constructor(private readonly database: Database) {}

  /** Counts one answer of the whole tenant and returns this minute and the last `minutes` in the same statement. */
  async count(on: Queryable, kind: 'wrong' | 'correct', minutes: number): Promise<CodeCounts> {
    const [row] = await on.query<CodeCounts>(
      `WITH counted AS (
         INSERT INTO verification_minute AS m (minute, ${kind}) VALUES (date_trunc('minute', now()), 1)
         ON CONFLICT (minute) DO UPDATE SET ${kind} = m.${kind} + 1
         RETURNING minute, wrong, correct)
       SELECT c.wrong AS wrong_this_minute,
              (c.wrong + coalesce(sum(e.wrong), 0))::int AS wrong, (c.correct + coalesce(sum(e.correct), 0))::int AS correct
       FROM counted c LEFT JOIN verification_minute e
         ON e.minute > c.minute - make_interval(mins => $1) AND e.minute < c.minute
       GROUP BY c.wrong, c.correct`,
      [minutes],
    )
    return row!
  }

  /** True when it was not on before: one caller in the whole tenant hears it. */
  async pull(on: Queryable, seconds: number, reason: string): Promise<boolean> {
    const [row] = await on.query<{ fresh: boolean }>(
      `UPDATE verification_brake AS b SET active_until = now() + make_interval(secs => $1), reason = $2
       FROM (SELECT active_until FROM verification_brake FOR UPDATE) AS before
       WHERE before.active_until < now() + make_interval(secs => $1 - 10)
       RETURNING before.active_until <= now() AS fresh`,
      [seconds, reason],
    )
    return row?.fresh ?? false
  }

  async active(on: Queryable = this.database): Promise<boolean> {
    const [row] = await on.query<{ active: boolean }>('SELECT active_until > now() AS active FROM verification_brake')
    return row?.active ?? false
  }

  removeOldMinutes(): Promise<number> {
    return this.database.execute(`DELETE FROM verification_minute WHERE minute < now() - interval '1 day'`)
  }
}
