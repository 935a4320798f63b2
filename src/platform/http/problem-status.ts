import { ERRORS, type ErrorCode, type ErrorKind } from '../../contract/error-codes.js'

/** The one place where kinds of failure become HTTP statuses. */
const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  unprocessable: 422,
  limited: 429,
  unavailable: 503,
  internal: 500,
}

/** RFC 9110 §15.5.14 has a status of its own for a body that is too large; its kind is `invalid` like its siblings. */
const PAYLOAD_TOO_LARGE = 413

export const statusOf = (code: ErrorCode): number =>
  code === 'REQUEST_TOO_LARGE' ? PAYLOAD_TOO_LARGE : STATUS_OF_KIND[ERRORS[code].kind]
