import { Injectable } from '@nestjs/common'
import { Database, type Queryable, type Tx } from '../../../platform/database/database.js'
import { untilReopened, within } from './sliding-window.js'

export type WrongBudget = { readonly most: number; readonly seconds: number }
export type SendBudget = { readonly shortMost: number; readonly shortSeconds: number; readonly dayMost: number }
/** `stamp` identifies this try, so that exactly it can be given back; microseconds, hence text. */
export type CountedWrong = { readonly stamp: string; readonly count: number }
export type SendColumn = 'sent_at' | 'resent_at'
/** What was sent in the last day, how much of it in the short window, by the database's clock. */
export type SendState = { readonly stamps: Date[]; readonly recent: number; readonly at: Date }

const DAY = '86400'

const nthNewest = (stamps: string, n: string): string =>
  `(SELECT s FROM unnest(${stamps}) AS s ORDER BY s DESC OFFSET ${n}::int - 1 LIMIT 1)`

export const sendState = (stamps: string, recentSeconds: string): string =>
  `${within(stamps, DAY)} AS stamps, cardinality(${within(stamps, recentSeconds)}) AS recent, now() AS at`

@Injectable()
export class BudgetStore {
  constructor(private readonly database: Database) {}

  /** Counts a try as wrong before it is compared, in its own committed statement; null when the budget is spent. */
  async countWrong(subjectKey: Buffer, { most, seconds }: WrongBudget): Promise<CountedWrong | null> {
    const open = untilReopened('b.wrong_at', '$3', '$2')
    const [row] = await this.database.query<CountedWrong>(
      `INSERT INTO verification_budget AS b (subject_key, wrong_at) VALUES ($1, ARRAY[clock_timestamp()])
       ON CONFLICT (subject_key) DO UPDATE SET wrong_at = (${open}) || clock_timestamp(), touched_at = now()
       WHERE cardinality(${open}) < $2
       RETURNING wrong_at[cardinality(wrong_at)]::text AS stamp, cardinality(wrong_at) AS count`,
      [subjectKey, most, seconds],
    )
    return row ?? null
  }

  /** The try was right after all. A person who has proved who they are also has not been sent codes for nothing. */
  async giveBack(tx: Tx, subjectKey: Buffer, stamp: string | null): Promise<void> {
    await tx.execute(
      `UPDATE verification_budget SET wrong_at = array_remove(wrong_at, $2::timestamptz), sent_at = '{}' WHERE subject_key = $1`,
      [subjectKey, stamp],
    )
  }

  async closedUntil(on: Queryable, subjectKey: Buffer, { most, seconds }: WrongBudget): Promise<Date | null> {
    const [row] = await on.query<{ until: Date | null }>(
      `SELECT CASE WHEN cardinality(${untilReopened('wrong_at', '$3', '$2')}) >= $2
                   THEN wrong_at[cardinality(wrong_at)] + make_interval(secs => $3) END AS until
       FROM verification_budget WHERE subject_key = $1`,
      [subjectKey, most, seconds],
    )
    return row?.until ?? null
  }

  /** Takes one send, in the caller's transaction: a code that is not sent costs nothing. Null when none may be taken. */
  async takeSend(
    tx: Tx, subjectKey: Buffer, column: SendColumn, wrong: WrongBudget, send: SendBudget, recentSeconds: number,
  ): Promise<SendState | null> {
    const day = within(`b.${column}`, DAY)
    const [row] = await tx.query<SendState>(
      `INSERT INTO verification_budget AS b (subject_key, ${column})
       SELECT $1, ARRAY[now()] WHERE $4 > 0 AND $6 > 0
       ON CONFLICT (subject_key) DO UPDATE SET ${column} = ${day} || now(), touched_at = now()
       WHERE cardinality(${untilReopened('b.wrong_at', '$3', '$2')}) < $2
         AND cardinality(${within(`b.${column}`, '$5')}) < $4 AND cardinality(${day}) < $6
       RETURNING ${sendState('b.resent_at', '$7')}`,
      [subjectKey, wrong.most, wrong.seconds, send.shortMost, send.shortSeconds, send.dayMost, recentSeconds],
    )
    return row ?? null
  }

  /** When the entry that fills a window leaves it; the later of the two windows. */
  async freeAgainAt(on: Queryable, subjectKey: Buffer, column: SendColumn, send: SendBudget): Promise<Date> {
    const [row] = await on.query<{ at: Date }>(
      `SELECT greatest(now(),
                ${nthNewest(column, '$2')} + make_interval(secs => $3),
                ${nthNewest(column, '$4')} + make_interval(secs => ${DAY})) AS at
       FROM verification_budget WHERE subject_key = $1`,
      [subjectKey, Math.max(send.shortMost, 1), send.shortSeconds, Math.max(send.dayMost, 1)],
    )
    return row!.at
  }

  /** Untouched for so long that every window in it is over. */
  removeOld(days: number, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM verification_budget WHERE subject_key IN (
         SELECT subject_key FROM verification_budget WHERE touched_at < now() - make_interval(days => $1)
         ORDER BY touched_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [days, limit],
    )
  }
}
