import { QueryFailedError, QueryRunnerAlreadyReleasedError, TransactionNotStartedError } from 'typeorm'

/** Class 08, admin shutdown and crash, starting up, too many connections; and what the socket itself says. */
const LOST = /^(08|57P0[123]|53300|ECONN|EPIPE|ENOENT|ETIMEDOUT|EAI_)/

/** Postgres went away under a statement: whether it was committed is not known here, and the guards do not need to know. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof QueryRunnerAlreadyReleasedError || error instanceof TransactionNotStartedError) return true
  const lost: unknown = error instanceof QueryFailedError ? error.driverError : error
  if (typeof lost !== 'object' || lost === null) return false
  const { cause, code, message } = lost as { cause?: unknown; code?: unknown; message?: unknown }
  // a refusal that was caused by it (the audit row could not be written)
  if (cause !== undefined && cause !== lost) return isConnectionLoss(cause)
  return (typeof code === 'string' && LOST.test(code)) || /connection (terminated|ended)|not queryable/i.test(String(message))
}

/** A deadlock or a lock that was not given, a cancelled statement, no space or memory: the same statements may succeed later. */
const PASSES = /^(40|53|55P03|57014)/

/** Postgres refused, and neither the statement nor its values are at fault. */
export function isPassingRefusal(error: unknown): boolean {
  const refused: unknown = error instanceof QueryFailedError ? error.driverError : error
  if (typeof refused !== 'object' || refused === null) return false
  const { code } = refused as { code?: unknown }
  return typeof code === 'string' && PASSES.test(code)
}
