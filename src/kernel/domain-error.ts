import { ERRORS, type ErrorCode, type ErrorKind } from '../contract/error-codes.js'
import type { TextParams, Violation } from '../contract/problem.contract.js'

export type DomainErrorDetail = {
  /** Values for the three texts. Reaches the person: no secret, nothing about anyone else. */
  params?: TextParams
  /** Request members at fault, for the error beside the field. */
  fields?: { field: string; reason: string }[]
  violations?: Violation[]
  /** When the same request may succeed again. */
  retryAt?: Date
  /** The foreign system's own words, for admins and the audit trail only. Already free of secrets. */
  diagnostic?: string
  cause?: unknown
}

/** A refusal that is nobody's bug: a code of the catalogue plus what its texts need. Each face maps the kind once. */
export class DomainError extends Error {
  readonly kind: ErrorKind
  constructor(
    readonly code: ErrorCode,
    readonly detail: DomainErrorDetail = {},
  ) {
    super(code, { cause: detail.cause })
    this.name = 'DomainError'
    this.kind = ERRORS[code].kind
  }
}
