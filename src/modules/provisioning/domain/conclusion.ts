import type { ErrorCode } from '../../../contract/error-codes.js'
import type { TextParams } from '../../../contract/problem.contract.js'
import { CODE_OF_REASON, type ConnectorError, type ConnectorReason } from '../../directories/index.js'

type Cause = { readonly code: ErrorCode; readonly diagnostic: string | null; readonly params?: TextParams }

/** What one execution found out about its task. The settlement turns it into one guarded statement. */
export type Conclusion =
  | { readonly kind: 'succeeded'; readonly changed: boolean }
  /** A final no: nothing was changed and trying again will not help. */
  | ({ readonly kind: 'refused' } & Cause)
  /** A dead letter: somebody has to put something right first. */
  | ({ readonly kind: 'failed'; readonly mayHaveChanged: boolean } & Cause)
  /** Certainly not applied, worth another try. */
  | ({ readonly kind: 'deferred' } & Cause)
  /** May have been applied. `askInMs`: before that the write may still land, and a read would prove nothing. */
  | ({ readonly kind: 'lost'; readonly askInMs: number } & Cause)
  /** Read back on the same server: it was not applied. */
  | ({ readonly kind: 'disproved' } & Cause)
  /** Still not known; ask again. */
  | ({ readonly kind: 'still-unknown'; readonly askInMs: number | null } & Cause)

/**
 * `retry`: nothing is wrong with the request, the directory is not there just now. `refused`: its final word on this
 * account and password. `failed`: our own rights or settings; an admin repairs them and runs the task again.
 */
const VERDICTS: Readonly<Record<ConnectorReason, 'retry' | 'refused' | 'failed'>> = {
  unreachable: 'retry',
  throttled: 'retry',
  'timed-out': 'retry',
  unknown: 'retry',
  'no-such-account': 'refused',
  'policy-refused': 'refused',
  history: 'refused',
  'too-young': 'refused',
  'wrong-current-password': 'refused',
  'account-locked': 'refused',
  'account-disabled': 'refused',
  'account-expired': 'refused',
  'protected-account': 'refused',
  unsupported: 'refused',
  'bad-credentials': 'failed',
  'not-permitted': 'failed',
}

export function causeOf(error: ConnectorError): Cause {
  return { code: CODE_OF_REASON[error.reason], diagnostic: error.diagnostic, params: paramsOf(error) }
}

/** For an error after which the write certainly did not happen. */
export function conclusionOfCertain(error: ConnectorError): Conclusion {
  const cause = causeOf(error)
  const verdict = VERDICTS[error.reason]
  if (verdict === 'retry') return { kind: 'deferred', ...cause }
  return verdict === 'refused' ? { kind: 'refused', ...cause } : { kind: 'failed', mayHaveChanged: false, ...cause }
}

/** Which rule the directory named, for the person's text; nothing when it only said no. */
function paramsOf({ reason, violations }: ConnectorError): TextParams {
  if (reason === 'history' || reason === 'too-young') return { rule: reason === 'history' ? 'history' : 'min-age' }
  const [first] = violations
  return first ? { rule: first.rule } : {}
}
