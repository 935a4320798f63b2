import { Injectable } from '@nestjs/common'
import type { PolicyView } from '../../../contract/password-policy.contract.js'
import type { FlowView } from '../../../contract/self-service.contract.js'
import { Database } from '../../../platform/database/database.js'
import { Passwords } from '../../passwords/index.js'
import { Verification } from '../../verification/index.js'
import { FlowAccess, PURPOSE_OF, type FlowTicket } from './flow-access.js'
import { SUBMITTED_STATES } from '../flow-states.js'
import { OwnAccounts } from './own-accounts.js'
import { ServiceRequests } from './service-requests.js'

/** What the page of a flow is made of. Before the proof: nothing that depends on whether the person exists. */
@Injectable()
export class FlowViews {
  constructor(
    private readonly database: Database,
    private readonly access: FlowAccess,
    private readonly verification: Verification,
    private readonly own: OwnAccounts,
    private readonly passwords: Passwords,
    private readonly requests: ServiceRequests,
  ) {}

  async view(ticket: FlowTicket): Promise<FlowView> {
    const flow = await this.access.read(ticket)
    const proving = flow.state === 'choosing-method' || flow.state === 'awaiting-code'
    const personId = flow.state === 'verified' ? flow.person_id : null
    const accounts = personId
      ? await this.own.views(this.database, personId, flow.kind, { live: flow.kind === 'unlock', preselect: 'all', correlationId: ticket.correlationId })
      : null
    return {
      id: flow.id,
      kind: flow.kind,
      state: flow.state,
      expiresAt: flow.expires_at.toISOString(),
      methods: proving ? await this.verification.offers(this.database, flow.subject, PURPOSE_OF[flow.kind]) : [],
      challenge: flow.state === 'awaiting-code' ? await this.verification.findChallenge(this.database, flow.id) : null,
      lockedUntil: flow.locked_until?.toISOString() ?? null,
      verifiedUntil: flow.state === 'verified' ? flow.expires_at.toISOString() : null,
      accounts,
      policy: personId && flow.kind === 'reset' ? await this.startingPolicy(personId, accounts?.filter((each) => each.selectable).map((each) => each.id) ?? []) : null,
      request: flow.request_id && (SUBMITTED_STATES.includes(flow.state) || flow.state === 'verified') ? await this.requests.view(flow.request_id) : null,
    }
  }

  private async startingPolicy(personId: string, accountIds: readonly string[]): Promise<PolicyView | null> {
    if (accountIds.length === 0) return null
    return this.passwords.effectivePolicy(await this.own.choose(this.database, personId, 'reset', accountIds), 'reset')
  }
}
