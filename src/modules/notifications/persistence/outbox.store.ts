import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import { leaseClaim } from '../../../platform/queue/index.js'

export type NewOutboxRow = {
  readonly id: string
  readonly template: string
  readonly channel: 'mail'
  readonly state: 'queued' | 'decoy'
  readonly recipient: Buffer
  readonly payload: Buffer
  readonly language: Language
  readonly personId: string | null
  readonly usefulUntil: Date
  readonly onceKey: string | null
  readonly correlationId: string
}
export type ClaimedRow = {
  readonly id: string
  readonly fence: string
  readonly template: string
  readonly language: Language
  readonly recipient: Buffer
  readonly payload: Buffer
  readonly attempts: number
}
export type Settled = 'sent' | 'failed' | 'dropped'
export type Postponed = 'queued' | 'dropped' | 'lost'

const CLAIM = leaseClaim({
  table: 'outbox_message',
  states: ['queued', 'sending'],
  set: `state = 'sending', attempts = work.attempts + 1`,
  returning: ['work.template', 'work.language', 'work.recipient', 'work.payload', 'work.attempts'],
})

@Injectable()
export class OutboxStore {
  constructor(private readonly database: Database) {}

  /** The id of the row that holds the message: the given one, or the earlier one with the same key. */
  async insert(tx: Tx, row: NewOutboxRow): Promise<string> {
    // DO UPDATE of a column with itself and not DO NOTHING: only so does the statement return the row that was there
    const [kept] = await tx.query<{ id: string }>(
      `INSERT INTO outbox_message AS kept
         (id, template, channel, state, recipient, payload, language, person_id, useful_until, once_key, correlation_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO UPDATE SET once_key = kept.once_key
       RETURNING id`,
      [
        row.id, row.template, row.channel, row.state, row.recipient, row.payload, row.language, row.personId, row.usefulUntil,
        row.onceKey, row.correlationId,
      ],
    )
    return kept!.id
  }

  claim(limit: number, leaseSeconds: number): Promise<ClaimedRow[]> {
    return this.database.query<ClaimedRow>(CLAIM, [limit, leaseSeconds])
  }

  /** Milliseconds this mail is still worth sending, with the lease renewed for it; null when it is no longer ours or of use. */
  async stillUseful(row: ClaimedRow, leastUsefulMs: number, leaseSeconds: number): Promise<number | null> {
    const [found] = await this.database.query<{ ms: number }>(
      `UPDATE outbox_message SET lease_until = now() + make_interval(secs => $4)
       WHERE id = $1 AND fence = $2 AND state = 'sending' AND useful_until > now() + make_interval(secs => $3)
       RETURNING (extract(epoch FROM useful_until - now()) * 1000)::float8 AS ms`,
      [row.id, row.fence, leastUsefulMs / 1000, leaseSeconds],
    )
    return found?.ms ?? null
  }

  /** The end of a message: what it said and to whom is erased in the same statement. */
  async settle(row: ClaimedRow, state: Settled, error: string | null): Promise<boolean> {
    const rows = await this.database.execute(
      `UPDATE outbox_message
       SET state = $3, recipient = NULL, payload = NULL, lease_until = NULL, last_error = $4, settled_at = now()
       WHERE id = $1 AND fence = $2 AND state = 'sending'`,
      [row.id, row.fence, state, error],
    )
    return rows === 1
  }

  /** Ends everything that waits or is under way; the fence keeps whoever is sending one from settling it. Decoys wait for nobody. */
  voidWaiting(tx: Tx, because: string): Promise<number> {
    return tx.execute(
      `UPDATE outbox_message SET state = 'dropped', recipient = NULL, payload = NULL, lease_until = NULL, fence = fence + 1,
         last_error = $1, settled_at = now()
       WHERE state IN ('queued', 'sending')`,
      [because],
    )
  }

  /**
   * Back into the queue after `delayMs`, but for a last try while it is still of use; dropped when there is no time for one.
   */
  async postpone(row: ClaimedRow, delayMs: number, leastUsefulMs: number, error: string): Promise<Postponed> {
    const [after] = await this.database.query<{ state: 'queued' | 'dropped' }>(
      `UPDATE outbox_message
       SET state = CASE WHEN late THEN 'dropped' ELSE 'queued' END,
           recipient = CASE WHEN late THEN NULL ELSE recipient END,
           payload = CASE WHEN late THEN NULL ELSE payload END,
           settled_at = CASE WHEN late THEN now() END,
           run_at = least(now() + make_interval(secs => $3), last_chance),
           lease_until = NULL, last_error = $5
       FROM (SELECT useful_until - make_interval(secs => $4) - interval '1 second' AS last_chance,
                    useful_until <= now() + make_interval(secs => $4) + interval '1 second' AS late
             FROM outbox_message WHERE id = $1) AS time_left
       WHERE id = $1 AND fence = $2 AND state = 'sending'
       RETURNING state`,
      [row.id, row.fence, delayMs / 1000, leastUsefulMs / 1000, error],
    )
    return after?.state ?? 'lost'
  }

  /** At a stop: somebody else may have it at once. The attempt counts, a mail may have left. */
  async release(row: ClaimedRow): Promise<void> {
    await this.database.execute(
      `UPDATE outbox_message SET state = 'queued', lease_until = NULL WHERE id = $1 AND fence = $2 AND state = 'sending'`,
      [row.id, row.fence],
    )
  }

  async measure(): Promise<{ depth: number; oldestSeconds: number }> {
    const [found] = await this.database.query<{ depth: number; seconds: number }>(
      `SELECT count(*)::int AS depth, coalesce(extract(epoch FROM now() - min(run_at)), 0)::float8 AS seconds
       FROM outbox_message WHERE state IN ('queued', 'sending')`,
    )
    return { depth: found!.depth, oldestSeconds: Math.max(0, found!.seconds) }
  }

  /** A decoy loses its content when a real one would have. */
  eraseDecoys(limit: number): Promise<number> {
    return this.database.execute(
      `UPDATE outbox_message SET recipient = NULL, payload = NULL, settled_at = now()
       WHERE id IN (SELECT id FROM outbox_message WHERE state = 'decoy' AND settled_at IS NULL AND useful_until <= now()
                    ORDER BY useful_until LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    )
  }

  removeSettled(olderThanDays: number, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM outbox_message
       WHERE id IN (SELECT id FROM outbox_message WHERE settled_at < now() - make_interval(days => $1)
                    ORDER BY settled_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [olderThanDays, limit],
    )
  }
}
