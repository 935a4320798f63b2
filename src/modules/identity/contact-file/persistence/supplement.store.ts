import { Injectable } from '@nestjs/common'
import type { Queryable, Tx } from '../../../../platform/database/database.js'

export type Supplement = { readonly personId: string; readonly mobile: string | null; readonly secondaryMail: string | null; readonly nationalIdHash: Buffer | null }

@Injectable()
export class SupplementStore {
  /** Who has each key: by what people type to be found, or by a value that joins accounts. */
  findPeople(on: Queryable, column: string, keys: readonly string[]): Promise<{ key: string; personId: string }[]> {
    const byName = column === 'login' || column === 'mail'
    return on.query(
      byName
        ? `SELECT DISTINCT value AS key, person_id AS "personId" FROM person_identifier WHERE kind = $1 AND value = ANY ($2::text[])`
        : `SELECT DISTINCT k.value AS key, a.person_id AS "personId" FROM account_key k JOIN account a ON a.id = k.account_id
           WHERE k.name = $1 AND k.value = ANY ($2::text[]) AND a.person_id IS NOT NULL`,
      [column, keys])
  }
  find(on: Queryable, personIds: readonly string[]): Promise<Supplement[]> {
    return on.query<Supplement>(
      `SELECT person_id AS "personId", mobile, secondary_mail AS "secondaryMail", national_id_hash AS "nationalIdHash"
       FROM person_supplement WHERE person_id = ANY ($1::uuid[])`, [personIds])
  }
  findOwners(on: Queryable, hashes: readonly Buffer[]): Promise<{ hash: Buffer; personId: string }[]> {
    return on.query('SELECT national_id_hash AS hash, person_id AS "personId" FROM person_supplement WHERE national_id_hash = ANY ($1::bytea[])', [hashes])
  }
  async write(tx: Tx, supplements: readonly Supplement[]): Promise<void> {
    const rows = supplements.map(({ nationalIdHash, ...rest }) => ({ ...rest, hash: nationalIdHash?.toString('hex') ?? null }))
    // first taken away, then given: within one file an id may move from one person to another
    await tx.execute('UPDATE person_supplement SET national_id_hash = NULL WHERE person_id = ANY ($1::uuid[])', [supplements.map(({ personId }) => personId)])
    await tx.execute(
      `INSERT INTO person_supplement (person_id, mobile, secondary_mail, national_id_hash)
       SELECT "personId", mobile, "secondaryMail", decode(hash, 'hex')
       FROM jsonb_to_recordset($1::jsonb) AS s ("personId" uuid, mobile text, "secondaryMail" text, hash text)
       ON CONFLICT (person_id) DO UPDATE SET mobile = excluded.mobile, secondary_mail = excluded.secondary_mail,
         national_id_hash = excluded.national_id_hash, imported_at = now()`, [JSON.stringify(rows)])
  }
}
