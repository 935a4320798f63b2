export { Scheduler, SchedulerSettings, type Routine } from './scheduler.js'
export { SchedulerModule } from './scheduler.module.js'
