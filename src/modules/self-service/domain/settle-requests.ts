import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { FlowState, RequestState } from '../../../contract/self-service.contract.js'
import type { Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { Provisioning, type Task } from '../../provisioning/index.js'
import { Verification } from '../../verification/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { ServiceRequestStore, type ServiceRequestRow } from '../persistence/service-request.store.js'
import { SessionStore } from '../persistence/session.store.js'
import { SelfServiceSettings } from '../self-service-settings.js'
import { PURPOSE_OF } from './flow-access.js'
import { ResultMessages } from './result-messages.js'
import { settledState } from './service-requests.js'

/**
 * Closes a request when its last task settles, in that task's own settle transaction: the outcome, the request, the flow
 * and the message about it commit together or not at all.
 */
@Injectable()
export class SettleRequests implements OnModuleInit {
  constructor(
    private readonly provisioning: Provisioning,
    private readonly verification: Verification,
    private readonly requests: ServiceRequestStore,
    private readonly flows: FlowStore,
    private readonly sessions: SessionStore,
    private readonly messages: ResultMessages,
    private readonly audit: AuditLog,
    private readonly settings: SelfServiceSettings,
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
    await this.settleFlow(tx, request, tasks, state)
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

  /** Only rules of the directories stood in the way and nothing was written: the proof is given back, within its life. */
  private async settleFlow(tx: Tx, request: ServiceRequestRow, tasks: readonly Task[], state: RequestState): Promise<void> {
    const flow = await this.flows.findByRequest(tx, request.id)
    if (!flow) return
    const chooseAgain = request.kind === 'reset' && flow.submissions < this.settings.submissionsPerFlow
      && tasks.every((task) => task.state === 'refused' && task.code === 'DIRECTORY_POLICY_REJECTED')
      && (await this.verification.restoreEvidence(tx, { flowId: flow.id, personId: request.person_id, purpose: PURPOSE_OF.reset }))
    const next: FlowState = chooseAgain ? 'verified' : state
    await this.flows.move(tx, flow.id, next, 'worker')
  }
}
