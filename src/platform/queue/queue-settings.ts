import { Injectable } from '@nestjs/common'

@Injectable()
export class QueueSettings {
  /** False in a process whose role has no worker: it wakes other processes and claims nothing. */
  readonly works: boolean = true
  readonly leaseSeconds: number = 20
  /** Finds what no wake-up told of: work of a process that died, leases that ran out. */
  readonly sweepMs: number = 5_000
  /** At most one NOTIFY per consumer in this time, however many transactions commit. */
  readonly notifyEveryMs: number = 20
  /** How long a stop waits for running handlers before it gives their leases back. */
  readonly stopWithinMs: number = 10_000
  /** Back-off of a claim that failed, and of the listening connection. */
  readonly retryBaseMs: number = 100
  readonly retryCapMs: number = 5_000
}
