import { Injectable } from '@nestjs/common'
import { Database, type Queryable } from '../../../platform/database/database.js'

@Injectable()
export class PasswordBudgetStore {
  constructor(private readonly database: Database) {}

  /** Takes one try before the bind, in its own committed statement; null when no more may be made. */
  async take(key: Buffer, most: number, windowSeconds: number): Promise<number | null> {
    const [row] = await this.database.query<{ tries: number }>(
      `INSERT INTO verification_password_budget AS b (budget_key, tries, last_at, window_seconds)
       VALUES ($1, 1, clock_timestamp(), $3)
       ON CONFLICT (budget_key) DO UPDATE
       SET tries = CASE WHEN b.last_at > now() - make_interval(secs => $3) THEN b.tries + 1 ELSE 1 END,
           last_at = clock_timestamp(), window_seconds = $3
       WHERE b.tries < $2 OR b.last_at <= now() - make_interval(secs => $3)
       RETURNING tries`,
      [key, most, windowSeconds],
    )
    return row?.tries ?? null
  }

  /** When the quiet time after the last try is over. */
  async closedUntil(key: Buffer): Promise<Date> {
    const [row] = await this.database.query<{ until: Date }>(
      `SELECT coalesce((SELECT last_at + make_interval(secs => window_seconds)
                        FROM verification_password_budget WHERE budget_key = $1), now()) AS until`,
      [key],
    )
    return row!.until
  }

  /** The bind certainly did not reach the directory. */
  async giveBack(key: Buffer): Promise<void> {
    await this.database.execute(
      'UPDATE verification_password_budget SET tries = tries - 1 WHERE budget_key = $1 AND tries > 0', [key])
  }

  /** A right password starts the directory's count anew, and with it ours. */
  async reset(on: Queryable, key: Buffer): Promise<void> {
    await on.execute('UPDATE verification_password_budget SET tries = 0 WHERE budget_key = $1', [key])
  }

  removeOld(limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM verification_password_budget WHERE budget_key IN (
         SELECT budget_key FROM verification_password_budget
         WHERE last_at < now() - interval '1 day' AND last_at < now() - make_interval(secs => window_seconds)
         ORDER BY last_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    )
  }
}
