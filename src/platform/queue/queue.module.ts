import { Module, type DynamicModule } from '@nestjs/common'
import { QueueMetrics } from './queue-metrics.js'
import { QueueRunner } from './queue-runner.js'
import { QueueSettings } from './queue-settings.js'

/** Imported once, by the composition root, which knows the role of the process. Global: modules just inject QueueRunner. */
@Module({})
export class QueueModule {
  static with(settings: QueueSettings): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      providers: [QueueRunner, QueueMetrics, { provide: QueueSettings, useValue: settings }],
      exports: [QueueRunner, QueueSettings],
    }
  }
}
