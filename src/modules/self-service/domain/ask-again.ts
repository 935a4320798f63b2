import { Injectable } from '@nestjs/common'
import type { RequestView } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { Database } from '../../../platform/database/database.js'
import { FlowStore } from '../persistence/flow.store.js'
import { Admission } from './admission.js'
import { FlowAccess, type FlowTicket } from './flow-access.js'
import { RerunRequest } from './rerun-request.js'
import { ServiceRequests } from './service-requests.js'
import type { Session } from './sessions.js'

/** Where a person may ask for a re-run: on the page of the flow that made the request, and in My requests. */
@Injectable()
export class AskAgain {
  constructor(
    private readonly database: Database,
    private readonly admission: Admission,
    private readonly access: FlowAccess,
    private readonly rerun: RerunRequest,
    private readonly flows: FlowStore,
    private readonly requests: ServiceRequests,
  ) {}

  async ofFlow(ticket: FlowTicket, accountIds: readonly string[]): Promise<void> {
    await this.admission.assertOpen(ticket.kind)
    const { id, person_id: personId, request_id: requestId, cookieHash } = await this.access.readVerified(ticket, ['failed', 'partly-completed'])
    if (!requestId) throw new DomainError('FLOW_STEP_REFUSED')
    await this.database.transaction(async (tx) => {
      await this.rerun.run(tx, { requestId, personId, accountIds, sessionId: null })
      if (!(await this.flows.move(tx, id, 'applying', { cookieHash }))) throw new DomainError('FLOW_STEP_REFUSED')
    })
  }

  /** A flow that made the request shows it too, so it goes along. */
  async ofSession(session: Session, reference: string, accountIds: readonly string[]): Promise<RequestView> {
    const personId = session.person_id
    const request = await this.requests.getOwn(personId, reference)
    await this.admission.assertOpen(request.kind)
    await this.database.transaction(async (tx) => {
      await this.rerun.run(tx, { requestId: request.id, personId, accountIds, sessionId: session.id })
      const flow = await this.flows.findByRequest(tx, request.id)
      if (flow) await this.flows.move(tx, flow.id, 'applying', 'worker')
    })
    return this.requests.view(request.id)
  }
}
