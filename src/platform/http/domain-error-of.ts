import { HttpException } from '@nestjs/common'
import type { ErrorCode } from '../../contract/error-codes.js'
import { DomainError } from '../../kernel/domain-error.js'
import { isConnectionLoss } from '../database/connection-loss.js'

/** Refusals of Nest, Express and its parsers, by status. Their messages are not ours and are dropped. */
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'SIGN_IN_REQUIRED',
  403: 'NOT_ENTITLED',
  404: 'NOT_FOUND',
  405: 'NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  429: 'RATE_LIMITED',
  503: 'SERVICE_UNAVAILABLE',
}

/** Postgres: the text cannot be stored (a NUL, a lone surrogate). The request is at fault, not we. */
const UNSTORABLE_TEXT = new Set(['22021', '22P05'])

/** Any exception as one of the catalogue. What nobody expected is INTERNAL, with the original as its cause. */
export function domainErrorOf(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown
  if (thrown instanceof HttpException || isParserError(thrown)) {
    const status = thrown instanceof HttpException ? thrown.getStatus() : thrown.status
    if (status < 500 || status === 503) return new DomainError(CODE_OF_STATUS[status] ?? 'REQUEST_INVALID', { cause: thrown })
  }
  const state = databaseState(thrown)
  if (state !== null && UNSTORABLE_TEXT.has(state)) return new DomainError('REQUEST_INVALID', { cause: thrown })
  if (isConnectionLoss(thrown)) return new DomainError('SERVICE_UNAVAILABLE', { cause: thrown })
  return new DomainError('INTERNAL', { cause: thrown })
}

/** http-errors, as Express and cookie-parser throw them. */
const isParserError = (thrown: unknown): thrown is Error & { status: number } =>
  thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number' && 'expose' in thrown

/** pg's `code`, on the error itself or as TypeORM wraps it. Only errors that come from the driver have `driverError`. */
function databaseState(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null
  const driver = 'driverError' in thrown ? thrown.driverError : thrown
  const code = typeof driver === 'object' && driver !== null && 'code' in driver ? driver.code : null
  return typeof code === 'string' ? code : null
}
