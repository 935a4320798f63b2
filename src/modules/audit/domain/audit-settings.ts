import { Injectable } from '@nestjs/common'

/** The numbers of decisions.md 13. The composition root provides the file; tests override what they need. */
@Injectable()
export class AuditSettings {
  /** JSON lines outside the database, one per checkpoint; its public key is written beside it as `<file>.pub`. */
  readonly checkpointFile: string | null = null
  readonly sequenceEveryMs: number = 50
  readonly batchRows: number = 500
  /** The sequencing process renews its lease and tells what it saw this often. */
  readonly beatEveryMs: number = 1_000
  /** Without a beat for this long another process takes over: two of them fit into `refuseAfterSeconds`. */
  readonly leaseSeconds: number = 2
  /** A backlog is worked off in runs of this length, so that a graceful stop does not wait for all of it. */
  readonly longestRunMs: number = 2_000
  /** Oldest unchained row, or last sign of a sequencer, or last look at either: above this no new action is accepted. */
  readonly refuseAfterSeconds: number = 5
  readonly healthEveryMs: number = 1_000
  readonly healthWhileRefusedMs: number = 100
  readonly complainAfterMs: number = 2_000
  readonly checkpointRows: number = 1_000
  readonly checkpointSeconds: number = 60
  /** A chained row that no checkpoint outside the database covers after this long: no new action is accepted. */
  readonly refuseUncoveredAfterSeconds: number = 300
  /** People whose unwrapped data key stays in memory. */
  readonly cachedPersonKeys: number = 5_000
}
