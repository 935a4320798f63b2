import { Injectable } from '@nestjs/common'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { Verification, type StartAnswer } from '../../verification/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { FlowAccess, proofOf, type Device, type FlowTicket, type OpenFlow } from './flow-access.js'

/** Step 2 of the walk: a code is sent, or sent again. */
@Injectable()
export class SendCode {
  constructor(
    private readonly database: Database,
    private readonly access: FlowAccess,
    private readonly flows: FlowStore,
    private readonly verification: Verification,
    private readonly audit: AuditLog,
    private readonly checkpoints: Checkpoints,
  ) {}

  async start(ticket: FlowTicket, choice: { method: string; target: string }, device: Device): Promise<void> {
    const flow = await this.access.readIn(ticket, ['choosing-method', 'awaiting-code'])
    await this.send(flow, ticket, { ...choice, resend: false }, device)
  }

  /** A new code by the method and to the contact of the present challenge. */
  async resend(ticket: FlowTicket, device: Device): Promise<void> {
    const flow = await this.access.readIn(ticket, ['awaiting-code'])
    const present = await this.verification.presentChoice(this.database, flow.id)
    if (!present) throw new DomainError('FLOW_STEP_REFUSED')
    await this.send(flow, ticket, { ...present, resend: true }, device)
  }

  private async send(
    flow: OpenFlow, ticket: FlowTicket, choice: { method: string; target: string; resend: boolean }, device: Device,
  ): Promise<void> {
    this.audit.assertWritable()
    const outcome = await this.database.transaction(async (tx) => {
      await this.takePlace(tx, flow, device)
      const answer = await this.verification.start(
        tx, flow.subject, proofOf(flow), { ...choice, deviceToken: device.token }, ticket.correlationId,
      )
      // Thrown, so that nothing of a code that was not sent stays behind; a lock is written outside, it must stay.
      if (answer.result !== 'sent' && answer.result !== 'locked') throw refusal(answer)
      return answer
    })
    if (outcome.result === 'locked') await this.flows.lock(this.database, flow, outcome.until)
    await this.checkpoints.reach('challenge.committed')
  }

  /** A place among the person's waiting flows. One's own browser gets one although strangers hold all of them. */
  private async takePlace(tx: Tx, flow: OpenFlow, device: Device): Promise<void> {
    const waiting = await this.flows.moveToAwaitingCode(
      tx, flow.id, flow.cookieHash, () => this.verification.knowsDevice(tx, flow.subject, device.token))
    if (!waiting.moved) throw notMoved(waiting.freeAt)
  }
}

/** The person may have no more codes on their way at once; or the flow itself was moved or ended meanwhile. */
const notMoved = (freeAt: Date | null): DomainError =>
  freeAt ? new DomainError('OTP_RATE_LIMIT', { retryAt: freeAt }) : new DomainError('FLOW_STEP_REFUSED')

function refusal(answer: Exclude<StartAnswer, { result: 'sent' | 'locked' }>): DomainError {
  return answer.result === 'limited'
    ? new DomainError('OTP_RATE_LIMIT', { retryAt: answer.retryAt })
    : new DomainError('METHOD_UNAVAILABLE')
}
