import type { Database, Tx } from '../../../platform/database/database.js'
import { ConnectorError, type CallContext } from '../domain/connector.js'

/** Connection refused, reset or gone; a server that is starting, stopping or was told to stop. */
const AWAY = /^(08|57P0)|^E[A-Z]+$/
const CANCELLED = '57014'
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * This directory's own transactions: never the caller's, because it is a foreign system whose commit is its own. The
 * call's deadline bounds every statement.
 */
export async function inLocalTransaction<T>(database: Database, context: CallContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  const leftMs = context.deadline.getTime() - Date.now()
  if (leftMs <= 0) throw new ConnectorError('timed-out', 'the deadline passed before the statement')
  let committing = false
  try {
    return await database.transaction(async (tx) => {
      await tx.query(`SELECT set_config('statement_timeout', $1, true)`, [String(Math.ceil(leftMs))])
      const answer = await work(tx)
      if (context.deadline.getTime() <= Date.now()) throw new ConnectorError('timed-out', 'the deadline passed before the commit')
      committing = true
      return answer
    })
  } catch (error) {
    throw asConnectorError(error, committing)
  }
}

/** A statement that failed was rolled back; only a connection lost at the commit leaves the outcome open. */
function asConnectorError(error: unknown, committing: boolean): ConnectorError {
  if (error instanceof ConnectorError) return error
  const { code, message } = error as { code?: string; message?: string }
  const applied = committing ? 'unknown' : 'no'
  // the state alone: messages of a constraint repeat the values of the row
  const diagnostic = code ? `Postgres ${code}` : 'Postgres does not answer'
  if (code === CANCELLED || code === LOCK_NOT_AVAILABLE) return new ConnectorError('timed-out', diagnostic, applied)
  if ((code && AWAY.test(code)) || /terminated|timeout|ended|closed/i.test(message ?? '')) return new ConnectorError('unreachable', diagnostic, applied)
  return new ConnectorError('unknown', diagnostic, applied)
}
