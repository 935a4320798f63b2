import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'
import { Database } from '../../../platform/database/database.js'
import { readTrailState, type TrailState } from '../persistence/heartbeat.store.js'
import { AuditSettings } from './audit-settings.js'

export type AuditGauges = {
  readonly oldestUnchainedSeconds: number
  readonly sinceSequencerSeconds: number
  readonly oldestUncoveredSeconds: number
  readonly chainPosition: number
  readonly writable: boolean
}

/**
 * Whether the trail can be kept, as this process last read it from the database: every role looks once a second, also one
 * that runs no worker. Fails closed: a state that could not be read for 5 s counts as bad.
 */
@Injectable()
export class AuditHealth implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger('Audit')
  #state: TrailState | null = null
  /** performance.now(): a stepped wall clock neither opens nor closes the gate. */
  #readAt = 0
  #timer: NodeJS.Timeout | undefined
  #complained = false
  /** performance.now() of the first look of this refusal. */
  #refusedSince: number | null = null
  #stopped = false

  constructor(
    private readonly database: Database,
    private readonly settings: AuditSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.#look()
    this.#plan()
  }

  beforeApplicationShutdown(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  /** While actions are refused somebody is waiting: after a start the first beat of a sequencer opens the gate at once. */
  #plan(): void {
    if (this.#stopped) return
    const { healthEveryMs, healthWhileRefusedMs } = this.settings
    const afterMs = this.#refusedSince === null ? healthEveryMs : healthWhileRefusedMs
    this.#timer = setTimeout(() => void this.#look().then(() => this.#plan()), afterMs)
    this.#timer.unref()
  }

  /** Reads the state now. Throws when the database does not answer. */
  async refresh(): Promise<void> {
    const state = await readTrailState(this.database)
    this.#state = state
    this.#readAt = performance.now()
  }

  /** Null while new actions may be accepted, else the operator's reason. No I/O. */
  whyNotWritable(): string | null {
    const { refuseAfterSeconds: limit, refuseUncoveredAfterSeconds } = this.settings
    const state = this.#state
    if (!state) return 'the state of the audit trail has not been read yet'
    const stale = this.#secondsSinceRead()
    if (stale > limit) return `the state of the audit trail was last read ${stale.toFixed(1)} s ago`
    if (state.since_run === null) return 'no audit sequencer has run yet: is a worker process running?'
    if (state.since_run + stale > limit) return `no audit sequencer has run for ${(state.since_run + stale).toFixed(1)} s`
    const { oldest_unchained: unchained, oldest_uncovered: uncovered } = state
    if (unchained !== null && unchained > limit) return `the oldest unchained audit row is ${unchained.toFixed(1)} s old`
    if (uncovered !== null && uncovered > refuseUncoveredAfterSeconds) {
      return `no audit checkpoint was appended for ${uncovered.toFixed(0)} s`
    }
    return null
  }

  /** For telemetry. Seconds; a state that was never read is reported as not writable with infinite ages. */
  gauges(): AuditGauges {
    const state = this.#state
    return {
      oldestUnchainedSeconds: state ? (state.oldest_unchained ?? 0) : Infinity,
      sinceSequencerSeconds: state?.since_run == null ? Infinity : state.since_run + this.#secondsSinceRead(),
      oldestUncoveredSeconds: state ? (state.oldest_uncovered ?? 0) : Infinity,
      chainPosition: state?.position ?? 0,
      writable: this.whyNotWritable() === null,
    }
  }

  #secondsSinceRead(): number {
    return (performance.now() - this.#readAt) / 1_000
  }

  async #look(): Promise<void> {
    try {
      await this.refresh()
    } catch {
      // the age of the last reading says it; the pool's own failures are logged where the pool is
    }
    const reason = this.whyNotWritable()
    this.#refusedSince = reason ? (this.#refusedSince ?? performance.now()) : null
    // The first beat of a sequencer comes moments after the start: only what lasts is worth an alarm.
    if (reason && !this.#complained && performance.now() - this.#refusedSince! >= this.settings.complainAfterMs) {
      this.#log.error(`new actions are refused: ${reason}`)
      this.#complained = true
    }
    if (!reason && this.#complained) {
      this.#log.log('new actions are accepted again')
      this.#complained = false
    }
  }
}
