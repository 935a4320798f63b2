import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { Provisioning, type Task } from '../../provisioning/index.js'
import { ServiceRequestStore } from '../persistence/service-request.store.js'
import { SessionStore } from '../persistence/session.store.js'
import { ResultMessages } from './result-messages.js'
import { settledState } from './service-requests.js'
import { SettleFlow } from './settle-flow.js'

/**
 * Closes a request when its last task settles, in that task's own settle transaction: the outcome, the request, the flow
 * and the message about it commit together or not at all.
 */
@Injectable()
export class SettleRequests implements OnModuleInit {
  constructor(
    private readonly provisioning: Provisioning,
    private readonly requests: ServiceRequestStore,
    private readonly flow: SettleFlow,
    private readonly sessions: SessionStore,
    private readonly messages: ResultMessages,
    private readonly audit: AuditLog,
  ) {}

  onModuleInit(): void {
    this.provisioning.addSettleListener((tx, task) => this.onSettled(tx, task))
  }

  private async onSettled(tx: Tx, task: Task): Promise<void> {
    if (task.origin !== 'SELF') return
    const request = await this.requests.lock(tx, task.requestId)
    if (!request || request.state !== 'applying') return
    const tasks = await this.provisioning.listByRequest(tx, request.id)
    const state = settledState(tasks)
    if (!state || !(await this.requests.finish(tx, request.id, state))) return
    // A new password ends every session that was opened with the old one, but for the one that is waiting for it.
    if (tasks.some((each) => each.state === 'succeeded' && each.kind !== 'unlock')) {
      await this.sessions.endAllOf(tx, request.person_id, request.session_id)
    }
    await this.flow.settle(tx, request, tasks, state)
    await this.messages.queue(tx, request, tasks, state)
    await this.audit.record(tx, {
      action: 'self-service.request.settled',
      outcome: state === 'completed' ? 'success' : 'failure',
      channel: 'worker',
      correlationId: task.correlationId,
      actor: { kind: 'person', id: request.person_id },
      personId: request.person_id,
      requestId: request.id,
      facts: { kind: request.kind, state, run: request.runs },
    })
  }
}
