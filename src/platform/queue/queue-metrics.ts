import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { Metrics } from '../telemetry/index.js'
import type { QueueGauge } from './consumer.js'
import { QueueRunner } from './queue-runner.js'

/** Reads of one page share one look at the tables. */
const SHARED_FOR_MS = 1_000

/** The depth and age of every queue on the metrics page. */
@Injectable()
export class QueueMetrics implements OnApplicationBootstrap {
  #read: { at: number; gauges: Promise<QueueGauge[]> } | null = null

  constructor(
    private readonly queue: QueueRunner,
    private readonly metrics: Metrics,
  ) {}

  /** After every module has registered its consumers. */
  onApplicationBootstrap(): void {
    for (const name of this.queue.names()) {
      const word = name.replace(/[^a-z0-9]+/gi, '_')
      this.#observe(word, 'depth', 'Rows that are not done', name, ({ depth }) => depth)
      this.#observe(word, 'oldest_seconds', 'Waiting time of the oldest due row', name, ({ oldestSeconds }) => oldestSeconds)
      this.#observe(word, 'running', 'Rows in the hands of this process', name, ({ running }) => running)
      this.#observe(word, 'handled', 'Rows this process has handled since it started', name, ({ handled }) => handled)
      this.#observe(word, 'failed', 'Rows this process left to their lease since it started', name, ({ failed }) => failed)
    }
  }

  #observe(word: string, what: string, help: string, name: string, read: (gauge: QueueGauge) => number): void {
    this.metrics.observe(`latchkey_queue_${word}_${what}`, help, async () => {
      const found = (await this.#gauges()).find((gauge) => gauge.name === name)
      if (!found) throw new Error('not measured')
      return read(found)
    })
  }

  #gauges(): Promise<QueueGauge[]> {
    const now = performance.now()
    if (!this.#read || now - this.#read.at > SHARED_FOR_MS) this.#read = { at: now, gauges: this.queue.gauges() }
    return this.#read.gauges
  }
}
