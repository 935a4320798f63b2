import type { ErrorCode } from '../../../contract/error-codes.js'
import type { ClaimedRow, TaskRow } from '../persistence/task-row.js'
import type { OperationKind, Origin, Task } from './task.js'
import { OPEN_TASK_STATES, type TaskState } from './transitions.js'

const isOpen = (state: string): boolean => OPEN_TASK_STATES.some((open) => open === state)

export function toTask(row: TaskRow): Task {
  const state = row.state as TaskState
  return {
    id: row.id,
    kind: row.kind as OperationKind,
    origin: row.origin as Origin,
    state,
    requestId: row.request_id,
    personId: row.person_id,
    accountId: row.account_id,
    directoryId: row.directory_id,
    directoryName: row.directory_name,
    directoryPosition: row.directory_position,
    login: row.login,
    mustChange: row.must_change,
    attempts: row.attempts,
    runs: row.runs,
    code: row.code as ErrorCode | null,
    params: row.params,
    diagnostic: row.diagnostic,
    changed: row.changed,
    mayHaveChanged: row.may_have_changed,
    createdAt: row.created_at,
    settledAt: row.settled_at,
    secretUntil: row.secret_until,
    hasSecret: row.has_secret,
    keepsTryingUntil: isOpen(state) ? (state === 'checking' ? row.check_until : row.retry_until) : null,
    correlationId: row.correlation_id,
  }
}

/** A task in the hands of this worker. */
export type ClaimedTask = {
  readonly task: Task
  readonly hold: { readonly id: string; readonly fence: number }
  readonly ref: { readonly nativeId: string; readonly login: string }
  readonly actor: { readonly kind: 'person' | 'operator' | 'system'; readonly id: string | null }
  readonly failures: number
  readonly sealedSecret: Buffer | null
  readonly priorState: TaskState
  readonly pastRetry: boolean
  readonly pastCheck: boolean
  /** performance.now() from before the claim was sent: the lease cannot have begun earlier. */
  readonly claimedAt: number
}

export function toClaimedTask(row: ClaimedRow, claimedAt: number): ClaimedTask {
  return {
    task: toTask(row),
    hold: { id: row.id, fence: row.fence },
    ref: { nativeId: row.native_id, login: row.login },
    actor: { kind: row.actor_kind, id: row.actor_id },
    failures: row.failures,
    sealedSecret: row.has_secret ? row.sealed_secret : null,
    priorState: row.prior_state as TaskState,
    pastRetry: row.past_retry,
    pastCheck: row.past_check,
    claimedAt,
  }
}
