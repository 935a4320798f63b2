import { Injectable } from '@nestjs/common'
import type { FlowState, RequestState } from '../../../contract/self-service.contract.js'
import type { Tx } from '../../../platform/database/database.js'
import type { Task } from '../../provisioning/index.js'
import { Verification } from '../../verification/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import type { ServiceRequestRow } from '../persistence/service-request.store.js'
import { SelfServiceSettings } from '../self-service-settings.js'
import { PURPOSE_OF } from './flow-access.js'

/** What the outcome of a request means for the flow that made it, if one did. */
@Injectable()
export class SettleFlow {
  constructor(
    private readonly verification: Verification,
    private readonly flows: FlowStore,
    private readonly settings: SelfServiceSettings,
  ) {}

  /** Only rules of the directories stood in the way and nothing was written: the proof is given back, within its life. */
  async settle(tx: Tx, request: ServiceRequestRow, tasks: readonly Task[], state: RequestState): Promise<void> {
    const flow = await this.flows.findByRequest(tx, request.id)
    if (!flow) return
    const chooseAgain = request.kind === 'reset' && flow.submissions < this.settings.submissionsPerFlow
      && tasks.every((task) => task.state === 'refused' && task.code === 'DIRECTORY_POLICY_REJECTED')
      && (await this.verification.restoreEvidence(
        tx, { flowId: flow.id, personId: request.person_id, purpose: PURPOSE_OF.reset }))
    const next: FlowState = chooseAgain ? 'verified' : state
    await this.flows.move(tx, flow.id, next, 'worker')
  }
}
