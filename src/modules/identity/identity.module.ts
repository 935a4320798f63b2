import { Module } from '@nestjs/common'
import { DirectoriesModule } from '../directories/index.js'
import { ContactFile } from './contact-file/domain/contact-file.js'
import { SupplementStore } from './contact-file/persistence/supplement.store.js'
import { IdentitySettings } from './domain/identity-settings.js'
import { People } from './domain/people.js'
import { RegisterPerson } from './domain/register-person.js'
import { PersonRegistry } from './persistence/person.registry.js'
import { PersonStore } from './persistence/person.store.js'
import { AccountCensus } from './import/domain/account-census.js'
import { ContactChanges } from './import/domain/contact-changes.js'
import { ImportConfigurationModule } from './import/import-configuration.module.js'
import { ImportAdminController } from './import/http/import-admin.controller.js'
import { ImportPrecedenceController } from './import/http/import-precedence.controller.js'
import { ImportPage } from './import/domain/import-page.js'
import { ImportReports } from './import/domain/import-reports.js'
import { Importer } from './import/domain/importer.js'
import { MarkGone } from './import/domain/mark-gone.js'
import { TrailGate } from './import/domain/trail-gate.js'
import { RunTrail } from './import/domain/run-trail.js'
import { RequestedImports } from './import/domain/requested-imports.js'
import { RequestedImportWorker } from './import/jobs/requested-import.worker.js'
import { ImportRequestStore } from './import/persistence/import-request.store.js'
import { ImportCalendar } from './import/jobs/import-calendar.js'
import { ImportTuning } from './import/import-settings.js'
import { AccountCensusStore } from './import/persistence/account-census.store.js'
import { ImportLock } from './import/persistence/import-lock.js'
import { ImportPageStore } from './import/persistence/import-page.store.js'
import { ImportRunStore } from './import/persistence/import-run.store.js'
import { NewcomersStore } from './import/persistence/newcomers.store.js'
import { PersonRefreshStore } from './import/persistence/person-refresh.store.js'

/** Needs, globally: Database, KeyRing, AuditLog, Notifications, QueueRunner, Scheduler, Calendar, and the HTTP frame. */
@Module({
  imports: [DirectoriesModule, ImportConfigurationModule],
  controllers: [ImportAdminController, ImportPrecedenceController],
  providers: [
    IdentitySettings, PersonStore, PersonRegistry, People, RegisterPerson,
    ImportTuning, ImportLock, ImportPageStore, ImportRunStore, NewcomersStore, PersonRefreshStore,
    ContactChanges, ImportPage, ImportReports, MarkGone, RunTrail, TrailGate, Importer,
    ImportRequestStore, RequestedImports, RequestedImportWorker, ImportCalendar, SupplementStore, ContactFile,
    AccountCensusStore, AccountCensus,
  ],
  exports: [People, RegisterPerson, Importer, ImportConfigurationModule, ImportReports, ContactFile],
})
export class IdentityModule {}
