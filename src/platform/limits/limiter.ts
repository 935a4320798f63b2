import { Injectable } from '@nestjs/common'
import { DomainError } from '../../kernel/domain-error.js'
import { KeyRing } from '../crypto/keyring.js'
import { Database } from '../database/database.js'
import { networkOf } from './network-of.js'

/** So many tries in so many seconds for one caller. Data: a module's settings hold its rules. */
export type LimitRule = {
  /** Names the budget; budgets of different rules are separate. For example self-service.start.address. */
  readonly name: string
  readonly points: number
  readonly perSeconds: number
  /** The first refusal closes the door for this long, counted from then. Absent: until the window ends. */
  readonly blockSeconds?: number
  /** What a text key is; it chooses the hash key. `address` unless told. */
  readonly keyIs?: 'address' | 'identifier'
}
/** Text is hashed here; a Buffer is a keyed hash already (32 bytes). */
export type LimitKey = string | Buffer
export type Charge = { readonly rule: LimitRule; readonly key: LimitKey }

type Verdict = { refused: boolean; windowEnds: Date }

/**
 * Budgets in Postgres, so that every process counts in the same book, by the database's clock. One statement a call,
 * whatever the answer: it charges, starts a new window when the old one ended, and counts the refusal.
 * It commits by itself: what a caller rolls back stays charged.
 */
@Injectable()
export class Limiter {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
  ) {}

  /** Charges one try. Throws RATE_LIMITED with `retryAt` when the budget is spent. */
  consume(rule: LimitRule, key: LimitKey): Promise<void> {
    return this.consumeAll([{ rule, key }])
  }

  /** Charges every budget in one round trip, also those after one that is spent; the latest end is the answer. */
  async consumeAll(charges: readonly Charge[]): Promise<void> {
    // One order for everybody: two calls that share two rows can wait for each other, never in a circle.
    const rows = charges.map(({ rule, key }) => ({ rule, hash: this.hashOf(rule, key) })).sort(byRuleAndHash)
    const verdicts = await this.database.query<Verdict>(CHARGE, [
      rows.map(({ rule }) => rule.name),
      rows.map(({ hash }) => hash),
      rows.map(({ rule }) => rule.points),
      rows.map(({ rule }) => rule.perSeconds),
      rows.map(({ rule }) => rule.blockSeconds ?? 0),
    ])
    const ends = verdicts.filter(({ refused }) => refused).map(({ windowEnds }) => windowEnds.getTime())
    if (ends.length > 0) throw new DomainError('RATE_LIMITED', { retryAt: new Date(Math.max(...ends)) })
  }

  private hashOf(rule: LimitRule, key: LimitKey): Buffer {
    if (Buffer.isBuffer(key)) return key
    return rule.keyIs === 'identifier' ? this.keys.hash('identifier', key) : this.keys.hash('address', networkOf(key))
  }
}

const byRuleAndHash = (a: { rule: LimitRule; hash: Buffer }, b: { rule: LimitRule; hash: Buffer }): number =>
  a.rule.name < b.rule.name ? -1 : a.rule.name > b.rule.name ? 1 : Buffer.compare(a.hash, b.hash)

// `used` stops at points + 1: the one step past the budget is where a block begins, and a flood cannot overflow it.
const CHARGE = `
  WITH charge AS (
    SELECT * FROM unnest($1::text[], $2::bytea[], $3::int[], $4::float8[], $5::float8[])
      AS c (rule, key_hash, points, per_seconds, block_seconds)
  ), spent AS (
    INSERT INTO limit_budget AS b (rule, key_hash, used, window_ends)
    SELECT rule, key_hash, 1, now() + make_interval(secs => per_seconds) FROM charge
    ON CONFLICT (rule, key_hash) DO UPDATE SET
      used = CASE WHEN b.window_ends <= now() THEN 1
                  ELSE least(b.used + 1, (SELECT points FROM charge c WHERE c.rule = b.rule AND c.key_hash = b.key_hash) + 1) END,
      window_ends = CASE WHEN b.window_ends <= now() THEN excluded.window_ends
                         ELSE (SELECT CASE WHEN b.used = c.points AND c.block_seconds > 0
                                           THEN now() + make_interval(secs => c.block_seconds) ELSE b.window_ends END
                               FROM charge c WHERE c.rule = b.rule AND c.key_hash = b.key_hash) END
    RETURNING rule, key_hash, used, window_ends
  ), verdict AS (
    SELECT s.rule, s.key_hash, s.used > c.points AS refused, s.window_ends FROM spent s JOIN charge c USING (rule, key_hash)
  ), counted AS (
    INSERT INTO limit_refusal AS r (source_hash, rule, minute, count)
    SELECT key_hash, rule, date_trunc('minute', now()), 1 FROM verdict WHERE refused
    ON CONFLICT (source_hash, rule, minute) DO UPDATE SET count = r.count + 1
  )
  SELECT refused, window_ends AS "windowEnds" FROM verdict`
