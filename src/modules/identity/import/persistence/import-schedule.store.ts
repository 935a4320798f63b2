import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../../platform/database/database.js'
import type { RunKind } from './import-run.store.js'

export type ImportSchedule = {
  readonly directoryId: string
  readonly kind: RunKind
  readonly cron: string
  readonly timeZone: string
  readonly enabled: boolean
}
const SCHEDULE = `s.directory_id AS "directoryId", s.kind, s.cron, s.time_zone AS "timeZone", s.enabled`

@Injectable()
export class ImportScheduleStore {
  async save(on: Queryable, { directoryId, kind, cron, timeZone, enabled }: ImportSchedule): Promise<void> {
    await on.execute(
      `INSERT INTO import_schedule (directory_id, kind, cron, time_zone, enabled) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (directory_id, kind) DO UPDATE SET cron = excluded.cron, time_zone = excluded.time_zone, enabled = excluded.enabled`,
      [directoryId, kind, cron, timeZone, enabled])
  }
  async remove(on: Queryable, directoryId: string, kind: RunKind): Promise<void> {
    await on.execute('DELETE FROM import_schedule WHERE directory_id = $1 AND kind = $2', [directoryId, kind])
  }
  list(on: Queryable, directoryId: string): Promise<ImportSchedule[]> {
    return on.query<ImportSchedule>(`SELECT ${SCHEDULE} FROM import_schedule s WHERE s.directory_id = $1 ORDER BY s.kind`, [directoryId])
  }
  /** Those that count now, each with its queue, made when it was not there. */
  due(on: Queryable): Promise<(ImportSchedule & { queue: string })[]> {
    return on.query(
      `SELECT ${SCHEDULE}, import_queue(s.directory_id, s.kind) AS queue FROM import_schedule s JOIN directory d ON d.id = s.directory_id
       WHERE s.enabled AND d.enabled ORDER BY s.directory_id, s.kind`)
  }
}
