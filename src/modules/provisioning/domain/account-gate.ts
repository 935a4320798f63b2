import type { ErrorCode } from '../../../contract/error-codes.js'
import type { AccountState, DirectoryConnection, Workflow } from '../../directories/index.js'
import { carriesPassword, type OperationKind, type Origin } from './task.js'

type Refusal = { readonly code: ErrorCode; readonly diagnostic: string }

/**
 * Who may act on a protected account (security.md): nobody yet. An IGA admin may once a second person's approval can be
 * recorded; until then every origin is refused, which fails closed for every origin to come.
 */
const MAY_TOUCH_PROTECTED: ReadonlySet<Origin> = new Set()

/** The live answer of the directory against what we were asked to do, decided right before the write. */
export function refusalOf(kind: OperationKind, origin: Origin, state: AccountState): Refusal | null {
  if (state.protected && !MAY_TOUCH_PROTECTED.has(origin)) {
    return { code: 'PRIVILEGED_TARGET', diagnostic: state.protectedBecause ?? 'protected by the directory' }
  }
  if (kind === 'deactivate') return null
  // the service connection would succeed on these, and on OpenLDAP even re-enable them (decisions.md 7)
  if (!state.enabled && kind !== 'activate') return { code: 'ACCOUNT_DISABLED', diagnostic: 'the account is disabled' }
  if (state.accountExpired) return { code: 'ACCOUNT_EXPIRED', diagnostic: 'the account has expired' }
  return null
}

/** Under which event tasks it is done: what people ask for themselves is a service request, all else an action of an admin. */
export const workflowOf = (origin: Origin): Workflow => (origin === 'SELF' ? 'service-request' : 'admin-action')

/** A directory that declares nothing could not be opened just now: that passes, and is no answer to the question. */
export function isSupported(kind: OperationKind, mustChange: boolean, capabilities: ReadonlySet<string>): boolean {
  if (capabilities.size === 0) return true
  return capabilities.has(kind) && (!mustChange || capabilities.has('mustChange'))
}

export function speaks(kind: OperationKind, connection: DirectoryConnection): boolean {
  return Boolean(carriesPassword(kind) ? connection.setPassword : connection[kind as 'unlock' | 'activate' | 'deactivate'])
}
