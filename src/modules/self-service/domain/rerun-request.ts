import { Injectable } from '@nestjs/common'
import type { RequestView } from '../../../contract/self-service.contract.js'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import { People } from '../../identity/index.js'
import { Provisioning, type Task } from '../../provisioning/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { ServiceRequestStore } from '../persistence/service-request.store.js'
import { Admission } from './admission.js'
import { FlowAccess, type FlowTicket } from './flow-access.js'
import { assertMayAct } from './person-gate.js'
import { mayTryAgain, ServiceRequests } from './service-requests.js'
import type { Session } from './sessions.js'

type Again = { readonly requestId: string; readonly personId: string; readonly accountIds: readonly string[]; readonly sessionId: string | null }

/** The same once more, without typing it, for the accounts where it certainly was not applied. Asked like any write. */
@Injectable()
export class RerunRequest {
  constructor(
    private readonly database: Database,
    private readonly admission: Admission,
    private readonly access: FlowAccess,
    private readonly people: People,
    private readonly provisioning: Provisioning,
    private readonly store: ServiceRequestStore,
    private readonly flows: FlowStore,
    private readonly requests: ServiceRequests,
  ) {}

  /** From the page of the flow that made the request. */
  async ofFlow(ticket: FlowTicket, accountIds: readonly string[]): Promise<void> {
    await this.admission.assertOpen(ticket.kind)
    const flow = await this.access.readVerified(ticket, ['failed', 'partly-completed'])
    const requestId = flow.request_id
    if (!requestId) throw new DomainError('FLOW_STEP_REFUSED')
    await this.database.transaction(async (tx) => {
      await this.run(tx, { requestId, personId: flow.person_id, accountIds, sessionId: null })
      if (!(await this.flows.move(tx, flow.id, 'applying', { cookieHash: flow.cookieHash }))) throw new DomainError('FLOW_STEP_REFUSED')
    })
  }

  /** From My requests. A flow that made the request shows it too, so it goes along. */
  async ofSession(session: Session, reference: string, accountIds: readonly string[]): Promise<RequestView> {
    const personId = session.person_id
    const request = await this.requests.getOwn(personId, reference)
    await this.admission.assertOpen(request.kind)
    await this.database.transaction(async (tx) => {
      await this.run(tx, { requestId: request.id, personId, accountIds, sessionId: session.id })
      const flow = await this.flows.findByRequest(tx, request.id)
      if (flow) await this.flows.move(tx, flow.id, 'applying', 'worker')
    })
    return this.requests.view(request.id)
  }

  /** All of the chosen ones, or a refusal and none. */
  private async run(tx: Tx, { requestId, personId, accountIds, sessionId }: Again): Promise<void> {
    assertMayAct(await this.people.lockPerson(tx, personId))
    const tasks = await this.provisioning.listByRequest(tx, requestId)
    const chosen = tasks.filter((task) => accountIds.includes(task.accountId))
    if (chosen.length === 0 || chosen.length !== new Set(accountIds).size) throw new DomainError('NO_ACCOUNT')
    for (const task of chosen) {
      if (!mayTryAgain(task)) throw new DomainError(refusalOf(task))
      await this.provisioning.rerun(tx, task.id, null)
    }
    if (!(await this.store.reopen(tx, requestId, sessionId))) throw new DomainError('RERUN_REFUSED')
  }
}

/** A new password helps where only the kept one is missing; nowhere else. */
const refusalOf = (task: Task): ErrorCode =>
  task.state === 'failed' && !task.mayHaveChanged && !task.hasSecret ? 'SECRET_EXPIRED' : 'RERUN_REFUSED'
