import { Logger } from '@nestjs/common'
import { fullJitter } from './back-off.js'
import type { Consumer } from './consumer.js'
import type { QueueSettings } from './queue-settings.js'

/** The loop of one consumer in this process: claim as much as fits, hand each row out, look again while there is more. */
export class Lane {
  readonly #log = new Logger('Queue')
  readonly #running = new Map<Promise<void>, unknown>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #claiming: Promise<void> | null = null
  #lookAgain = false
  #open = false
  #failures = 0
  handled = 0
  failed = 0

  constructor(
    readonly consumer: Consumer<unknown>,
    private readonly settings: QueueSettings,
  ) {}

  get running(): number {
    return this.#running.size
  }

  open(): void {
    this.#open = true
    this.look()
  }

  /** Looks for work now; a look that is asked for during a look happens right after it. */
  look(): void {
    if (!this.#open) return
    if (this.#claiming) {
      this.#lookAgain = true
      return
    }
    const free = this.consumer.concurrency - this.#running.size
    if (free <= 0) return // the next handler to finish looks again
    this.#claiming = this.#claim(free).finally(() => {
      this.#claiming = null
      if (this.#lookAgain) {
        this.#lookAgain = false
        this.look()
      }
    })
  }

  /** Looks again after a while: the exact moment a retry becomes due, instead of the next sweep. */
  lookAfter(ms: number): void {
    if (!this.#open) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.look()
    }, ms)
    this.#timers.add(timer)
  }

  /** Stops claiming, waits for running handlers, then gives back the leases of those that are still at it. */
  async close(withinMs: number): Promise<void> {
    this.#open = false
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    const done = this.#drain()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), withinMs)
    })
    const ended = await Promise.race([done.then(() => 'done' as const), late])
    clearTimeout(timer)
    if (ended === 'late') await this.#giveBack()
  }

  async #drain(): Promise<void> {
    await this.#claiming
    while (this.#running.size > 0) await Promise.all(this.#running.keys())
  }

  async #giveBack(): Promise<void> {
    const rows = [...this.#running.values()]
    this.#log.warn(`${this.consumer.name}: ${rows.length} unfinished at stop, giving their leases back`)
    const answers = await Promise.allSettled(rows.map(async (row) => this.consumer.release?.(row)))
    for (const answer of answers) {
      if (answer.status === 'rejected') this.#log.warn(`${this.consumer.name}: lease not given back: ${text(answer.reason)}`)
    }
  }

  async #claim(free: number): Promise<void> {
    let rows: unknown[]
    try {
      rows = await this.consumer.claim(free, this.consumer.leaseSeconds ?? this.settings.leaseSeconds)
      this.#failures = 0
    } catch (error) {
      this.#failures += 1
      this.#log.warn(`${this.consumer.name}: claim failed (${this.#failures} in a row): ${text(error)}`)
      this.#lookAgain = false
      this.lookAfter(fullJitter(this.#failures, this.settings.retryBaseMs, this.settings.retryCapMs))
      return
    }
    if (rows.length >= free) this.#lookAgain = true
    // rows claimed while a stop began are handled all the same: the stop waits for them
    for (const row of rows) this.#start(row)
  }

  #start(row: unknown): void {
    const work = this.#handle(row).finally(() => {
      this.#running.delete(work)
      this.look()
    })
    this.#running.set(work, row)
  }

  async #handle(row: unknown): Promise<void> {
    try {
      await this.consumer.handle(row)
      this.handled += 1
    } catch (error) {
      this.failed += 1
      this.#log.error(`${this.consumer.name}: a row was left to its lease: ${text(error)}`)
    }
  }
}

/** The message only: an error object may carry statement parameters, and those do not belong into a log. */
export const text = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
