/**
 * What a module registers. Its rows are the truth and the queue only says when to look: every row of work lives in the
 * module's own table and is claimed by the module's own statement (`leaseClaim` writes the usual one).
 */
export interface Consumer<Row = never> {
  /** Also the word other processes are woken by. */
  readonly name: string
  /** Rows handled at once by this process. */
  readonly concurrency: number
  /** How long a claimed row belongs to its claimer. Longer than the longest honest `handle`. Default: QueueSettings. */
  readonly leaseSeconds?: number
  /** One committed statement: FOR UPDATE SKIP LOCKED, lease_until = now() + lease, fence = fence + 1, returns the rows. */
  claim(limit: number, leaseSeconds: number): Promise<Row[]>
  /**
   * Does the work and settles the row under its fence. A throw is a bug or a lost database: it is logged, the row stays
   * leased and is claimed again when the lease has run out, so one poisonous row delays nobody.
   */
  handle(row: Row): Promise<void>
  /** Gives the lease of a row back, under its fence, when the process stops before the row is done. */
  release?(row: Row): Promise<void>
  /** For the gauges: rows that wait to be done, and the age of the oldest of those that are due. */
  measure?(): Promise<{ depth: number; oldestSeconds: number }>
}

export type QueueGauge = {
  readonly name: string
  readonly depth: number
  readonly oldestSeconds: number
  /** In this process, since it started. */
  readonly running: number
  readonly handled: number
  readonly failed: number
}
