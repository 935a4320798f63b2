import { Module, type DynamicModule } from '@nestjs/common'
import { Database } from './database.js'
import { EpochGuard, EpochSettings } from './epoch-guard.js'

/** Imported once, by the composition root. Global: modules just inject Database, and EpochGuard where something can go void. */
@Module({})
export class DatabaseModule {
  static with(database: Database, epoch: EpochSettings): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [{ provide: Database, useValue: database }, { provide: EpochSettings, useValue: epoch }, EpochGuard],
      exports: [Database, EpochGuard],
    }
  }
}
