import { Module, type DynamicModule } from '@nestjs/common'
import { DatabaseVitals } from './database-vitals.js'
import { Log } from './log.js'
import { Metrics } from './metrics.js'
import { Readiness } from './readiness.js'

/** Imported once a process. Global: modules just inject Log, Metrics, Readiness. */
@Module({})
export class TelemetryModule {
  static with(log: Log): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      providers: [{ provide: Log, useValue: log }, Metrics, Readiness, DatabaseVitals],
      exports: [Log, Metrics, Readiness],
    }
  }
}
