import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../../platform/database/database.js'

@Injectable()
export class ImportPrecedenceStore {
  list(on: Queryable): Promise<{ field: string; sources: string[] }[]> {
    return on.query('SELECT field, sources FROM import_precedence ORDER BY field')
  }
  /** These and no others. */
  async replace(on: Queryable, rows: readonly { field: string; sources: readonly string[] }[]): Promise<void> {
    await on.execute(
      `WITH wanted AS (
         SELECT w.field, ARRAY(SELECT jsonb_array_elements_text(w.sources)) AS sources
         FROM jsonb_to_recordset($1::jsonb) AS w (field text, sources jsonb)),
       removed AS (DELETE FROM import_precedence p WHERE p.field NOT IN (SELECT field FROM wanted))
       INSERT INTO import_precedence (field, sources) SELECT field, sources FROM wanted
       ON CONFLICT (field) DO UPDATE SET sources = excluded.sources`, [JSON.stringify(rows)])
  }
  /** The next run of these directories reads everything: what was read before was read by other rules. */
  async forgetCursor(on: Queryable, directoryId: string): Promise<void> {
    await on.execute('UPDATE import_state SET cursor = NULL WHERE directory_id = $1', [directoryId])
  }
}
