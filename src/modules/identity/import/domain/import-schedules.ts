import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../../kernel/domain-error.js'
import type { Queryable } from '../../../../platform/database/database.js'
import { isCron, isTimeZone } from '../../../../platform/scheduler/index.js'
import { ImportScheduleStore, type ImportSchedule } from '../persistence/import-schedule.store.js'

const refused = (field: string, reason: string): DomainError =>
  new DomainError('REQUEST_INVALID', { fields: [{ field, reason }], diagnostic: `${field}: ${reason}` })

/** When directories are read: one schedule for everything and one for changes, in cron form of a time zone. */
@Injectable()
export class ImportSchedules {
  constructor(private readonly store: ImportScheduleStore) {}

  /** Worker processes take it over within seconds. */
  async save(on: Queryable, schedule: ImportSchedule): Promise<void> {
    if (!isCron(schedule.cron)) throw refused('cron', 'five fields with numbers, such as 30 2 * * *')
    if (!isTimeZone(schedule.timeZone)) throw refused('timeZone', 'a name such as Europe/Helsinki')
    await this.store.save(on, schedule)
  }
  list(on: Queryable, directoryId: string): Promise<ImportSchedule[]> {
    return this.store.list(on, directoryId)
  }
}
