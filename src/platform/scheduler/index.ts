export { Scheduler, SchedulerSettings, type Routine } from './scheduler.js'
export { SchedulerModule } from './scheduler.module.js'
export { Calendar, type CalendarEntry, type CalendarWork } from './calendar.js'
export { isCron, isTimeZone } from './cron-expression.js'
