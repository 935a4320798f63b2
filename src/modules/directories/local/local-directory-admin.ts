import { Injectable } from '@nestjs/common'
import { PasswordHasher } from '../../../integrations/argon2/password-hasher.js'
import { newId } from '../../../kernel/ids.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Queryable } from '../../../platform/database/database.js'
import { comparedForm } from './local-rules.js'
import { LocalSettings } from './local-settings.js'

/** `null` clears. Times are absolute; a lock set here counts from its own time. */
export type LocalAccountFlags = {
  readonly disabled?: boolean
  readonly lockedAt?: Date | null
  readonly accountExpiresAt?: Date | null
  readonly mustChange?: boolean
  readonly passwordSetAt?: Date
  readonly passwordNeverExpires?: boolean
  readonly protectedGroup?: string | null
}
export type NewLocalAccount = LocalAccountFlags & {
  readonly id?: string
  readonly login: string
  readonly displayName: string
  /** null: an account nobody can sign in with until a password is set. */
  readonly password: SecretText | null
}

const COLUMN_OF: Readonly<Record<keyof LocalAccountFlags, string>> = {
  disabled: 'disabled', lockedAt: 'locked_at', accountExpiresAt: 'account_expires_at', mustChange: 'must_change',
  passwordSetAt: 'password_set_at', passwordNeverExpires: 'password_never_expires', protectedGroup: 'protected_group',
}

/**
 * The administrator's hand inside the built-in directory: what an administrator of AD would do with its own tools. It
 * asks no policy and is not part of the connector; the demo seed and the tests use it.
 */
@Injectable()
export class LocalDirectoryAdmin {
  readonly #hasher = new PasswordHasher()

  /** Returns the native id. */
  async create(on: Queryable, directoryId: string, account: NewLocalAccount): Promise<string> {
    const id = account.id ?? newId()
    const hash = account.password ? await this.#hash(on, directoryId, account.password) : null
    await on.execute(
      `INSERT INTO local_account (id, directory_id, login, display_name, password_hash, password_marker, password_set_at)
       VALUES ($1, $2, $3, $4, $5::text, CASE WHEN $5::text IS NULL THEN 0 ELSE 1 END, CASE WHEN $5::text IS NULL THEN NULL ELSE clock_timestamp() END)`,
      [id, directoryId, account.login, account.displayName, hash],
    )
    if (hash) await on.execute('INSERT INTO local_password_history (account_id, marker, password_hash) VALUES ($1, 1, $2)', [id, hash])
    await this.set(on, id, account)
    return id
  }

  /** Sets only what is given. */
  async set(on: Queryable, id: string, flags: LocalAccountFlags): Promise<void> {
    const given = (Object.keys(COLUMN_OF) as (keyof LocalAccountFlags)[]).filter((flag) => flags[flag] !== undefined)
    if (given.length === 0) return
    const assignments = given.map((flag, index) => `${COLUMN_OF[flag]} = $${index + 2}`)
    const changed = await on.execute(`UPDATE local_account SET ${assignments.join(', ')} WHERE id = $1`, [id, ...given.map((flag) => flags[flag])])
    if (changed !== 1) throw new Error('no such local account')
  }

  /** A password set in the directory itself, behind the product's back: the foreign write that a reconciler must notice. */
  async setPassword(on: Queryable, id: string, password: SecretText): Promise<void> {
    const [account] = await on.query<{ directoryId: string }>('SELECT directory_id AS "directoryId" FROM local_account WHERE id = $1', [id])
    if (!account) throw new Error('no such local account')
    const hash = await this.#hash(on, account.directoryId, password)
    await on.execute(
      `WITH written AS (
         UPDATE local_account SET password_hash = $2, password_marker = password_marker + 1, password_set_at = clock_timestamp(),
           locked_at = NULL, bad_count = 0, bad_window_started_at = NULL
         WHERE id = $1 RETURNING id, password_marker)
       INSERT INTO local_password_history (account_id, marker, password_hash) SELECT id, password_marker, $2 FROM written`,
      [id, hash],
    )
  }

  async findByLogin(on: Queryable, directoryId: string, login: string): Promise<string | null> {
    const [found] = await on.query<{ id: string }>('SELECT id FROM local_account WHERE directory_id = $1 AND lower(login) = lower($2)', [directoryId, login])
    return found?.id ?? null
  }

  async #hash(on: Queryable, directoryId: string, password: SecretText): Promise<string> {
    const [directory] = await on.query<{ settings: unknown }>(`SELECT settings FROM directory WHERE id = $1 AND kind = 'local'`, [directoryId])
    if (!directory) throw new Error('no such local directory')
    return this.#hasher.hash(comparedForm(password.reveal()), LocalSettings.parse(directory.settings).argon2)
  }
}
