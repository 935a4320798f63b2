import { Module } from '@nestjs/common'
import { DirectoriesModule } from './directories.module.js'
import { DirectoryOverview } from './domain/directory-overview.js'
import { EventTaskSwitch } from './domain/event-task-switch.js'
import { TestRights } from './domain/test-rights.js'
import { DirectoryAdminController } from './http/directory-admin.controller.js'

/** The operator's side. Needs, globally: Database, AuditLog, and the HTTP frame. */
@Module({
  imports: [DirectoriesModule],
  controllers: [DirectoryAdminController],
  providers: [DirectoryOverview, TestRights, EventTaskSwitch],
})
export class DirectoriesAdminModule {}
