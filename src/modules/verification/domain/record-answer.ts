import { Injectable } from '@nestjs/common'
import { newId } from '../../../kernel/ids.js'
import type { Tx } from '../../../platform/database/database.js'
import { AuditLog, type AuditEntry } from '../../audit/index.js'
import { ChallengeStore, type CountedTry } from '../persistence/challenge.store.js'
import { EvidenceStore } from '../persistence/evidence.store.js'
import { ASSURANCE_OF } from '../proof.js'
import { AccountBudget, type TryGrant } from './account-budget.js'
import { AttemptsNotice } from './attempts-notice.js'
import { TenantBrake } from './tenant-brake.js'
import type { AnswerContext } from './verification-method.js'
import { VerificationSettings } from './verification-settings.js'

/** What an answer leaves behind, in one transaction: the proof or the failure, the tenant's count and the audit row. */
@Injectable()
export class RecordAnswer {
  constructor(
    private readonly challenges: ChallengeStore,
    private readonly evidence: EvidenceStore,
    private readonly budget: AccountBudget,
    private readonly brake: TenantBrake,
    private readonly notice: AttemptsNotice,
    private readonly audit: AuditLog,
    private readonly settings: VerificationSettings,
  ) {}

  /** The id of the new evidence; null when somebody else used the code up first, or it ran out meanwhile. */
  async verified(tx: Tx, context: AnswerContext, counted: CountedTry, grant: TryGrant, personId: string): Promise<string | null> {
    const { subject, proof, deviceToken, correlationId } = context
    if (!(await this.challenges.consume(tx, { id: counted.id, proof, personId }))) return null
    const id = newId()
    const { method } = counted
    await this.evidence.insert(tx, {
      id, proof, personId, method, accountId: null, lifeSeconds: this.settings.evidenceSeconds,
      strength: { assurance: ASSURANCE_OF[method], longCode: counted.long_code },
    })
    await this.budget.giveBack(tx, subject, grant, deviceToken)
    await this.brake.count(tx, 'correct', correlationId)
    await this.audit.record(tx, {
      ...entry(context, counted),
      action: 'verification.code.verified',
      outcome: 'success',
      facts: { ...facts(context, counted), evidence: id, assurance: ASSURANCE_OF[method], device: grant.from === 'device' },
    })
    return id
  }

  /** When this was the last wrong code the account may have: until when it stays closed. */
  async wrong(tx: Tx, context: AnswerContext, counted: CountedTry, grant: TryGrant): Promise<Date | null> {
    await this.brake.count(tx, 'wrong', context.correlationId)
    await this.audit.record(tx, {
      ...entry(context, counted),
      action: 'verification.code.refused',
      outcome: 'failure',
      errorCode: 'OTP_INVALID',
      facts: { ...facts(context, counted), tries: counted.tries, left: grant.left, device: grant.from === 'device' },
    })
    if (grant.left > 0 || grant.from === 'device') return null
    const until = await this.budget.closedUntil(tx, context.subject)
    await this.audit.record(tx, {
      ...entry(context, counted),
      action: 'verification.account.locked',
      outcome: 'refused',
      errorCode: 'OTP_LOCKED',
      facts: { ...facts(context, counted), until: until.toISOString() },
    })
    await this.notice.queue(tx, context, until)
    return until
  }
}

function entry({ subject, correlationId }: AnswerContext, { method }: CountedTry): Omit<AuditEntry, 'action' | 'outcome'> {
  return {
    channel: 'self-service',
    correlationId,
    actor: { kind: 'anonymous', id: null },
    personId: subject.personId,
    identifierHash: subject.personId === null ? subject.identifierKey : null,
    method,
  }
}

const facts = ({ proof }: AnswerContext, { id }: CountedTry) => ({ flow: proof.flowId, purpose: proof.purpose, challenge: id })
