import type { ErrorCode } from '../../../contract/error-codes.js'
import type { TextParams } from '../../../contract/problem.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import type { TaskState } from './transitions.js'

export type OperationKind = 'reset' | 'change' | 'unlock' | 'activate' | 'deactivate'
export type Origin = 'SELF' | 'TICKET' | 'ADMIN' | 'PASSWORD_MANAGER' | 'INIT' | 'SOAP' | 'TAKEOVER' | 'UNIFORM'

/** What must happen to one account. */
export type Operation = {
  readonly kind: OperationKind
  readonly origin: Origin
  readonly requestId: string
  readonly personId: string
  readonly accountId: string
  readonly directoryId: string
  readonly ref: { readonly nativeId: string; readonly login: string }
  readonly mustChange: boolean
  readonly newPassword: SecretText | null
  readonly currentPassword: SecretText | null
  /** How long the sealed password may live: 10 min for self-service (security.md). Ignored without a password. */
  readonly secretTtlSeconds: number
  readonly actor: { readonly kind: 'person' | 'operator' | 'system'; readonly id: string | null }
  readonly correlationId: string
}

export type Task = {
  readonly id: string
  readonly kind: OperationKind
  readonly origin: Origin
  readonly state: TaskState
  readonly requestId: string
  readonly personId: string
  readonly accountId: string
  readonly directoryId: string
  /** What people called the directory, and its place among theirs, at the submit: it may be gone from the configuration by now. */
  readonly directoryName: string
  readonly directoryPosition: number
  readonly login: string
  /** The person sets another one at the next sign-in. */
  readonly mustChange: boolean
  readonly attempts: number
  readonly runs: number
  readonly code: ErrorCode | null
  readonly params: TextParams
  /** The directory's own words, for admins. */
  readonly diagnostic: string | null
  readonly changed: boolean | null
  readonly mayHaveChanged: boolean
  readonly createdAt: Date
  readonly settledAt: Date | null
  readonly secretUntil: Date | null
  readonly hasSecret: boolean
  /** While open: when it closes by itself at the latest, by trying (queued, running, retrying) or by asking (checking). */
  readonly keepsTryingUntil: Date | null
  readonly correlationId: string
}

/** Asked in the worker right before the directory is called; a code refuses the task (person locked, frozen, left …). */
export type WriteGate = (on: Queryable, task: Task) => Promise<ErrorCode | null>
/**
 * Runs inside the settle transaction of a task that has ended: what the outcome changes elsewhere commits with it or not
 * at all. Two tasks of one request may settle at the same moment and do not see each other: a listener that looks at
 * the siblings locks the request first.
 */
export type SettleListener = (tx: Tx, task: Task) => Promise<void>

export const carriesPassword = (kind: OperationKind): boolean => kind === 'reset' || kind === 'change'
