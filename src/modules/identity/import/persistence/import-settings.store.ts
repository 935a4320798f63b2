import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../../platform/database/database.js'

@Injectable()
export class ImportSettingsStore {
  async find(on: Queryable, directoryId: string): Promise<unknown> {
    const [row] = await on.query<{ settings: unknown }>('SELECT settings FROM import_settings WHERE directory_id = $1', [directoryId])
    return row?.settings ?? null
  }
  async save(on: Queryable, directoryId: string, settings: object): Promise<void> {
    await on.execute(
      `INSERT INTO import_settings (directory_id, settings) VALUES ($1, $2)
       ON CONFLICT (directory_id) DO UPDATE SET settings = excluded.settings, changed_at = now()`,
      [directoryId, JSON.stringify(settings)])
  }
  async savePrecedence(on: Queryable, field: string, sources: readonly string[]): Promise<void> {
    await on.execute(
      'INSERT INTO import_precedence (field, sources) VALUES ($1, $2) ON CONFLICT (field) DO UPDATE SET sources = excluded.sources', [field, sources])
  }
}
