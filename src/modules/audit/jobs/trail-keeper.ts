import { setTimeout as pause } from 'node:timers/promises'
import { Injectable } from '@nestjs/common'
import { AuditHealth } from '../domain/audit-health.js'
import { AuditSettings } from '../domain/audit-settings.js'
import { Checkpointer } from '../domain/checkpointer.js'
import { Sequencer } from '../domain/sequencer.js'

const CHECKPOINT_EVERY_MS = 1_000

/**
 * Keeps the trail while a command runs where no worker process does it: what is done beside no server is chained all the same.
 * A worker process that is there keeps leading; one that died is followed when its lease has run out.
 */
@Injectable()
export class TrailKeeper {
  constructor(
    private readonly health: AuditHealth,
    private readonly sequencer: Sequencer,
    private readonly checkpointer: Checkpointer,
    private readonly settings: AuditSettings,
  ) {}

  async during<T>(work: () => Promise<T>): Promise<T> {
    const stop = new AbortController()
    await this.sequencer.run()
    await this.health.refresh()
    const kept = [
      this.#every(this.settings.sequenceEveryMs, stop.signal, async () => void (await this.sequencer.run())),
      this.#every(CHECKPOINT_EVERY_MS, stop.signal, () => this.#checkpoint()),
    ]
    try {
      return await work()
    } finally {
      stop.abort()
      await Promise.all(kept)
      await this.sequencer.run()
      await this.#checkpoint()
    }
  }

  /** Who leads signs: beside a worker process on another machine a second file would begin here. */
  async #checkpoint(): Promise<void> {
    if (this.sequencer.leads) await this.checkpointer.run()
  }

  /** What fails is tried again; that nothing is chained meanwhile shows in the health. */
  async #every(ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await work().catch(() => undefined)
      await pause(ms, undefined, { signal }).catch(() => undefined)
    }
  }
}
