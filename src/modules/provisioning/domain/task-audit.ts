import { Injectable } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { AuditLog, type AuditChannel, type AuditEntry, type AuditOutcome, type RecordedChange } from '../../audit/index.js'
import type { Settle } from '../persistence/claim.store.js'
import type { TaskRow } from '../persistence/task-row.js'
import type { Operation, Origin, Task } from './task.js'
import type { ClaimedTask } from './task-view.js'
import type { TaskState } from './transitions.js'

type Actor = Operation['actor']

const OUTCOMES: Readonly<Record<TaskState, { action: string; outcome: AuditOutcome }>> = {
  running: { action: 'provisioning.attempt.started', outcome: 'intent' },
  queued: { action: 'provisioning.attempt.disproved', outcome: 'failure' },
  retrying: { action: 'provisioning.attempt.failed', outcome: 'failure' },
  checking: { action: 'provisioning.attempt.lost', outcome: 'unknown' },
  succeeded: { action: 'provisioning.task.succeeded', outcome: 'success' },
  refused: { action: 'provisioning.task.refused', outcome: 'refused' },
  failed: { action: 'provisioning.task.failed', outcome: 'failure' },
}

/** The trail of a task: submitted, an intent before every write, an outcome after it, in the transaction of each. */
@Injectable()
export class TaskAudit {
  constructor(private readonly log: AuditLog) {}

  /** Refuses before anything is done when the trail cannot be kept (security.md rule 10). */
  assertWritable(): void {
    this.log.assertWritable()
  }

  async submitted(tx: Tx, task: Task, actor: Actor, action: 'submitted' | 'rerun' = 'submitted'): Promise<void> {
    await this.log.record(tx, {
      ...entryOf(task, actor),
      action: `provisioning.task.${action}`,
      outcome: 'intent',
      channel: CHANNELS[task.origin],
      facts: { kind: task.kind, origin: task.origin, run: task.runs },
    })
  }

  /** Null: the attempt could not be opened, and neither is on record. */
  intent(on: Queryable, { task, actor }: ClaimedTask, opening: RecordedChange): Promise<object | null> {
    const { action, outcome } = OUTCOMES.running
    return this.log.recordChange(on, opening, {
      ...entryOf(task, actor), action, outcome, channel: 'worker',
      facts: { kind: task.kind, origin: task.origin, run: task.runs },
    })
  }

  /** Null: the task could not be moved, and nothing is on record. */
  outcome(on: Queryable, { actor, task }: ClaimedTask, settle: Settle, moving: RecordedChange): Promise<TaskRow | null> {
    const { action, outcome } = OUTCOMES[settle.move.to as TaskState]
    return this.log.recordChange<TaskRow>(on, moving, {
      ...entryOf(task, actor), action, channel: 'worker',
      outcome: settle.mayHaveChanged ? 'unknown' : outcome,
      errorCode: settle.code as ErrorCode | null,
      facts: {
        kind: task.kind, origin: task.origin, run: task.runs, changed: settle.changed, mayHaveChanged: settle.mayHaveChanged,
        readBack: task.state === 'checking',
      },
      personal: settle.diagnostic ? { login: task.login, diagnostic: settle.diagnostic } : { login: task.login },
    })
  }
}

type Common = 'correlationId' | 'actor' | 'personId' | 'accountId' | 'directoryId' | 'requestId' | 'taskId' | 'personal'
function entryOf(task: Task, actor: Actor): Pick<AuditEntry, Common> {
  return {
    correlationId: task.correlationId,
    actor,
    personId: task.personId,
    accountId: task.accountId,
    directoryId: task.directoryId,
    requestId: task.requestId,
    taskId: task.id,
    personal: { login: task.login },
  }
}

const CHANNELS: Readonly<Record<Origin, AuditChannel>> = {
  SELF: 'self-service', TICKET: 'operator', ADMIN: 'operator', PASSWORD_MANAGER: 'operator',
  INIT: 'system', SOAP: 'system', TAKEOVER: 'system', UNIFORM: 'system',
}
