import { Injectable } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import type { TextParams } from '../../../contract/problem.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'

export type OperationKind = 'reset' | 'change' | 'unlock' | 'activate' | 'deactivate'
export type Origin = 'SELF' | 'TICKET' | 'ADMIN' | 'PASSWORD_MANAGER' | 'INIT' | 'SOAP' | 'TAKEOVER' | 'UNIFORM'

/**
 * queued → running → succeeded | refused (the directory's final no) | failed (dead letter)
 * running → retrying (certainly not applied, back-off) → running
 * running → checking (may have been applied: reconcile on the same server) → succeeded | refused | failed | queued
 * checking past the secret's deadline → failed with mayHaveChanged
 */
export type TaskState = 'queued' | 'running' | 'retrying' | 'checking' | 'succeeded' | 'refused' | 'failed'
export const OPEN_TASK_STATES = ['queued', 'running', 'retrying', 'checking'] as const satisfies readonly TaskState[]

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
  readonly login: string
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
  readonly correlationId: string
}

/** Asked in the worker right before the directory is called; a code refuses the task (person locked, frozen, left …). */
export type WriteGate = (on: Queryable, task: Task) => Promise<ErrorCode | null>
/** Runs inside the settle transaction: what the outcome changes elsewhere commits with it or not at all. */
export type SettleListener = (tx: Tx, task: Task) => Promise<void>

@Injectable()
export class Provisioning {
  /** Writes the durable task and the audit intent in the caller's transaction. Throws ACTION_IN_PROGRESS when the account has an open one. */
  async submit(_tx: Tx, _operation: Operation): Promise<Task> {
    throw new Error('pending')
  }
  /** From failed only, same row, run + 1, at most 5; SECRET_EXPIRED when the password is gone and none is given. */
  async rerun(_tx: Tx, _taskId: string, _newPassword: SecretText | null): Promise<Task> {
    throw new Error('pending')
  }
  async listByRequest(_on: Queryable, _requestId: string): Promise<Task[]> {
    throw new Error('pending')
  }
  /** One statement for a page of requests. */
  async listByRequests(_on: Queryable, _requestIds: readonly string[]): Promise<Map<string, Task[]>> {
    throw new Error('pending')
  }
  addWriteGate(_gate: WriteGate): void {
    throw new Error('pending')
  }
  addSettleListener(_listener: SettleListener): void {
    throw new Error('pending')
  }
}
