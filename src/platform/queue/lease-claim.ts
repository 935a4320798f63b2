/** What `leaseClaim` must be told about a table that has the standard columns: id, state, run_at, lease_until, fence. */
export type LeaseClaim = {
  readonly table: string
  /** States in which a row may be claimed; the partial index on (run_at) has the same list. */
  readonly states: readonly string[]
  /** More assignments, for example a state: `state = 'running'`. `prior` is the row before the claim. */
  readonly set?: string
  /** What the statement returns besides id and fence. Columns of the table as `work.…`, of before as `prior.…`. */
  readonly returning: readonly string[]
}

/**
 * The claim statement: $1 limit, $2 lease in seconds. SKIP LOCKED lets claimers pass each other; the row lock is re-checked
 * against the latest version, so a row is leased to one claimer only. `fence` grows with each claim: every later statement
 * of the claimer names it, and one whose lease was taken over changes nothing. now() and not clock_timestamp(), because
 * only a stable function can use the index; the statement is its own transaction, so they are the same moment.
 */
export function leaseClaim({ table, states, set, returning }: LeaseClaim): string {
  const list = states.map((state) => `'${state}'`).join(', ')
  return `
    WITH prior AS MATERIALIZED (
      SELECT * FROM ${table}
      WHERE state IN (${list}) AND run_at <= now() AND (lease_until IS NULL OR lease_until <= now())
      ORDER BY run_at
      LIMIT $1
      FOR UPDATE SKIP LOCKED)
    UPDATE ${table} AS work
    SET lease_until = now() + make_interval(secs => $2), fence = work.fence + 1${set ? `, ${set}` : ''}
    FROM prior
    WHERE work.id = prior.id
    RETURNING work.id, work.fence${returning.map((column) => `, ${column}`).join('')}`
}
