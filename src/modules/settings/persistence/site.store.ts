import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../platform/database/database.js'

export type SiteRow = { id: string; settings: unknown; revision: number }

@Injectable()
export class SiteStore {
  async findFirst(on: Queryable): Promise<SiteRow | undefined> {
    const [row] = await on.query<SiteRow>('SELECT id, settings, revision FROM site ORDER BY position, id LIMIT 1')
    return row
  }

  async save(on: Queryable, id: string, settings: unknown): Promise<void> {
    await on.execute(
      `INSERT INTO site (id, settings) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, revision = site.revision + 1, updated_at = now()`,
      [id, JSON.stringify(settings)],
    )
  }
}
