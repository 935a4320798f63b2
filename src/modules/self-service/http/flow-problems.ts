import { z } from 'zod'
import type { ErrorCode } from '../../../contract/error-codes.js'
import type { SubmitUnlock } from '../../../contract/self-service.contract.js'

/** What each group of routes may answer, for the OpenAPI document. */
export const STEP_PROBLEMS: readonly ErrorCode[] = ['REQUEST_INVALID', 'FLOW_NOT_HERE', 'FLOW_EXPIRED', 'FLOW_STEP_REFUSED', 'OTP_LOCKED']
export const PROOF_PROBLEMS: readonly ErrorCode[] = ['OTP_RATE_LIMIT', 'METHOD_UNAVAILABLE', 'AUDIT_UNAVAILABLE']
export const PASSWORD_PROBLEMS: readonly ErrorCode[] = [...STEP_PROBLEMS, 'NO_ACCOUNT', 'ACCOUNT_DISABLED', 'OPERATION_NOT_SUPPORTED', 'RATE_LIMITED']
export const SUBMIT_PROBLEMS: readonly ErrorCode[] = [
  ...PASSWORD_PROBLEMS, 'NOT_ENTITLED', 'ACTION_IN_PROGRESS', 'IDENTITY_LOCKED', 'PERSON_FROZEN', 'PRIVILEGED_TARGET', 'AUDIT_UNAVAILABLE',
]
export const RERUN_PROBLEMS: readonly ErrorCode[] = [
  'SECRET_EXPIRED', 'RERUN_REFUSED', 'NO_ACCOUNT', 'ACTION_IN_PROGRESS', 'NOT_ENTITLED', 'IDENTITY_LOCKED', 'PERSON_FROZEN',
  'PRIVILEGED_TARGET', 'AUDIT_UNAVAILABLE',
]

export const Nothing = z.object({}).strict()
export type AccountsChoice = z.infer<typeof SubmitUnlock>
