import { QueryFailedError, QueryRunnerAlreadyReleasedError, TransactionNotStartedError } from 'typeorm'

/** Class 08, admin shutdown and crash, starting up, too many connections; and what the socket itself says. */
const LOST = /^(08|57P0[123]|53300|ECONN|EPIPE|ENOENT|ETIMEDOUT|EAI_)/

/** Postgres went away under a statement: whether it was committed is not known here, and the guards do not need to know. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof QueryRunnerAlreadyReleasedError || error instanceof TransactionNotStartedError) return true
  const cause = error instanceof QueryFailedError ? error.driverError : error
  if (!(cause instanceof Error)) return false
  // a refusal that was caused by it (the audit row could not be written)
  if (cause.cause !== undefined && cause.cause !== cause) return isConnectionLoss(cause.cause)
  const { code } = cause as { code?: unknown }
  return (typeof code === 'string' && LOST.test(code)) || /connection (terminated|ended)|not queryable/i.test(cause.message)
}
