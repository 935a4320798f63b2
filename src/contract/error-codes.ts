/**
 * The one catalogue of failures. Every error the product can answer with has a code here, a kind (which each face,
 * HTTP today and SOAP later, maps to its own statuses in one place) and the `type` of its RFC 9457 problem document.
 * The three texts of each code (person, agent, admin) live beside this file in `error-texts/`.
 */
export type ErrorKind =
  | 'invalid' // the request itself is malformed
  | 'unauthenticated' // no or no longer a session or flow of this browser
  | 'forbidden' // known who, not allowed to
  | 'not-found'
  | 'conflict' // true state of the thing forbids it now
  | 'gone' // it existed and has ended for good
  | 'unprocessable' // well-formed, and refused by a rule
  | 'limited' // a budget or rate is spent; `retryAt` says until when
  | 'unavailable' // something we depend on does not answer
  | 'internal'

type Entry = { readonly kind: ErrorKind; readonly type: `/problems/${string}/${string}` }
const entry = (kind: ErrorKind, path: `${string}/${string}`): Entry => ({ kind, type: `/problems/${path}` })

export const ERRORS = {
  // the request
  REQUEST_INVALID: entry('invalid', 'request/invalid'),
  REQUEST_TOO_LARGE: entry('invalid', 'request/too-large'),
  ORIGIN_REFUSED: entry('forbidden', 'request/origin-refused'),
  NOT_FOUND: entry('not-found', 'request/not-found'),
  RATE_LIMITED: entry('limited', 'request/rate-limited'),
  INTERNAL: entry('internal', 'request/internal'),
  SERVICE_UNAVAILABLE: entry('unavailable', 'request/service-unavailable'),
  SIGN_IN_REQUIRED: entry('unauthenticated', 'request/sign-in-required'),
  // the flow
  FLOW_NOT_HERE: entry('unauthenticated', 'flow/not-here'),
  FLOW_EXPIRED: entry('gone', 'flow/expired'),
  FLOW_STEP_REFUSED: entry('conflict', 'flow/step-refused'),
  // proof
  AUTH_DATA_MISSING: entry('unprocessable', 'verification/data-missing'),
  METHOD_UNAVAILABLE: entry('unavailable', 'verification/method-unavailable'),
  OTP_INVALID: entry('unprocessable', 'verification/code-invalid'),
  OTP_EXPIRED: entry('gone', 'verification/code-expired'),
  OTP_LOCKED: entry('limited', 'verification/code-locked'),
  OTP_RATE_LIMIT: entry('limited', 'verification/resend-limited'),
  EID_NO_MATCH: entry('unprocessable', 'verification/eid-no-match'),
  EID_AMBIGUOUS: entry('unprocessable', 'verification/eid-ambiguous'),
  SIGN_IN_REFUSED: entry('unprocessable', 'verification/sign-in-refused'),
  CURRENT_PASSWORD_WRONG: entry('unprocessable', 'verification/current-password-wrong'),
  SIGN_IN_LOCKED: entry('limited', 'verification/sign-in-locked'),
  // the password
  POLICY_VIOLATION: entry('unprocessable', 'password/policy-violation'),
  DIRECTORY_POLICY_REJECTED: entry('unprocessable', 'password/directory-rejected'),
  POLICY_UNREADABLE: entry('unavailable', 'password/policy-unreadable'),
  SECRET_EXPIRED: entry('gone', 'password/secret-expired'),
  // the account
  NO_ACCOUNT: entry('unprocessable', 'account/none'),
  ACCOUNT_NOT_FOUND: entry('not-found', 'account/not-found'),
  ACCOUNT_LOCKED: entry('conflict', 'account/locked'),
  ACCOUNT_DISABLED: entry('conflict', 'account/disabled'),
  ACCOUNT_EXPIRED: entry('conflict', 'account/expired'),
  ACTION_IN_PROGRESS: entry('conflict', 'account/action-in-progress'),
  OPERATION_NOT_SUPPORTED: entry('unprocessable', 'account/operation-not-supported'),
  PRIVILEGED_TARGET: entry('forbidden', 'account/privileged-target'),
  // the person
  IDENTITY_LOCKED: entry('forbidden', 'person/identity-locked'),
  PERSON_FROZEN: entry('forbidden', 'person/frozen'),
  NOT_ENTITLED: entry('forbidden', 'person/not-entitled'),
  // the directory
  CONNECTOR_UNAVAILABLE: entry('unavailable', 'directory/unavailable'),
  CONNECTOR_FORBIDDEN: entry('unavailable', 'directory/right-missing'),
  CONNECTOR_MISCONFIGURED: entry('unavailable', 'directory/misconfigured'),
  DIRECTORY_THROTTLED: entry('unavailable', 'directory/throttled'),
  OUTCOME_UNKNOWN: entry('unavailable', 'directory/outcome-unknown'),
  // the desk
  CALLER_PROOF_REQUIRED: entry('forbidden', 'desk/caller-proof-required'),
  APPROVAL_REQUIRED: entry('forbidden', 'desk/approval-required'),
  SELF_ACTION_FORBIDDEN: entry('forbidden', 'desk/self-action-forbidden'),
  ACTION_STOPPED: entry('conflict', 'desk/action-stopped'),
  TICKET_RESOLVE_BLOCKED: entry('conflict', 'desk/ticket-resolve-blocked'),
  RERUN_REFUSED: entry('conflict', 'provisioning/rerun-refused'),
  // the house
  AUDIT_UNAVAILABLE: entry('unavailable', 'audit/unavailable'),
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof ERRORS
export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]
