import { Module, type DynamicModule } from '@nestjs/common'
import { AuditHealth } from './domain/audit-health.js'
import { AuditLog } from './domain/audit-log.js'
import { AuditReader } from './domain/audit-reader.js'
import { AuditSettings } from './domain/audit-settings.js'
import { Checkpointer } from './domain/checkpointer.js'
import { PersonKeys } from './domain/person-keys.js'
import { Sequencer } from './domain/sequencer.js'
import { TrailKeeper } from './jobs/trail-keeper.js'
import { AuditJobs } from './jobs/audit-jobs.js'

/** Needs, globally: Database, KeyRing, Checkpoints, Scheduler, Metrics. Global itself: every module writes the trail. */
@Module({})
export class AuditModule {
  static with(settings: AuditSettings): DynamicModule {
    return {
      module: AuditModule,
      global: true,
      providers: [
        { provide: AuditSettings, useValue: settings },
        PersonKeys, AuditHealth, AuditLog, AuditReader, Sequencer, Checkpointer, AuditJobs, TrailKeeper,
      ],
      exports: [AuditLog, AuditReader, AuditHealth, AuditSettings, TrailKeeper],
    }
  }
}
