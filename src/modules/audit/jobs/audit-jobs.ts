import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { Scheduler } from '../../../platform/scheduler/index.js'
import { Metrics } from '../../../platform/telemetry/index.js'
import { AuditHealth, type AuditGauges } from '../domain/audit-health.js'
import { AuditSettings } from '../domain/audit-settings.js'
import { Checkpointer } from '../domain/checkpointer.js'
import { Sequencer } from '../domain/sequencer.js'

const CHECKPOINT_EVERY_MS = 1_000

/** Puts the sequencer and the checkpointer on the clock of worker processes, and the trail's state on every metrics page. */
@Injectable()
export class AuditJobs implements OnModuleInit, BeforeApplicationShutdown {
  #firstRun = true

  constructor(
    private readonly scheduler: Scheduler,
    private readonly metrics: Metrics,
    private readonly sequencer: Sequencer,
    private readonly checkpointer: Checkpointer,
    private readonly health: AuditHealth,
    private readonly settings: AuditSettings,
  ) {}

  onModuleInit(): void {
    this.scheduler.every({ name: 'audit-sequencer', everyMs: this.settings.sequenceEveryMs, work: () => this.#sequence() })
    this.scheduler.every({ name: 'audit-checkpoint', everyMs: CHECKPOINT_EVERY_MS, work: () => this.checkpointer.run() })
    this.#observe()
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sequencer.stop()
  }

  async #sequence(): Promise<void> {
    await this.sequencer.run()
    if (!this.#firstRun) return
    // A process that sequences itself need not wait a second to learn that somebody does.
    this.#firstRun = false
    await this.health.refresh()
  }

  #observe(): void {
    const gauge = (name: string, read: keyof AuditGauges, help: string): void =>
      this.metrics.observe(`latchkey_audit_${name}`, help, () => Number(this.health.gauges()[read]))
    gauge('oldest_unchained_seconds', 'oldestUnchainedSeconds', 'Age of the oldest committed audit row that is not chained')
    gauge('sequencer_idle_seconds', 'sinceSequencerSeconds', 'Time since a sequencer last ran in any process')
    gauge('oldest_uncovered_seconds', 'oldestUncoveredSeconds', 'Age of the oldest chained row no appended checkpoint covers')
    gauge('chain_position', 'chainPosition', 'Last position of the audit chain')
    gauge('writable', 'writable', '1 while new actions are accepted')
  }
}
