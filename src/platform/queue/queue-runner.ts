import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'
import { Database } from '../database/database.js'
import type { Consumer, QueueGauge } from './consumer.js'
import { Lane, text } from './lane.js'
import { QueueSettings } from './queue-settings.js'
import { WakeChannel } from './wake-channel.js'

/**
 * Wakes the consumers of this process and of the others, and knows nothing of what their rows mean. Three ways to be
 * woken, fastest first: the committing process hands over in memory; LISTEN/NOTIFY reaches other processes; a sweep
 * finds the rest. Nothing is lost when a wake-up is, because rows are claimed from tables.
 */
@Injectable()
export class QueueRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger('Queue')
  readonly #lanes = new Map<string, Lane>()
  readonly #channel: WakeChannel
  #sweep: NodeJS.Timeout | null = null
  #started = false
  #stopping: Promise<void> | null = null

  constructor(
    database: Database,
    private readonly settings: QueueSettings,
  ) {
    this.#channel = new WakeChannel(database, settings, (name) => {
      if (name === null) this.#lookEverywhere()
      else this.#lanes.get(name)?.look()
    })
  }

  register<Row>(consumer: Consumer<Row>): void {
    if (this.#lanes.has(consumer.name)) throw new Error(`queue consumer ${consumer.name} is registered twice`)
    const lane = new Lane(consumer as unknown as Consumer<unknown>, this.settings)
    this.#lanes.set(consumer.name, lane)
    if (this.#started && this.settings.works) lane.open()
  }

  /** From `tx.afterCommit`: there is work now. Looks in this process at once and tells the others. Never throws. */
  wake(name: string): void {
    this.#lanes.get(name)?.look()
    this.#channel.send(name)
  }

  /** There will be work after `ms`; only this process looks then, the others sweep. */
  wakeAfter(name: string, ms: number): void {
    this.#lanes.get(name)?.lookAfter(ms)
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.start()
  }

  /** Returns once this process listens or has begun to retry: a start with Postgres away is not an error. */
  async start(): Promise<void> {
    if (this.#started) return
    this.#started = true
    if (!this.settings.works) return
    await this.#channel.listen()
    for (const lane of this.#lanes.values()) lane.open()
    this.#sweep = setInterval(() => this.#lookEverywhere(), this.settings.sweepMs)
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    if (this.#sweep) clearInterval(this.#sweep)
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close(this.settings.stopWithinMs)))
    await this.#channel.stop()
  }

  names(): string[] {
    return [...this.#lanes.keys()]
  }

  /** For the metrics page. A consumer whose table cannot be read is left out rather than shown as empty. */
  async gauges(): Promise<QueueGauge[]> {
    const answers = await Promise.all([...this.#lanes.values()].map((lane) => this.#measure(lane)))
    return answers.filter((gauge) => gauge !== null)
  }

  async #measure(lane: Lane): Promise<QueueGauge | null> {
    const { name } = lane.consumer
    try {
      const { depth, oldestSeconds } = (await lane.consumer.measure?.()) ?? { depth: 0, oldestSeconds: 0 }
      return { name, depth, oldestSeconds, running: lane.running, handled: lane.handled, failed: lane.failed }
    } catch (error) {
      this.#log.warn(`${name}: not measured: ${text(error)}`)
      return null
    }
  }

  #lookEverywhere(): void {
    for (const lane of this.#lanes.values()) lane.look()
  }
}
