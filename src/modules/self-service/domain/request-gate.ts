import { Injectable } from '@nestjs/common'
import type { RequestKind } from '../../../contract/self-service.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { Tx } from '../../../platform/database/database.js'
import type { Person } from '../../identity/index.js'
import { satisfies, Verification } from '../../verification/index.js'
import { PURPOSE_OF } from './flow-access.js'
import { assertMayAct } from './person-gate.js'

/** A proof that is to be spent, and what it was made for. */
export type Proof = { readonly evidenceId: string; readonly flowId: string }

/**
 * The gate at the write (security.md rule 1): the person's locks as they are now, and every proof spent and measured against
 * what is required now. It asks the function that the page was made by (decisions.md 27).
 */
@Injectable()
export class RequestGate {
  constructor(private readonly verification: Verification) {}

  /** In the transaction of the write, with the person row locked. Answers the method that proved the person. */
  async pass(tx: Tx, person: Person, kind: RequestKind, proofs: readonly Proof[]): Promise<string> {
    assertMayAct(person)
    const purpose = PURPOSE_OF[kind]
    const required = await this.verification.requirement(tx, { purpose, channel: 'self-service', privileged: person.privileged })
    if (!required.allowed) throw new DomainError(required.code)
    const methods: string[] = []
    for (const proof of proofs) {
      const spent = await this.verification.consumeEvidence(tx, { ...proof, purpose, personId: person.id })
      if (!spent) throw new DomainError('FLOW_STEP_REFUSED')
      // enough when it was made and not any more: starting again leads to one that is
      if (!satisfies(spent, required)) throw new DomainError('FLOW_EXPIRED')
      methods.push(spent.method)
    }
    const [method] = methods
    if (method === undefined) throw new DomainError('FLOW_STEP_REFUSED')
    return method
  }
}
