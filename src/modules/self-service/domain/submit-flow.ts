import { Injectable } from '@nestjs/common'
import type { RequestKind } from '../../../contract/self-service.contract.js'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { newId } from '../../../kernel/ids.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import type { Account } from '../../identity/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { Admission } from './admission.js'
import { FlowAccess, type FlowTicket, type VerifiedFlow } from './flow-access.js'
import { OwnAccounts } from './own-accounts.js'
import { OpenRequest } from './open-request.js'
import { PolicyRefusals } from './policy-refusals.js'

/** Step 4 of the walk: everything is checked again, then proof, request, tasks and audit commit as one. */
@Injectable()
export class SubmitFlow {
  constructor(
    private readonly database: Database,
    private readonly access: FlowAccess,
    private readonly flows: FlowStore,
    private readonly own: OwnAccounts,
    private readonly admission: Admission,
    private readonly policy: PolicyRefusals,
    private readonly open: OpenRequest,
    private readonly checkpoints: Checkpoints,
  ) {}

  async submitPassword(ticket: FlowTicket, newPassword: SecretText, accountIds: readonly string[]): Promise<void> {
    const flow = await this.enter(ticket)
    const accounts = await this.own.choose(this.database, flow.person_id, 'reset', accountIds)
    await this.flows.touch(this.database, flow.id)
    await this.policy.assertMeetsPolicy(flow.person_id, accounts, 'reset', newPassword, ticket.correlationId)
    await this.commit(ticket, flow, 'reset', accounts, newPassword)
  }

  async submitUnlock(ticket: FlowTicket, accountIds: readonly string[]): Promise<void> {
    const flow = await this.enter(ticket)
    const accounts = await this.own.choose(this.database, flow.person_id, 'unlock', accountIds)
    await this.commit(ticket, flow, 'unlock', accounts, null)
  }

  private async enter(ticket: FlowTicket): Promise<VerifiedFlow> {
    await this.admission.assertOpen(ticket.kind)
    return this.access.readVerified(ticket)
  }

  private async commit(
    ticket: FlowTicket, flow: VerifiedFlow, kind: RequestKind & ('reset' | 'unlock'), accounts: readonly Account[], newPassword: SecretText | null,
  ): Promise<void> {
    const requestId = newId()
    await this.database.transaction(async (tx: Tx) => {
      const evidenceId = flow.evidence_id
      if (!evidenceId) throw new DomainError('FLOW_STEP_REFUSED')
      const request = await this.open.open(tx, {
        requestId,
        kind,
        personId: flow.person_id,
        language: flow.language,
        accounts,
        newPassword,
        currentPassword: null,
        proofs: [{ evidenceId, flowId: flow.id }],
        sessionId: null,
        correlationId: ticket.correlationId,
      })
      const moved = await this.flows.move(tx, flow.id, 'applying', { cookieHash: flow.cookieHash }, {
        requestId: request.id, countSubmission: true,
      })
      if (!moved) throw new DomainError('FLOW_STEP_REFUSED')
      await this.checkpoints.reach('submit.before-commit')
    })
    await this.checkpoints.reach('submit.after-commit')
  }
}
