import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../../kernel/domain-error.js'
import type { Queryable } from '../../../../platform/database/database.js'
import { isCron, isTimeZone } from '../../../../platform/scheduler/index.js'
import { ImportScheduleStore, type ImportSchedule } from '../persistence/import-schedule.store.js'

/** When directories are read: one schedule for everything and one for changes, in cron form of a time zone. */
@Injectable()
export class ImportSchedules {
  constructor(private readonly store: ImportScheduleStore) {}

  /** Worker processes take it over within seconds. */
  async save(on: Queryable, schedule: ImportSchedule): Promise<void> {
    if (!isCron(schedule.cron)) throw new DomainError('REQUEST_INVALID', { diagnostic: 'cron: five fields, such as 30 2 * * *' })
    if (!isTimeZone(schedule.timeZone)) throw new DomainError('REQUEST_INVALID', { diagnostic: 'timeZone: a name such as Europe/Helsinki' })
    await this.store.save(on, schedule)
  }
  list(on: Queryable, directoryId: string): Promise<ImportSchedule[]> {
    return this.store.list(on, directoryId)
  }
}
