import { Injectable } from '@nestjs/common'
import type { Queryable, Tx } from '../../../../platform/database/database.js'
import type { AccountKey, AccountRecord } from '../domain/account-record.js'
import type { Kept, KeyHolder, Unmatched } from '../domain/correlate.js'
import type { ContactField } from '../import-settings.js'

export type KnownAccount = {
  readonly id: string
  readonly nativeId: string
  readonly personId: string | null
  readonly hash: string | null
  readonly isGone: boolean
}
export type AccountToWrite = {
  readonly id: string
  readonly personId: string | null
  readonly unmatched: Unmatched | null
  readonly record: AccountRecord
  /** It has a person, and other joining values than it had. */
  readonly kept?: Kept
}
export type PersonToCreate = {
  readonly id: string
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  readonly department: string | null
  readonly language: string
}

/** Company mailbox, private mailbox, phone: the order in which people see them. */
export const POSITIONS: Readonly<Record<ContactField, number>> = { mail: 10, secondaryMail: 20, mobile: 30 }
export const POSITION_OF_FIELD = `CASE field ${Object.entries(POSITIONS).map(([field, position]) => `WHEN '${field}' THEN ${position}`).join(' ')} END`

/**
 * The statements that carry a page of accounts: as many for a thousand as for one. Rows travel as json, which Postgres reads in
 * half the time of jsonb.
 */
@Injectable()
export class ImportPageStore {
  /**
   * For this transaction: look things up by their keys. Tables that grow from nothing have no statistics yet, and without
   * them Postgres would read all of them again for each page. Answers its time, as Postgres writes it.
   */
  async byKeys(tx: Tx): Promise<string> {
    const [row] = await tx.query<{ now: string }>(
      `SELECT now()::text AS now, set_config('enable_seqscan', 'off', true), set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true)`)
    return row!.now
  }

  /** Two directories that meet somebody new at once would both make a person of them: one page at a time decides. */
  async lockJoining(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('latchkey import joins', 0))`)
  }

  findKnown(on: Queryable, directoryId: string, nativeIds: readonly string[]): Promise<KnownAccount[]> {
    return on.query<KnownAccount>(
      `SELECT id, native_id AS "nativeId", person_id AS "personId", read_hash AS hash, gone_at IS NOT NULL AS "isGone"
       FROM account WHERE directory_id = $1 AND native_id = ANY ($2::text[])`,
      [directoryId, nativeIds],
    )
  }

  findHolders(on: Queryable, directoryId: string, keys: readonly AccountKey[]): Promise<(AccountKey & KeyHolder)[]> {
    return on.query<AccountKey & KeyHolder>(
      `SELECT DISTINCT k.name, k.value, a.person_id AS "personId",
              EXISTS (SELECT FROM account b WHERE b.person_id = a.person_id AND b.directory_id = $1 AND b.gone_at IS NULL) AS here
       FROM json_to_recordset($2::json) AS wanted (name text, value text)
       JOIN account_key k ON k.name = wanted.name AND k.value = wanted.value
       JOIN account a ON a.id = k.account_id AND a.person_id IS NOT NULL`,
      [directoryId, JSON.stringify(keys)],
    )
  }

  keysOf(on: Queryable, accountIds: readonly string[]): Promise<(AccountKey & { accountId: string })[]> {
    return on.query('SELECT account_id AS "accountId", name, value FROM account_key WHERE account_id = ANY ($1::uuid[])', [accountIds])
  }

  /** In the order of their ids, before anything else of theirs is written: two imports at once never wait for each other in a ring. */
  async lockPeople(tx: Tx, personIds: readonly string[]): Promise<void> {
    await tx.query('SELECT id FROM person WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [personIds])
  }

  async insertPeople(tx: Tx, people: readonly PersonToCreate[]): Promise<void> {
    await tx.execute(
      `INSERT INTO person (id, display_name, given_name, family_name, department, language)
       SELECT id, "displayName", "givenName", "familyName", department, language
       FROM json_to_recordset($1::json) AS p (id uuid, "displayName" text, "givenName" text, "familyName" text, department text, language text)`,
      [JSON.stringify(people)],
    )
  }

  /** Adds accounts and brings known ones up to date. A known one keeps its id, and its person once it has one. */
  async writeAccounts(tx: Tx, { directoryId, runId }: { directoryId: string; runId: string }, accounts: readonly AccountToWrite[]): Promise<void> {
    const rows = accounts.map(({ record: { keys: _keys, ...record }, ...account }) => ({ ...record, ...account }))
    await tx.execute(
      `INSERT INTO account AS known (id, person_id, unmatched, directory_id, native_id, login, dn, display_name, given_name, family_name, department,
         manager, enabled, locked, must_change, privileged, expires_at, password_set_at, identifiers, contacts, read_hash, read_at,
         written_by, kept_because)
       SELECT id, "personId", unmatched, $1, "nativeId", login, dn, "displayName", "givenName", "familyName", department,
         manager, enabled, locked, "mustChange", privileged, "expiresAt", "passwordSetAt", identifiers, contacts, hash, now(), $3, kept
       FROM json_to_recordset($2::json) AS a (id uuid, "personId" uuid, unmatched text, "nativeId" text, login text, dn text, "displayName" text,
         "givenName" text, "familyName" text, department text, manager text, enabled boolean, locked boolean, "mustChange" boolean,
         privileged boolean, "expiresAt" timestamptz, "passwordSetAt" timestamptz, identifiers text[], contacts jsonb, hash text, kept text)
       ON CONFLICT (directory_id, native_id) DO UPDATE SET
         person_id = coalesce(known.person_id, excluded.person_id),
         unmatched = CASE WHEN known.person_id IS NULL THEN excluded.unmatched END,
         login = excluded.login, dn = excluded.dn, display_name = excluded.display_name, given_name = excluded.given_name,
         family_name = excluded.family_name, department = excluded.department, manager = excluded.manager, enabled = excluded.enabled,
         locked = excluded.locked, must_change = excluded.must_change, privileged = excluded.privileged, expires_at = excluded.expires_at,
         password_set_at = excluded.password_set_at, identifiers = excluded.identifiers, contacts = excluded.contacts,
         read_hash = excluded.read_hash, read_at = excluded.read_at, written_by = excluded.written_by, gone_at = NULL,
         kept_because = coalesce(excluded.kept_because, known.kept_because)`,
      [directoryId, JSON.stringify(rows), runId],
    )
  }

  async replaceKeys(tx: Tx, accounts: readonly AccountToWrite[]): Promise<void> {
    const rows = accounts.flatMap(({ id, record }) => record.keys.flat().map((key) => ({ id, ...key })))
    await tx.execute(
      `DELETE FROM account_key k WHERE k.account_id = ANY ($1::uuid[])
         AND NOT EXISTS (SELECT FROM json_to_recordset($2::json) AS w (id uuid, name text, value text)
                         WHERE w.id = k.account_id AND w.name = k.name AND w.value = k.value)`,
      [accounts.map(({ id }) => id), JSON.stringify(rows)],
    )
    await this.addKeys(tx, accounts)
  }
  async addKeys(tx: Tx, accounts: readonly AccountToWrite[]): Promise<void> {
    const rows = accounts.flatMap(({ id, record }) => record.keys.flat().map((key) => ({ id, ...key })))
    if (rows.length === 0) return
    await tx.execute(
      `INSERT INTO account_key (account_id, name, value)
       SELECT id, name, value FROM json_to_recordset($1::json) AS w (id uuid, name text, value text) ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows)],
    )
  }
}
