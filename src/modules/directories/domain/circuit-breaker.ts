import type { Clock } from '../../../kernel/clock.js'
import { ConnectorError } from './connector.js'

export type DirectoryHealth = {
  /** `trying`: one caller is finding out whether it is back. */
  readonly state: 'up' | 'down' | 'trying'
  /** Of the present state; for `down` and `trying` when the first failure of this outage came. */
  readonly since: Date
  readonly lastFailure: string | null
}

/**
 * Stops asking a directory that does not answer: after so many failures in a row callers are refused at once, and one
 * at a time may try again after a pause. Any answer at all, a refusal included, proves that the directory is there.
 */
export class CircuitBreaker {
  #failures = 0
  #firstFailureAt: Date | null = null
  #openUntil: number | null = null
  #trying = false
  #upSince: Date
  #lastFailure: string | null = null

  constructor(
    private readonly failuresToOpen: number,
    private readonly probeAfterMs: number,
    private readonly clock: Clock,
  ) {
    this.#upSince = clock.now()
  }

  /** Throws unreachable while open. Asked before queueing too, so that nobody waits for a refusal. */
  assertAdmits(): void {
    if (this.#openUntil === null || this.probeDue) return
    throw new ConnectorError('unreachable', `not asked: it has not answered since ${this.#firstFailureAt!.toISOString()} (${this.#lastFailure})`)
  }

  /** Each call that is let through ends in `succeeded`, `failed` or `undecided`. While open, one at a time is. */
  enter(): void {
    this.assertAdmits()
    this.#trying = this.#openUntil !== null
  }

  succeeded(): void {
    if (this.#openUntil !== null) this.#upSince = this.clock.now()
    this.#failures = 0
    this.#firstFailureAt = null
    this.#openUntil = null
    this.#trying = false
    this.#lastFailure = null
  }

  failed(diagnostic: string): void {
    const now = this.clock.now()
    this.#failures += 1
    this.#firstFailureAt ??= now
    this.#lastFailure = diagnostic
    this.#trying = false
    if (this.#failures >= this.failuresToOpen) this.#openUntil = now.getTime() + this.probeAfterMs
  }

  /** Let through and never told about the directory (throttled on our side, or the caller's own error). */
  undecided(): void {
    this.#trying = false
  }

  get probeDue(): boolean {
    return this.#openUntil !== null && !this.#trying && this.clock.now().getTime() >= this.#openUntil
  }

  get health(): DirectoryHealth {
    if (this.#openUntil === null) return { state: 'up', since: this.#upSince, lastFailure: this.#lastFailure }
    return { state: this.#trying ? 'trying' : 'down', since: this.#firstFailureAt!, lastFailure: this.#lastFailure }
  }
}
