import { Module, type DynamicModule } from '@nestjs/common'
import { Calendar } from './calendar.js'
import { Scheduler, SchedulerSettings } from './scheduler.js'

/** Imported once, by the composition root, which knows the role of the process. Global: modules just inject Scheduler or Calendar. Needs Database. */
@Module({})
export class SchedulerModule {
  static with(settings: SchedulerSettings): DynamicModule {
    return {
      module: SchedulerModule,
      global: true,
      providers: [Scheduler, Calendar, { provide: SchedulerSettings, useValue: settings }],
      exports: [Scheduler, Calendar, SchedulerSettings],
    }
  }
}
