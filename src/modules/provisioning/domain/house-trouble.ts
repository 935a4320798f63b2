import { DomainError } from '../../../kernel/domain-error.js'
import { isConnectionLoss, isPassingRefusal } from '../../../platform/database/connection-loss.js'
import type { Conclusion } from './conclusion.js'

/** Before the write: our own house (the trail, Postgres) stood in the way, so nothing was sent and later it may be. */
export const refusedByTheHouse = (error: unknown): boolean => error instanceof DomainError || isConnectionLoss(error)

export function deferredByTheHouse(error: unknown): Conclusion {
  if (error instanceof DomainError) return { kind: 'deferred', code: error.code, diagnostic: error.detail.diagnostic ?? null }
  return { kind: 'deferred', code: 'SERVICE_UNAVAILABLE', diagnostic: 'the product\'s own database went away' }
}

/** The settle may succeed later: the trail or Postgres stood in the way. Anything else is a mistake that would only repeat. */
export const isPassing = (error: unknown): boolean =>
  isConnectionLoss(error) || isPassingRefusal(error) || (error instanceof DomainError && error.code === 'AUDIT_UNAVAILABLE')
