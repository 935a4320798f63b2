import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import type { Tx } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { People } from '../../identity/index.js'
import { ServiceRequestStore, type ServiceRequestRow } from '../persistence/service-request.store.js'
import { RequestGate, type Proof } from './request-gate.js'
import { RequestTasks, type TasksOfRequest } from './request-tasks.js'

export type RequestToOpen = TasksOfRequest & {
  readonly language: Language
  readonly proofs: readonly Proof[]
  /** The session that asks; null for a flow. */
  readonly sessionId: string | null
}

/**
 * The one door from self-service to provisioning. Inside the caller's transaction: the person row is taken first, the gate
 * is passed, and only then are the request, its audit row and its tasks written.
 */
@Injectable()
export class OpenRequest {
  constructor(
    private readonly people: People,
    private readonly gate: RequestGate,
    private readonly requests: ServiceRequestStore,
    private readonly tasks: RequestTasks,
    private readonly audit: AuditLog,
  ) {}

  async open(tx: Tx, toOpen: RequestToOpen): Promise<ServiceRequestRow> {
    const { requestId, kind, language, sessionId, correlationId, accounts } = toOpen
    const person = await this.people.lockPerson(tx, toOpen.personId)
    const proof = await this.gate.pass(tx, person, kind, toOpen.proofs)
    const request = await this.requests.insert(tx, { id: requestId, kind, person_id: person.id, proof, language, session_id: sessionId })
    await this.audit.record(tx, {
      action: 'self-service.request.opened',
      outcome: 'intent',
      channel: 'self-service',
      correlationId,
      actor: { kind: 'person', id: person.id },
      personId: person.id,
      requestId: request.id,
      method: proof,
      facts: { kind, reference: `SR-${request.number}`, accounts: accounts.length },
    })
    await this.tasks.submit(tx, toOpen)
    return request
  }
}
