import { Injectable, Logger, type OnModuleInit } from '@nestjs/common'
import { Database } from '../../../../platform/database/database.js'
import { Calendar, Scheduler } from '../../../../platform/scheduler/index.js'
import { Importer } from '../domain/importer.js'
import { ImportScheduleStore } from '../persistence/import-schedule.store.js'

/** How soon a changed schedule is taken over. */
const LOOK_MS = 15_000

/** Reads directories when it is time to, in whichever worker process is free. */
@Injectable()
export class ImportCalendar implements OnModuleInit {
  readonly #log = new Logger('ImportCalendar')

  constructor(
    private readonly database: Database,
    private readonly scheduler: Scheduler,
    private readonly calendar: Calendar,
    private readonly schedules: ImportScheduleStore,
    private readonly importer: Importer,
  ) {}

  onModuleInit(): void {
    this.scheduler.every({ name: 'import-schedules', everyMs: LOOK_MS, work: () => this.look() })
  }

  async look(): Promise<void> {
    const due = await this.schedules.due(this.database)
    const entries = due.map(({ queue, cron, timeZone, directoryId, kind }) => ({ queue, cron, timeZone, ids: { directoryId, kind } }))
    await this.calendar.follow('import-', entries, ({ directoryId = '', kind }, signal) => this.#read(directoryId, kind === 'full' ? 'full' : 'incremental', signal))
  }

  /** What went wrong is on record with the run, and the next time is soon enough. */
  async #read(directoryId: string, kind: 'full' | 'incremental', signal: AbortSignal): Promise<void> {
    try {
      const outcome = await this.importer.run({ directoryId, kind, by: `schedule:${kind}`, signal })
      if (!outcome.started && outcome.reason === 'trail') this.#log.warn(`import of ${directoryId}: not begun: ${outcome.why}`)
      if (outcome.started && outcome.run.state !== 'completed') this.#log.warn(`import of ${directoryId}: ${outcome.run.state} ${outcome.run.errorCode ?? ''}`)
    } catch (error) {
      this.#log.error(`import of ${directoryId}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
