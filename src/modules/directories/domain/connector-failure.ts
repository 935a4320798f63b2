import type { ErrorCode } from '../../../contract/error-codes.js'
import type { ConnectorReason } from './connector.js'

/** Every reason of the closed list has exactly one code of the catalogue (decisions.md 10). */
export const CODE_OF_REASON: Readonly<Record<ConnectorReason, ErrorCode>> = {
  unreachable: 'CONNECTOR_UNAVAILABLE',
  'bad-credentials': 'CONNECTOR_MISCONFIGURED',
  'no-such-account': 'ACCOUNT_NOT_FOUND',
  'policy-refused': 'DIRECTORY_POLICY_REJECTED',
  history: 'DIRECTORY_POLICY_REJECTED',
  'too-young': 'DIRECTORY_POLICY_REJECTED',
  'wrong-current-password': 'CURRENT_PASSWORD_WRONG',
  'account-locked': 'ACCOUNT_LOCKED',
  'account-disabled': 'ACCOUNT_DISABLED',
  'account-expired': 'ACCOUNT_EXPIRED',
  'not-permitted': 'CONNECTOR_FORBIDDEN',
  'protected-account': 'PRIVILEGED_TARGET',
  throttled: 'DIRECTORY_THROTTLED',
  unsupported: 'OPERATION_NOT_SUPPORTED',
  'timed-out': 'CONNECTOR_UNAVAILABLE',
  unknown: 'CONNECTOR_UNAVAILABLE',
}
