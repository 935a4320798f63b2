import { Injectable } from '@nestjs/common'
import { newBrowserToken } from '../../../kernel/browser-token.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { Verification, type AnswerResult, type StartAnswer } from '../../verification/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { FlowAccess, lockedFlow, PURPOSE_OF, type FlowTicket, type OpenFlow } from './flow-access.js'

export type Device = { readonly token: string | null }
/** New cookies of a browser that has just proved its person. */
export type ProvedCookies = { readonly flow: string; readonly device: string }

/** Steps 2 and 3 of the walk: send a code, take the answer. What a proof needs is the verification module's business. */
@Injectable()
export class ProveFlow {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly access: FlowAccess,
    private readonly flows: FlowStore,
    private readonly verification: Verification,
    private readonly audit: AuditLog,
    private readonly checkpoints: Checkpoints,
  ) {}

  async startVerification(ticket: FlowTicket, choice: { method: string; target: string }, device: Device): Promise<void> {
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
    if (outcome.result === 'locked') await this.lock(flow, outcome.until)
    await this.checkpoints.reach('challenge.committed')
  }

  /** A place among the person's waiting flows. One's own browser gets one although strangers hold all of them. */
  private async takePlace(tx: Tx, flow: OpenFlow, device: Device): Promise<void> {
    const waiting = await this.flows.moveToAwaitingCode(
      tx, flow.id, flow.cookieHash, () => this.verification.knowsDevice(tx, flow.subject, device.token))
    if (!waiting.moved) throw notMoved(waiting.freeAt)
  }

  /**
   * Verified: the flow moves on, the person's other flows close, and the browser gets a new flow cookie (rise of trust)
   * and a device cookie. The proof itself was already consumed; if this transaction is lost, a new code is asked for.
   */
  async answer(ticket: FlowTicket, code: string, device: Device): Promise<ProvedCookies> {
    const flow = await this.access.readIn(ticket, ['awaiting-code'])
    const answer = await this.verification.answer(flow.subject, proofOf(flow), code, device.token, ticket.correlationId)
    if (answer.result === 'locked') {
      await this.lock(flow, answer.until)
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

  private async lock(flow: OpenFlow, until: Date): Promise<void> {
    await this.flows.move(this.database, flow.id, 'locked', { cookieHash: flow.cookieHash }, { lockedUntil: until })
  }
}

const proofOf = (flow: OpenFlow) => ({ flowId: flow.id, purpose: PURPOSE_OF[flow.kind] })

/** The person may have no more codes on their way at once; or the flow itself was moved or ended meanwhile. */
const notMoved = (freeAt: Date | null): DomainError =>
  freeAt ? new DomainError('OTP_RATE_LIMIT', { retryAt: freeAt }) : new DomainError('FLOW_STEP_REFUSED')

function refusal(answer: Exclude<StartAnswer, { result: 'sent' | 'locked' }>): DomainError {
  return answer.result === 'limited'
    ? new DomainError('OTP_RATE_LIMIT', { retryAt: answer.retryAt })
    : new DomainError('METHOD_UNAVAILABLE')
}

function wrongAnswer(answer: Exclude<AnswerResult, { result: 'verified' | 'locked' }>): DomainError {
  if (answer.result === 'expired') return new DomainError('OTP_EXPIRED')
  return new DomainError('OTP_INVALID', { params: { triesLeft: answer.triesLeft } })
}
