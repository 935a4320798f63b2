import { Injectable } from '@nestjs/common'
import type { FlowKind, FlowState, RequestKind } from '../../../contract/self-service.contract.js'
import { equalDigests } from '../../../kernel/constant-time.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { SecretText } from '../../../kernel/secret-text.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database } from '../../../platform/database/database.js'
import type { Purpose, Subject } from '../../verification/index.js'
import { FlowStore, type FlowRow } from '../persistence/flow.store.js'

/** A proof made for one kind of request never opens another (security.md rule 2). */
export const PURPOSE_OF = {
  reset: 'password-reset', unlock: 'account-unlock', change: 'password-change',
} as const satisfies Record<RequestKind, Purpose>

/** Which browser asks for which flow. `cookie` is what its HttpOnly cookie holds, if anything. */
export type FlowTicket = { readonly kind: FlowKind; readonly id: string; readonly cookie: string | null; readonly correlationId: string }
/** What the long-lived cookie of a browser that has proved somebody before holds, if it has one. */
export type Device = { readonly token: string | null }
export type OpenFlow = FlowRow & { readonly cookieHash: Buffer; readonly subject: Subject }
/** A flow past its proof has a person: the table's own CHECK says so. */
export type VerifiedFlow = OpenFlow & { readonly person_id: string }

@Injectable()
export class FlowAccess {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly flows: FlowStore,
  ) {}

  /**
   * The flow of this browser in whatever state. A flow that never was, one of another kind, and one of another browser
   * get the same answer.
   */
  async read(ticket: FlowTicket): Promise<OpenFlow> {
    const flow = await this.flows.find(this.database, ticket.id)
    const cookieHash = this.keys.hash('flow-cookie', ticket.cookie ?? '')
    if (!flow || flow.kind !== ticket.kind || !ticket.cookie || !equalDigests(flow.cookie_hash, cookieHash)) {
      throw new DomainError('FLOW_NOT_HERE')
    }
    if (flow.state === 'expired' || (!flow.alive && flow.state !== 'locked')) throw new DomainError('FLOW_EXPIRED')
    const subject: Subject = {
      personId: flow.person_id,
      subjectKey: flow.subject_key,
      identifierKey: flow.identifier_key,
      language: flow.language,
      typedMask: flow.typed_mask && this.keys.open(flow.typed_mask, typedMaskOf(flow.id)).reveal(),
    }
    return { ...flow, cookieHash, subject }
  }

  /** The same, in one of the states this step belongs to; a step skipped, swapped or replayed is refused here. */
  async readIn(ticket: FlowTicket, states: readonly FlowState[]): Promise<OpenFlow> {
    const flow = await this.read(ticket)
    if (flow.state === 'locked') throw lockedFlow(flow)
    if (!states.includes(flow.state)) throw new DomainError('FLOW_STEP_REFUSED')
    return flow
  }

  async readVerified(ticket: FlowTicket, states: readonly FlowState[] = ['verified']): Promise<VerifiedFlow> {
    const flow = await this.readIn(ticket, states)
    if (!flow.person_id) throw new DomainError('FLOW_STEP_REFUSED')
    return { ...flow, person_id: flow.person_id }
  }
}

export const proofOf = (flow: OpenFlow) => ({ flowId: flow.id, purpose: PURPOSE_OF[flow.kind] })

const typedMaskOf = (flowId: string): string => `flow ${flowId} typed mask`

/** Sealed for known and unknown alike: what was typed may be a password that happens to hold an @. */
export function sealTypedMask(keys: KeyRing, flowId: string, { typedMask }: Subject): Buffer | null {
  return typedMask ? keys.seal(new SecretText(typedMask), typedMaskOf(flowId)) : null
}

export function lockedFlow(flow: Pick<FlowRow, 'locked_until'>): DomainError {
  return new DomainError('OTP_LOCKED', { retryAt: flow.locked_until ?? undefined })
}
