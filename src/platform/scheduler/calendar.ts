import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common'
import PgBoss from 'pg-boss'
import { Database } from '../database/database.js'
import { SchedulerSettings } from './scheduler.js'

/** Work at times of the calendar. `queue` exists already: the serving role makes none. */
export type CalendarEntry = {
  readonly queue: string
  readonly cron: string
  readonly timeZone: string
  /** Ids only: what the work is about is looked up when it is due. */
  readonly ids: Readonly<Record<string, string>>
}
export type CalendarWork = (ids: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<void>

const SCHEMA = 'pgboss'
const POLL_SECONDS = 5

/**
 * Schedules by pg-boss: whichever worker process is there does what is due, once. Nothing of it runs until somebody has a
 * schedule, and never in a process that only serves the API. What has to be fast goes through the queue instead: this polls.
 */
@Injectable()
export class Calendar implements BeforeApplicationShutdown {
  readonly #log = new Logger('Calendar')
  readonly #stop = new AbortController()
  readonly #working = new Map<string, string>()
  #boss: PgBoss | null = null

  constructor(private readonly database: Database, private readonly settings: SchedulerSettings) {}

  /** From now on exactly these among the queues that begin with `prefix`. */
  async follow(prefix: string, entries: readonly CalendarEntry[], work: CalendarWork): Promise<void> {
    if (!this.settings.works || this.#stop.signal.aborted || (entries.length === 0 && !this.#boss)) return
    const boss = this.#boss ??= await this.#start()
    const wanted = new Map(entries.map((entry) => [entry.queue, entry]))
    for (const queue of [...this.#working.keys()].filter((name) => name.startsWith(prefix) && !wanted.has(name))) {
      await boss.offWork(queue)
      await boss.unschedule(queue)
      this.#working.delete(queue)
    }
    for (const entry of entries) await this.#followOne(boss, entry, work)
  }

  async #followOne(boss: PgBoss, { queue, cron, timeZone, ids }: CalendarEntry, work: CalendarWork): Promise<void> {
    const form = `${cron} ${timeZone}`
    if (this.#working.get(queue) === form) return
    await boss.schedule(queue, cron, ids, { tz: timeZone })
    if (!this.#working.has(queue)) {
      await boss.work<Record<string, string>>(queue, { pollingIntervalSeconds: POLL_SECONDS, batchSize: 1 }, async (jobs) => {
        for (const job of jobs) await work(job.data, this.#stop.signal)
      })
    }
    this.#working.set(queue, form)
  }

  async #start(): Promise<PgBoss> {
    // the tables are the owner's and come with our migrations
    const boss = new PgBoss({ db: { executeSql: (text, values) => this.#execute(text, values) }, schema: SCHEMA, migrate: false })
    boss.on('error', (error) => this.#log.warn(`${error.name}: ${error.message}`))
    await boss.start()
    return boss
  }

  async #execute(text: string, values: unknown[]): Promise<{ rows: unknown[]; rowCount: number }> {
    const runner = this.database.source.createQueryRunner()
    try {
      const client = (await runner.connect()) as { query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number }> }
      try {
        return await client.query(text, values)
      } catch (error) {
        // several statements at once begin a transaction of their own, which nobody else would end
        await client.query('ROLLBACK').catch(() => undefined)
        throw error
      }
    } finally {
      await runner.release()
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stop.abort(new Error('the process is stopping'))
    await this.#boss?.stop({ graceful: true, wait: true, timeout: this.settings.stopWithinMs })
  }
}
