import { isConnectionLoss } from '../database/connection-loss.js'
import { fullJitter } from './back-off.js'

const TRIES = 12
const BASE_MS = 100
const CAP_MS = 2_000

/**
 * Runs a handler's statement again while Postgres is away, some ten seconds: without it a restart under a handler leaves
 * the row to its whole lease, although nothing is wrong with it. Only for statements whose guard makes a second run
 * harmless, since a first one may have committed without an answer.
 */
export async function outlast<T>(statement: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await statement()
    } catch (error) {
      if (tried >= TRIES || !isConnectionLoss(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, fullJitter(tried, BASE_MS, CAP_MS)))
    }
  }
}
