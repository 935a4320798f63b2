import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../platform/database/database.js'
import { SelfServiceSettings } from '../self-service-settings.js'

/** What a directory said of one account's password when it was last asked in this session. */
export type PasswordFacts = { readonly expiresAt: string | null; readonly expired: boolean; readonly mustChange: boolean }
export type SessionRow = {
  id: string
  person_id: string
  account_id: string
  expires_at: Date
  /** By account. Nothing about an account: it was not asked yet, did not answer, or its password was written since. */
  password_facts: Readonly<Record<string, PasswordFacts>>
}

@Injectable()
export class SessionStore {
  private readonly expiry: string

  constructor(settings: SelfServiceSettings) {
    this.expiry = `least(touched_at + interval '${settings.sessionIdleSeconds} seconds',
                         created_at + interval '${settings.sessionAbsoluteSeconds} seconds')`
  }

  async insert(on: Queryable, session: { id: string; personId: string; accountId: string; tokenHash: Buffer }): Promise<SessionRow> {
    const [row] = await on.query<SessionRow>(
      `INSERT INTO self_service_session (id, person_id, account_id, token_hash) VALUES ($1, $2, $3, $4)
       RETURNING id, person_id, account_id, password_facts, ${this.expiry} AS expires_at`,
      [session.id, session.personId, session.accountId, session.tokenHash],
    )
    return row!
  }

  async find(on: Queryable, tokenHash: Buffer): Promise<SessionRow | undefined> {
    const [row] = await on.query<SessionRow>(
      `SELECT id, person_id, account_id, password_facts, ${this.expiry} AS expires_at FROM self_service_session
       WHERE token_hash = $1 AND ended_at IS NULL AND ${this.expiry} > now()`,
      [tokenHash],
    )
    return row
  }

  async touch(on: Queryable, id: string): Promise<void> {
    await on.execute('UPDATE self_service_session SET touched_at = now() WHERE id = $1 AND ended_at IS NULL', [id])
  }

  /** Kept until a password of this person is written. */
  async rememberPasswords(on: Queryable, id: string, facts: Readonly<Record<string, PasswordFacts>>): Promise<void> {
    await on.execute(
      `UPDATE self_service_session SET password_facts = password_facts || $2::jsonb WHERE id = $1 AND ended_at IS NULL`, [id, JSON.stringify(facts)],
    )
  }

  /** The same session under another cookie; false when it has ended. Copies of the old cookie are worth nothing from then on. */
  async renew(on: Queryable, id: string, tokenHash: Buffer): Promise<boolean> {
    const changed = await on.execute(
      `UPDATE self_service_session SET token_hash = $2, touched_at = now() WHERE id = $1 AND ended_at IS NULL AND ${this.expiry} > now()`,
      [id, tokenHash],
    )
    return changed === 1
  }

  async end(on: Queryable, tokenHash: Buffer): Promise<void> {
    await on.execute('UPDATE self_service_session SET ended_at = now() WHERE token_hash = $1 AND ended_at IS NULL', [tokenHash])
  }

  /**
   * A password written by anyone ends what was signed in with the old one, but not where its owner is waiting for just that: there what is
   * remembered of passwords is forgotten.
   */
  async endAllOf(on: Queryable, personId: string, exceptId: string | null): Promise<void> {
    if (exceptId !== null) await on.execute(`UPDATE self_service_session SET password_facts = '{}' WHERE id = $1`, [exceptId])
    await on.execute(
      'UPDATE self_service_session SET ended_at = now() WHERE person_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2', [personId, exceptId],
    )
  }

  async endAll(on: Queryable): Promise<void> {
    await on.execute('UPDATE self_service_session SET ended_at = now() WHERE ended_at IS NULL')
  }

  deleteOld(on: Queryable, limit: number): Promise<number> {
    return on.execute(
      `DELETE FROM self_service_session WHERE id = ANY (ARRAY(
         SELECT id FROM self_service_session WHERE created_at < now() - interval '1 day' ORDER BY created_at LIMIT $1))`, [limit],
    )
  }
}
