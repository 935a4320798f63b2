import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../kernel/domain-error.js'
import { newId } from '../../../kernel/ids.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { QueueRunner } from '../../../platform/queue/index.js'
import { Directories } from '../../directories/index.js'
import { TaskStore } from '../persistence/task.store.js'
import { isSupported, workflowOf } from './account-gate.js'
import { ProvisioningHooks } from './provisioning-hooks.js'
import { ProvisioningSettings } from './provisioning-settings.js'
import { QUEUE } from './settlement.js'
import { carriesPassword, type Operation, type SettleListener, type Task, type WriteGate } from './task.js'
import { TaskAudit } from './task-audit.js'
import { TaskSecret } from './task-secret.js'
import { toTask } from './task-view.js'
import { TRANSITIONS } from './transitions.js'

/** Durable operations on accounts: what is accepted here is done once, or ends with an honest reason. */
@Injectable()
export class Provisioning {
  constructor(
    private readonly tasks: TaskStore,
    private readonly directories: Directories,
    private readonly secret: TaskSecret,
    private readonly audit: TaskAudit,
    private readonly hooks: ProvisioningHooks,
    private readonly queue: QueueRunner,
    private readonly settings: ProvisioningSettings,
  ) {}

  /**
   * Writes the durable task and the audit intent in the caller's transaction. Throws OPERATION_NOT_SUPPORTED,
   * ACTION_IN_PROGRESS when the account has an open task, AUDIT_UNAVAILABLE; nothing was written then.
   */
  async submit(tx: Tx, operation: Operation): Promise<Task> {
    this.#assertWellFormed(operation)
    this.audit.assertWritable()
    const { kind, accountId, directoryId, newPassword, currentPassword, secretTtlSeconds } = operation
    const directory = this.directories.get(directoryId)
    if (!isSupported(kind, operation.mustChange, this.directories.capabilities(directoryId))) {
      throw new DomainError('OPERATION_NOT_SUPPORTED', { params: { directory: directory.name } })
    }
    const off = this.directories.switchedOff(directoryId, kind, workflowOf(operation.origin))
    if (off) throw new DomainError('OPERATION_NOT_SUPPORTED', { params: { directory: directory.name, task: off } })
    const id = newId()
    const row = await this.tasks.insert(tx, {
      id, kind, accountId, directoryId, secretTtlSeconds,
      origin: operation.origin,
      directoryName: directory.name,
      directoryPosition: directory.position,
      requestId: operation.requestId,
      personId: operation.personId,
      nativeId: operation.ref.nativeId,
      login: operation.ref.login,
      mustChange: operation.mustChange,
      actorKind: operation.actor.kind,
      actorId: operation.actor.id,
      correlationId: operation.correlationId,
      sealedSecret: newPassword && this.secret.seal(id, accountId, { newPassword, currentPassword }),
      ...this.#ends(newPassword !== null, secretTtlSeconds),
    })
    if (!row) throw new DomainError('ACTION_IN_PROGRESS')
    const task = toTask(row)
    await this.audit.submitted(tx, task, operation.actor)
    tx.afterCommit(() => this.queue.wake(QUEUE))
    return task
  }

  /** From failed only, same row, run + 1, at most 5; SECRET_EXPIRED when the password is gone and none is given. */
  async rerun(tx: Tx, taskId: string, newPassword: SecretText | null): Promise<Task> {
    this.audit.assertWritable()
    const held = await this.tasks.lock(tx, taskId)
    if (!held) throw new DomainError('NOT_FOUND')
    const before = toTask(held)
    const needsSecret = carriesPassword(before.kind)
    if (newPassword && !needsSecret) throw new DomainError('REQUEST_INVALID')
    const row = await this.tasks.rerun(tx, taskId, TRANSITIONS.rerun, {
      maxRuns: this.settings.maxRuns,
      needsSecret,
      sealedSecret: newPassword && this.#reseal(before, held.sealed_secret, newPassword),
      ...this.#ends(needsSecret, held.secret_ttl_seconds),
    })
    if (!row) throw await this.#rerunRefusal(tx, before, newPassword)
    const task = toTask(row)
    await this.audit.submitted(tx, task, { kind: held.actor_kind, id: held.actor_id }, 'rerun')
    tx.afterCommit(() => this.queue.wake(QUEUE))
    return task
  }

  async listByRequest(on: Queryable, requestId: string): Promise<Task[]> {
    return (await this.tasks.listByRequests(on, [requestId])).map(toTask)
  }

  /** One statement for a page of requests. Every asked request is a key, also one without tasks. */
  async listByRequests(on: Queryable, requestIds: readonly string[]): Promise<Map<string, Task[]>> {
    const found = new Map<string, Task[]>(requestIds.map((id) => [id, []]))
    if (requestIds.length === 0) return found
    for (const row of await this.tasks.listByRequests(on, requestIds)) found.get(row.request_id)!.push(toTask(row))
    return found
  }

  addWriteGate(gate: WriteGate): void {
    this.hooks.writeGates.push(gate)
  }

  addSettleListener(listener: SettleListener): void {
    this.hooks.settleListeners.push(listener)
  }

  /** Bugs of a caller, not refusals: a password where none belongs, or none where one does. */
  #assertWellFormed({ kind, newPassword, currentPassword, secretTtlSeconds }: Operation): void {
    if (carriesPassword(kind) !== (newPassword !== null)) {
      throw new Error(`${kind} ${newPassword ? 'takes no' : 'needs a'} password`)
    }
    if ((kind === 'change') !== (currentPassword !== null)) throw new Error(`${kind}: current password given or missing`)
    if (newPassword && !(secretTtlSeconds > 0)) throw new Error('a password needs an end')
  }

  /** Only half of the password's life goes into tries by itself: the other half is for a re-run without retyping. */
  #ends(withSecret: boolean, ttlSeconds: number): { retrySeconds: number; checkSeconds: number } {
    const { keepTryingSeconds, keepCheckingSeconds } = this.settings
    if (!withSecret) return { retrySeconds: keepTryingSeconds, checkSeconds: keepCheckingSeconds }
    return { retrySeconds: Math.min(keepTryingSeconds, ttlSeconds / 2), checkSeconds: ttlSeconds }
  }

  /** A change needs the current password too: it lives under the same seal and goes with it. */
  #reseal(task: Task, sealed: Buffer | null, newPassword: SecretText): Buffer {
    const kept = task.kind === 'change' && task.hasSecret && sealed ? this.secret.open(sealed, task.id, task.accountId) : null
    if (task.kind === 'change' && !kept?.currentPassword) throw new DomainError('SECRET_EXPIRED')
    return this.secret.seal(task.id, task.accountId, { newPassword, currentPassword: kept?.currentPassword ?? null })
  }

  async #rerunRefusal(tx: Tx, task: Task, newPassword: SecretText | null): Promise<DomainError> {
    const allowed = TRANSITIONS.rerun.from.some((state) => state === task.state)
    if (!allowed || task.runs >= this.settings.maxRuns) {
      return new DomainError('RERUN_REFUSED', { params: { runs: task.runs, maxRuns: this.settings.maxRuns, state: task.state } })
    }
    if (carriesPassword(task.kind) && !newPassword && !task.hasSecret) return new DomainError('SECRET_EXPIRED')
    return new DomainError((await this.tasks.hasOpen(tx, task.accountId)) ? 'ACTION_IN_PROGRESS' : 'RERUN_REFUSED')
  }
}
