import { Injectable } from '@nestjs/common'

/** Bounds of every directory call (security.md, Numbers) and how we notice that one is ill. */
@Injectable()
export class DirectoriesSettings {
  readonly connectMs: number = 3_000
  readonly operationMs: number = 10_000
  readonly totalMs: number = 15_000
  /** Conversations at once with one directory; a slow one never takes the threads of another. */
  readonly parallel: number = 4
  /** Callers that may wait for their turn; the next one is refused as throttled. */
  readonly queue: number = 32
  /** Unreachable or timed out so often in a row: the circuit opens. */
  readonly failuresToOpen: number = 3
  /** How long an open circuit refuses at once before one caller (or our own probe) may try. */
  readonly probeAfterMs: number = 5_000
  /** A call nobody waits for any more keeps its place so long at most: a server that hangs is not sent more. */
  readonly abandonedMs: number = 30_000
  readonly rulesCacheMs: number = 60_000
  /** Declared rules kept per directory; those of accounts asked about longest ago go first. */
  readonly rulesCacheEntries: number = 5_000
  /** How often the configured revisions are compared, and open circuits probed. */
  readonly pollMs: number = 5_000
}
