import { ERRORS, type ErrorCode } from '../../contract/error-codes.js'
import { errorText, problemTitle } from '../../contract/error-texts/index.js'
import type { Problem, TextParams } from '../../contract/problem.contract.js'
import type { Language } from '../../contract/self-service.contract.js'
import type { DomainErrorDetail } from '../../kernel/domain-error.js'
import { statusOf } from './problem-status.js'

export const PROBLEM_TYPE = 'application/problem+json'

/** The RFC 9457 document of one refusal. `diagnostic` and `cause` have no place in it. */
export function problemOf(code: ErrorCode, detail: DomainErrorDetail, language: Language, correlationId: string): Problem {
  const { params, fields, violations, retryAt } = detail
  const retryIso = retryAt?.toISOString()
  const known: TextParams = { ...(retryIso === undefined ? {} : { retryAt: retryIso }), ...params }
  const type = ERRORS[code].type
  return {
    type,
    title: problemTitle(type),
    status: statusOf(code),
    code,
    detail: errorText(code, 'person', language, known, { showZone: true }),
    ...(params === undefined ? {} : { params }),
    ...(fields === undefined ? {} : { fields }),
    ...(violations === undefined ? {} : { violations }),
    ...(retryIso === undefined ? {} : { retryAt: retryIso }),
    correlationId,
  }
}
