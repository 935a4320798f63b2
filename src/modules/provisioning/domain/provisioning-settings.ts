import { Injectable } from '@nestjs/common'

@Injectable()
export class ProvisioningSettings {
  /** Tasks at once in one process. */
  readonly concurrency: number = 8
  /** A lease outlives the call budget, so an honest worker has settled before its task is anybody else's. */
  readonly leaseSeconds: number = 20
  /** Everything one execution may spend at the directory, lookup and write together (security.md: total ≤ 15 s). */
  readonly callBudgetMs: number = 15_000
  /** Beyond the write's own deadline: what a directory had already taken in may still land within this time. */
  readonly landingGraceMs: number = 1_000
  /** Back-off between tries, full jitter. */
  readonly retryBaseMs: number = 1_000
  readonly retryCapMs: number = 30_000
  /** Tries by itself at most this long, and never for more than half of the password's life: a re-run needs the rest. */
  readonly keepTryingSeconds: number = 300
  /** A task without a password asks what a lost reply did at most this long; with one, as long as the password lives. */
  readonly keepCheckingSeconds: number = 600
  readonly maxRuns: number = 5
  /** Binds with the new password that one lost reply may cost: each may count against the account's lockout. */
  readonly maxProbes: number = 3
  /** Wrong passwords a directory is assumed to allow when its threshold cannot be read (security.md rule 6). */
  readonly assumedLockoutThreshold: number = 3
  /** How often expired passwords are erased. */
  readonly purgeEveryMs: number = 15_000
  /**
   * An outcome that could not be recorded (Postgres away, the trail refused) is kept for so long, under a lease that is
   * renewed, before the row is left to whoever then has to ask the directory.
   */
  readonly settleForMs: number = 60_000
}
