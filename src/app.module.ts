import { Global, Module, type DynamicModule } from '@nestjs/common'
import { DemoModule } from './demo/demo.module.js'
import { Checkpoints, NoCheckpoints } from './kernel/checkpoints.js'
import { CLOCK, systemClock } from './kernel/clock.js'
import { AuditModule, AuditSettings } from './modules/audit/index.js'
import { DirectoriesAdminModule, DirectoriesModule } from './modules/directories/index.js'
import { IdentityModule, identityEntities } from './modules/identity/index.js'
import { NotificationsModule, NotificationsSettings } from './modules/notifications/index.js'
import { PasswordsModule } from './modules/passwords/index.js'
import { ProvisioningModule } from './modules/provisioning/index.js'
import { SelfServiceModule } from './modules/self-service/index.js'
import { SettingsModule } from './modules/settings/index.js'
import { VerificationModule } from './modules/verification/index.js'
import { KeyRing } from './platform/crypto/keyring.js'
import { DatabaseModule } from './platform/database/database.module.js'
import type { Database } from './platform/database/database.js'
import type { EpochSettings } from './platform/database/epoch-guard.js'
import { LimitsModule } from './platform/limits/index.js'
import { QueueModule, QueueSettings } from './platform/queue/index.js'
import { SchedulerModule, SchedulerSettings } from './platform/scheduler/index.js'

/** What `main` has made of the environment before the modules come up. */
export type Surroundings = {
  readonly database: Database
  readonly epoch: EpochSettings
  readonly keys: KeyRing
  readonly audit: AuditSettings
  readonly notifications: NotificationsSettings
  /** Queues are worked and schedules run here; false in a process that only serves the API. */
  readonly works: boolean
  readonly demo: boolean
  /** The kill suite binds its own and shortens the waiting; the product passes neither. */
  readonly checkpoints?: Checkpoints
  readonly queue?: Partial<QueueSettings>
}

/** Entities the DataSource must know. */
export const entities = [...identityEntities]

/** Composition root: the only file that knows every module. */
@Module({})
export class AppModule {
  static with(surroundings: Surroundings): DynamicModule {
    const { database, epoch, keys, audit, notifications, works, demo, queue, checkpoints = new NoCheckpoints() } = surroundings
    return {
      module: AppModule,
      imports: [
        KernelModule.with(keys, checkpoints),
        DatabaseModule.with(database, epoch),
        QueueModule.with(Object.assign(new QueueSettings(), queue, { works })),
        SchedulerModule.with(Object.assign(new SchedulerSettings(), { works })),
        LimitsModule,
        AuditModule.with(audit),
        NotificationsModule.with(notifications),
        SettingsModule,
        DirectoriesModule,
        DirectoriesAdminModule,
        IdentityModule,
        ProvisioningModule,
        VerificationModule,
        PasswordsModule,
        SelfServiceModule,
        ...(demo ? [DemoModule] : []),
      ],
    }
  }
}

@Global()
@Module({})
class KernelModule {
  static with(keys: KeyRing, checkpoints: Checkpoints): DynamicModule {
    const providers = [
      { provide: KeyRing, useValue: keys },
      { provide: Checkpoints, useValue: checkpoints },
      { provide: CLOCK, useValue: systemClock },
    ]
    return { module: KernelModule, providers, exports: providers.map(({ provide }) => provide) }
  }
}
