import { Injectable } from '@nestjs/common'
import type { EventTask } from '../domain/event-task.js'
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
  readonly eventTasks: readonly EventTask[]
}

const COLUMNS = `id, kind, name, description, settings, sealed_secrets AS "sealedSecrets", sign_in AS "signIn", enabled,
  position, revision::int AS revision,
  coalesce((SELECT jsonb_agg(to_jsonb(t) - 'directory_id' ORDER BY t.workflow DESC, t.step) FROM directory_event_task t
            WHERE t.directory_id = directory.id), '[]') AS "eventTasks"`

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
  async save(on: Queryable, row: Omit<DirectoryRow, 'revision' | 'eventTasks'>): Promise<void> {
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

  /** Those that are there already stay as an administrator has made them. */
  async seedEventTasks(on: Queryable, directoryId: string, tasks: readonly EventTask[]): Promise<void> {
    await on.execute(
      `INSERT INTO directory_event_task (directory_id, workflow, step, name, operation, enabled)
       SELECT $1, workflow, step, name, operation, enabled
       FROM jsonb_to_recordset($2::jsonb) AS t (workflow text, step text, name text, operation text, enabled boolean) ON CONFLICT DO NOTHING`,
      [directoryId, JSON.stringify(tasks)],
    )
  }

  /** Raises the revision, so that every process takes it over. False: there is no such task. */
  async switchEventTask(on: Queryable, directoryId: string, step: string, enabled: boolean): Promise<boolean> {
    return await on.execute(
      `WITH switched AS (UPDATE directory_event_task SET enabled = $3 WHERE directory_id = $1 AND step = $2 RETURNING directory_id)
       UPDATE directory SET revision = revision + 1, changed_at = now() WHERE id IN (SELECT directory_id FROM switched)`,
      [directoryId, step, enabled]) === 1
  }
}
