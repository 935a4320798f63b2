import { Module } from '@nestjs/common'
import { DirectoriesModule } from '../../directories/index.js'
import { ImportAdministration } from './domain/import-administration.js'
import { ImportConfiguration } from './domain/import-configuration.js'
import { ImportSchedules } from './domain/import-schedules.js'
import { ImportPrecedenceStore } from './persistence/import-precedence.store.js'
import { ImportScheduleStore } from './persistence/import-schedule.store.js'
import { ImportSettingsStore } from './persistence/import-settings.store.js'

/** How and when directories are read, without the reading: all that a command needs. Needs, globally: Database, AuditLog. */
@Module({
  imports: [DirectoriesModule],
  providers: [ImportSettingsStore, ImportScheduleStore, ImportPrecedenceStore, ImportConfiguration, ImportSchedules, ImportAdministration],
  exports: [ImportSettingsStore, ImportScheduleStore, ImportConfiguration, ImportSchedules, ImportAdministration],
})
export class ImportConfigurationModule {}
