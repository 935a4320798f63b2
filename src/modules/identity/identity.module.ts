import { Module } from '@nestjs/common'
import { DirectoriesModule } from '../directories/index.js'
import { ContactFile } from './contact-file/domain/contact-file.js'
import { SupplementStore } from './contact-file/persistence/supplement.store.js'
import { IdentitySettings } from './domain/identity-settings.js'
import { People } from './domain/people.js'
import { RegisterPerson } from './domain/register-person.js'
import { PersonRegistry } from './persistence/person.registry.js'
import { PersonStore } from './persistence/person.store.js'
import { ContactChanges } from './import/domain/contact-changes.js'
import { ImportConfiguration } from './import/domain/import-configuration.js'
import { ImportPage } from './import/domain/import-page.js'
import { ImportReports } from './import/domain/import-reports.js'
import { Importer } from './import/domain/importer.js'
import { MarkGone } from './import/domain/mark-gone.js'
import { RunTrail } from './import/domain/run-trail.js'
import { ImportSchedules } from './import/domain/import-schedules.js'
import { ImportCalendar } from './import/jobs/import-calendar.js'
import { ImportScheduleStore } from './import/persistence/import-schedule.store.js'
import { ImportTuning } from './import/import-settings.js'
import { ImportLock } from './import/persistence/import-lock.js'
import { ImportPageStore } from './import/persistence/import-page.store.js'
import { ImportRunStore } from './import/persistence/import-run.store.js'
import { ImportSettingsStore } from './import/persistence/import-settings.store.js'
import { NewcomersStore } from './import/persistence/newcomers.store.js'
import { PersonRefreshStore } from './import/persistence/person-refresh.store.js'

/** Needs, globally: Database, KeyRing, AuditLog, Notifications, Scheduler, Calendar. */
@Module({
  imports: [DirectoriesModule],
  providers: [
    IdentitySettings, PersonStore, PersonRegistry, People, RegisterPerson,
    ImportTuning, ImportLock, ImportPageStore, ImportRunStore, ImportSettingsStore, NewcomersStore, PersonRefreshStore,
    ContactChanges, ImportConfiguration, ImportPage, ImportReports, MarkGone, RunTrail, Importer,
    ImportScheduleStore, ImportSchedules, ImportCalendar, SupplementStore, ContactFile,
  ],
  exports: [People, RegisterPerson, Importer, ImportConfiguration, ImportReports, ImportSchedules, ContactFile],
})
export class IdentityModule {}
