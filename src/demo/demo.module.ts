import { Module } from '@nestjs/common'
import { DirectoriesModule } from '../modules/directories/index.js'
import { IdentityModule } from '../modules/identity/index.js'
import { SettingsModule } from '../modules/settings/index.js'
import { InboxController } from './inbox.controller.js'
import { SeedDemo } from './seed-demo.js'

/** Imported only by a process that serves a demo database (decisions.md 1). */
@Module({
  imports: [SettingsModule, DirectoriesModule, IdentityModule],
  controllers: [InboxController],
  providers: [SeedDemo],
})
export class DemoModule {}
