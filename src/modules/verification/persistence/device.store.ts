import { Injectable } from '@nestjs/common'
import { Database, type Queryable, type Tx } from '../../../platform/database/database.js'
import { within } from './sliding-window.js'

const DAY = '86400'
const USABLE = 'token_hash = $1 AND person_id = $2 AND expires_at > now()'

/** Browsers that have proved a person. Only the keyed hash of their cookie is kept. */
@Injectable()
export class DeviceStore {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, tokenHash: Buffer, personId: string, days: number): Promise<void> {
    await tx.execute(
      `INSERT INTO verification_device (token_hash, person_id, expires_at) VALUES ($1, $2, now() + make_interval(days => $3))`,
      [tokenHash, personId, days],
    )
  }

  async keepNewest(tx: Tx, personId: string, count: number): Promise<void> {
    await tx.execute(
      `DELETE FROM verification_device WHERE token_hash IN (
         SELECT token_hash FROM verification_device WHERE person_id = $1 ORDER BY last_used_at DESC, created_at DESC OFFSET $2)`,
      [personId, count],
    )
  }

  async isKnown(on: Queryable, tokenHash: Buffer, personId: string): Promise<boolean> {
    return (await on.query(`SELECT 1 AS known FROM verification_device WHERE ${USABLE}`, [tokenHash, personId])).length > 0
  }

  /** A try of this browser's own budget, counted before the comparison. Null: no such browser of this person, or spent. */
  async countWrong(tokenHash: Buffer, personId: string, most: number): Promise<{ stamp: string; count: number } | null> {
    const [row] = await this.database.query<{ stamp: string; count: number }>(
      `UPDATE verification_device SET wrong_at = ${within('wrong_at', DAY)} || clock_timestamp(), last_used_at = now()
       WHERE ${USABLE} AND cardinality(${within('wrong_at', DAY)}) < $3
       RETURNING wrong_at[cardinality(wrong_at)]::text AS stamp, cardinality(wrong_at) AS count`,
      [tokenHash, personId, most],
    )
    return row ?? null
  }

  async giveBack(tx: Tx, tokenHash: Buffer, stamp: string): Promise<void> {
    await tx.execute(
      'UPDATE verification_device SET wrong_at = array_remove(wrong_at, $2::timestamptz) WHERE token_hash = $1',
      [tokenHash, stamp],
    )
  }

  /** A code sent to this browser's person although the shared budget is spent. */
  async takeSend(tx: Tx, tokenHash: Buffer, personId: string, most: { sends: number; tries: number }): Promise<boolean> {
    const rows = await tx.execute(
      `UPDATE verification_device SET sent_at = ${within('sent_at', DAY)} || now(), last_used_at = now()
       WHERE ${USABLE} AND cardinality(${within('sent_at', DAY)}) < $3 AND cardinality(${within('wrong_at', DAY)}) < $4`,
      [tokenHash, personId, most.sends, most.tries],
    )
    return rows === 1
  }

  voidAll(tx: Tx): Promise<number> {
    return tx.execute('DELETE FROM verification_device')
  }

  removeExpired(limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM verification_device WHERE token_hash IN (
         SELECT token_hash FROM verification_device WHERE expires_at <= now()
         ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    )
  }
}
