import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'

@Injectable()
export class SchedulerSettings {
  /** False in a process whose role has no worker. */
  readonly works: boolean = true
  readonly stopWithinMs: number = 10_000
}

export interface Routine {
  readonly name: string
  /** Pause between the end of one run and the start of the next: a slow run never overlaps itself. */
  readonly everyMs: number
  /** Runs in every worker process; what must happen only once guards itself in the database (a lock, a guarded update). */
  work(): Promise<void>
}

/** Work by the clock. A run that throws is logged and tried again at its next time. */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger('Scheduler')
  readonly #routines: Routine[] = []
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #running = new Map<string, Promise<void>>()
  readonly #failing = new Set<string>()
  #open = false

  constructor(private readonly settings: SchedulerSettings) {}

  every(routine: Routine): void {
    if (this.#routines.some(({ name }) => name === routine.name)) throw new Error(`routine ${routine.name} is registered twice`)
    this.#routines.push(routine)
    if (this.#open) this.#plan(routine, 0)
  }

  onApplicationBootstrap(): void {
    this.start()
  }

  start(): void {
    if (this.#open || !this.settings.works) return
    this.#open = true
    for (const routine of this.#routines) this.#plan(routine, 0)
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop()
  }

  async stop(): Promise<void> {
    this.#open = false
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.settings.stopWithinMs)
    })
    await Promise.race([Promise.all(this.#running.values()), late])
    clearTimeout(timer)
  }

  #plan(routine: Routine, afterMs: number): void {
    if (!this.#open) return
    this.#timers.set(routine.name, setTimeout(() => {
      this.#timers.delete(routine.name)
      const run = this.#run(routine).finally(() => {
        this.#running.delete(routine.name)
        this.#plan(routine, routine.everyMs)
      })
      this.#running.set(routine.name, run)
    }, afterMs))
  }

  async #run({ name, work }: Routine): Promise<void> {
    try {
      await work()
      if (this.#failing.delete(name)) this.#log.log(`${name}: works again`)
    } catch (error) {
      // one line per outage, not one per run: the sequencer runs twenty times a second
      if (!this.#failing.has(name)) this.#log.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      this.#failing.add(name)
    }
  }
}
