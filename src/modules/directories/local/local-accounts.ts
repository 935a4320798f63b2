import type { Tx } from '../../../platform/database/database.js'
import type { LocalSettings } from './local-settings.js'

export type LocalAccount = {
  readonly id: string
  readonly login: string
  readonly displayName: string
  readonly passwordHash: string | null
  readonly marker: string
  readonly passwordSetAt: Date | null
  readonly passwordExpiresAt: Date | null
  readonly passwordExpired: boolean
  readonly tooYoung: boolean
  readonly mustChange: boolean
  readonly disabled: boolean
  readonly expired: boolean
  readonly locked: boolean
  readonly lockedAt: Date | null
  readonly unlocksAt: Date | null
  readonly badCount: number
  readonly protectedGroup: string | null
}

/** A counted try: what to compare with, and whether this try has just locked the account until it proves right. */
export type Try = { readonly account: LocalAccount; readonly lockedBy: string | null }

// All times by the database's clock. $3 lockout duration, $4 window, $5 maximum age, $6 minimum age, in seconds (0: none).
const LOCKED = `(locked_at IS NOT NULL AND ($3 = 0 OR locked_at + make_interval(secs => $3) > clock_timestamp()))`
/** Wrong passwords from before are forgotten: the window has passed, or a lock has run out. */
const FORGOTTEN = `(bad_window_started_at IS NULL OR bad_window_started_at + make_interval(secs => $4) <= clock_timestamp()
  OR (locked_at IS NOT NULL AND NOT ${LOCKED}))`
const AGES = 'password_set_at IS NOT NULL AND NOT password_never_expires AND $5 > 0'
const COLUMNS = `id, login, display_name AS "displayName", password_hash AS "passwordHash", password_marker::text AS marker,
  password_set_at AS "passwordSetAt",
  CASE WHEN ${AGES} THEN password_set_at + make_interval(secs => $5) END AS "passwordExpiresAt",
  (${AGES} AND password_set_at + make_interval(secs => $5) <= clock_timestamp()) AS "passwordExpired",
  coalesce(password_set_at + make_interval(secs => $6) > clock_timestamp(), false) AS "tooYoung",
  must_change AS "mustChange", disabled,
  coalesce(account_expires_at <= clock_timestamp(), false) AS expired,
  ${LOCKED} AS locked,
  CASE WHEN ${LOCKED} THEN locked_at END AS "lockedAt",
  CASE WHEN ${LOCKED} AND $3 > 0 THEN locked_at + make_interval(secs => $3) END AS "unlocksAt",
  CASE WHEN ${FORGOTTEN} THEN 0 ELSE bad_count END AS "badCount",
  protected_group AS "protectedGroup"`

/** Statements over local_account and local_password_history of one directory. Each guard is in the statement itself. */
export class LocalAccounts {
  constructor(
    private readonly directoryId: string,
    private readonly settings: LocalSettings,
  ) {}

  async find(tx: Tx, id: string): Promise<LocalAccount | null> {
    const [account] = await tx.query<LocalAccount>(`SELECT ${COLUMNS} FROM local_account WHERE directory_id = $1 AND id = $2`, this.#params(id))
    return account ?? null
  }

  async search(tx: Tx, text: string, limit: number): Promise<LocalAccount[]> {
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
    return tx.query<LocalAccount>(
      `SELECT ${COLUMNS} FROM local_account
       WHERE directory_id = $1 AND $2::text IS NOT NULL AND (login ILIKE $2 OR display_name ILIKE $2) ORDER BY lower(login) LIMIT $7`,
      [...this.#params(pattern), limit],
    )
  }

  /** In the order of the keys, from behind `after`. */
  page(tx: Tx, after: string, limit: number): Promise<(LocalAccount & { expiresAt: Date | null })[]> {
    return tx.query(
      `SELECT ${COLUMNS}, account_expires_at AS "expiresAt" FROM local_account WHERE directory_id = $1 AND id > $2 ORDER BY id LIMIT $7`,
      [...this.#params(after), limit],
    )
  }

  /**
   * Counts a try before anything is compared, and locks with the one that reaches the threshold: any number of guesses
   * at once are compared at most so many times. Null: locked (or not there).
   */
  async countTry(tx: Tx, id: string): Promise<Try | null> {
    const count = `(CASE WHEN ${FORGOTTEN} THEN 1 ELSE bad_count + 1 END)`
    const [tried] = await tx.query<LocalAccount & { lockedBy: string | null }>(
      `UPDATE local_account SET
         bad_count = ${count},
         bad_window_started_at = CASE WHEN ${FORGOTTEN} THEN clock_timestamp() ELSE bad_window_started_at END,
         locked_at = CASE WHEN $7 > 0 AND ${count} >= $7 THEN clock_timestamp() END
       WHERE directory_id = $1 AND id = $2 AND NOT ${LOCKED}
       RETURNING ${COLUMNS}, locked_at::text AS "lockedBy"`,
      [...this.#params(id), this.settings.lockout.threshold],
    )
    return tried ? { account: tried, lockedBy: tried.lockedBy } : null
  }

  /** The password was right: the count starts anew. A lock set by somebody else's later try stays. */
  async forgetTries(tx: Tx, id: string, lockedBy: string | null): Promise<void> {
    await tx.execute(
      `UPDATE local_account SET bad_count = 0, bad_window_started_at = NULL, locked_at = NULL
       WHERE directory_id = $1 AND id = $2 AND (locked_at IS NULL OR locked_at = $3::timestamptz)`,
      [this.directoryId, id, lockedBy],
    )
  }

  async history(tx: Tx, id: string): Promise<string[]> {
    const rows = await tx.query<{ hash: string }>(
      `SELECT h.password_hash AS hash FROM local_password_history h JOIN local_account a ON a.id = h.account_id
       WHERE a.directory_id = $1 AND h.account_id = $2 ORDER BY h.marker DESC LIMIT $3`,
      [this.directoryId, id, this.settings.rules.historyLength],
    )
    return rows.map(({ hash }) => hash)
  }

  /**
   * Writes the password if the account is still what was judged: same marker, enabled, not expired, not protected, and
   * for its owner not locked. False: look again.
   */
  async writePassword(tx: Tx, id: string, write: { hash: string; seenMarker: string; mustChange: boolean; byOwner: boolean }): Promise<boolean> {
    const [written] = await tx.query<{ marker: string }>(
      `UPDATE local_account SET password_hash = $7, password_marker = password_marker + 1, password_set_at = clock_timestamp(),
         must_change = $8, locked_at = NULL, bad_count = 0, bad_window_started_at = NULL
       WHERE directory_id = $1 AND id = $2 AND password_marker = $9 AND NOT disabled
         AND (account_expires_at IS NULL OR account_expires_at > clock_timestamp())
         AND protected_group IS NULL AND NOT ($10 AND ${LOCKED})
         AND $4::int IS NOT NULL AND $5::int IS NOT NULL AND $6::int IS NOT NULL
       RETURNING password_marker::text AS marker`,
      [...this.#params(id), write.hash, write.mustChange, write.seenMarker, write.byOwner],
    )
    if (!written) return false
    await tx.execute('INSERT INTO local_password_history (account_id, marker, password_hash) VALUES ($1, $2, $3)', [id, written.marker, write.hash])
    await tx.execute('DELETE FROM local_password_history WHERE account_id = $1 AND marker <= $2::bigint - $3',
      [id, written.marker, Math.max(1, this.settings.rules.historyLength)])
    return true
  }

  /** Clears the lock and the count and nothing else; a disabled account stays disabled (decisions.md 7). */
  async unlock(tx: Tx, id: string): Promise<boolean> {
    return await tx.execute(
      `UPDATE local_account SET locked_at = NULL, bad_count = 0, bad_window_started_at = NULL
       WHERE directory_id = $1 AND id = $2 AND protected_group IS NULL
         AND locked_at IS NOT NULL AND ($3 = 0 OR locked_at + make_interval(secs => $3) > clock_timestamp())`,
      [this.directoryId, id, this.settings.lockout.durationSeconds],
    ) === 1
  }

  async setDisabled(tx: Tx, id: string, disabled: boolean): Promise<boolean> {
    return await tx.execute(
      'UPDATE local_account SET disabled = $3 WHERE directory_id = $1 AND id = $2 AND protected_group IS NULL AND disabled <> $3',
      [this.directoryId, id, disabled],
    ) === 1
  }

  #params(id: string): unknown[] {
    const { lockout, maxAgeDays, rules } = this.settings
    return [this.directoryId, id, lockout.durationSeconds, lockout.windowSeconds, maxAgeDays * 86_400, rules.minAgeSeconds]
  }
}
