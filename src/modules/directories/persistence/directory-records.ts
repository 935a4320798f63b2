import { Injectable } from '@nestjs/common'
import { Database, type Queryable } from '../../../platform/database/database.js'

export type DirectoryRow = {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly description: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly sealedSecrets: Buffer | null
  readonly signIn: boolean
  readonly enabled: boolean
  readonly position: number
  readonly revision: number
}

const COLUMNS = `id, kind, name, description, settings, sealed_secrets AS "sealedSecrets", sign_in AS "signIn", enabled,
  position, revision::int AS revision`

/** The `directory` table. */
@Injectable()
export class DirectoryRecords {
  constructor(private readonly database: Database) {}

  list(): Promise<DirectoryRow[]> {
    return this.database.query<DirectoryRow>(`SELECT ${COLUMNS} FROM directory ORDER BY position, lower(name)`)
  }

  /** A few bytes, asked every few seconds by every process. */
  revisions(): Promise<{ id: string; revision: number }[]> {
    return this.database.query('SELECT id, revision::int AS revision FROM directory ORDER BY id')
  }

  /** Adds the directory, or replaces its configuration and raises the revision, which makes every process open it anew. */
  async save(on: Queryable, row: Omit<DirectoryRow, 'revision'>): Promise<void> {
    await on.execute(
      `INSERT INTO directory (id, kind, name, description, settings, sealed_secrets, sign_in, enabled, position)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, settings = excluded.settings,
         sealed_secrets = excluded.sealed_secrets, sign_in = excluded.sign_in, enabled = excluded.enabled,
         position = excluded.position, revision = directory.revision + 1, changed_at = now()
       WHERE directory.kind = excluded.kind`,
      [row.id, row.kind, row.name, row.description, JSON.stringify(row.settings), row.sealedSecrets, row.signIn, row.enabled, row.position],
    )
  }
}
