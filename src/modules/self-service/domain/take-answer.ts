import { Injectable } from '@nestjs/common'
import { newBrowserToken } from '../../../kernel/browser-token.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { Verification, type AnswerResult } from '../../verification/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { FlowAccess, lockedFlow, proofOf, type Device, type FlowTicket, type OpenFlow } from './flow-access.js'

/** New cookies of a browser that has just proved its person. */
export type ProvedCookies = { readonly flow: string; readonly device: string }

/** Step 3 of the walk: the answer is taken. What a proof needs is the verification module's business. */
@Injectable()
export class TakeAnswer {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly access: FlowAccess,
    private readonly flows: FlowStore,
    private readonly verification: Verification,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Verified: the flow moves on, the person's other flows close, and the browser gets a new flow cookie (rise of trust)
   * and a device cookie. The proof itself was already consumed; if this transaction is lost, a new code is asked for.
   */
  async answer(ticket: FlowTicket, code: string, device: Device): Promise<ProvedCookies> {
    const flow = await this.access.readIn(ticket, ['awaiting-code'])
    const answer = await this.verification.answer(flow.subject, proofOf(flow), code, device.token, ticket.correlationId)
    if (answer.result === 'locked') {
      await this.flows.lock(this.database, flow, answer.until)
      throw lockedFlow({ locked_until: answer.until })
    }
    if (answer.result !== 'verified') {
      await this.flows.touch(this.database, flow.id)
      throw wrongAnswer(answer)
    }
    const cookie = newBrowserToken()
    const deviceToken = await this.database.transaction((tx) => this.verified(tx, flow, answer.evidenceId, cookie, ticket))
    return { flow: cookie, device: deviceToken }
  }

  private async verified(tx: Tx, flow: OpenFlow, evidenceId: string, cookie: string, ticket: FlowTicket): Promise<string> {
    const personId = flow.person_id
    if (!personId) throw new DomainError('FLOW_STEP_REFUSED')
    await this.flows.closeOthers(tx, personId, flow.id)
    const moved = await this.flows.move(tx, flow.id, 'verified', { cookieHash: flow.cookieHash }, {
      evidenceId, cookieHash: this.keys.hash('flow-cookie', cookie),
    })
    if (!moved) throw new DomainError('FLOW_STEP_REFUSED')
    await this.audit.record(tx, {
      action: 'self-service.flow.verified',
      outcome: 'success',
      channel: 'self-service',
      correlationId: ticket.correlationId,
      actor: { kind: 'person', id: personId },
      personId,
      facts: { kind: flow.kind, flow: flow.id, evidence: evidenceId },
    })
    return this.verification.rememberDevice(tx, personId)
  }
}

function wrongAnswer(answer: Exclude<AnswerResult, { result: 'verified' | 'locked' }>): DomainError {
  if (answer.result === 'expired') return new DomainError('OTP_EXPIRED')
  return new DomainError('OTP_INVALID', { params: { triesLeft: answer.triesLeft } })
}
