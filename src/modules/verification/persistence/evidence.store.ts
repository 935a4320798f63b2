import { Injectable } from '@nestjs/common'
import { Database, type Tx } from '../../../platform/database/database.js'
import type { FlowProof, MethodId, Strength } from '../proof.js'

export type NewEvidence = {
  readonly id: string
  readonly proof: FlowProof
  readonly personId: string
  readonly method: MethodId
  readonly strength: Strength
  readonly accountId: string | null
  readonly lifeSeconds: number
}
export type EvidenceClaim = FlowProof & { readonly evidenceId: string; readonly personId: string }
export type SpentEvidence = Strength & { readonly method: MethodId }

@Injectable()
export class EvidenceStore {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, evidence: NewEvidence): Promise<void> {
    await tx.execute(
      `INSERT INTO verification_evidence (id, flow_id, purpose, person_id, method, assurance, long_code, account_id,
         expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))`,
      [
        evidence.id, evidence.proof.flowId, evidence.proof.purpose, evidence.personId, evidence.method,
        evidence.strength.assurance, evidence.strength.longCode, evidence.accountId, evidence.lifeSeconds,
      ],
    )
  }

  async consume(tx: Tx, { evidenceId, flowId, purpose, personId }: EvidenceClaim): Promise<SpentEvidence | null> {
    const [row] = await tx.query<SpentEvidence>(
      `UPDATE verification_evidence SET consumed_at = now()
       WHERE id = $1 AND flow_id = $2 AND purpose = $3 AND person_id = $4 AND consumed_at IS NULL AND expires_at > now()
       RETURNING method, assurance, long_code AS "longCode"`,
      [evidenceId, flowId, purpose, personId],
    )
    return row ?? null
  }

  /** Unspends the newest spent proof of the flow, within its first life: it never lives longer by this. */
  async restore(tx: Tx, { flowId, purpose, personId }: Omit<EvidenceClaim, 'evidenceId'>): Promise<boolean> {
    const rows = await tx.execute(
      `UPDATE verification_evidence SET consumed_at = NULL
       WHERE id = (SELECT id FROM verification_evidence WHERE flow_id = $1 AND purpose = $2 AND person_id = $3
                   ORDER BY created_at DESC LIMIT 1)
         AND consumed_at IS NOT NULL AND expires_at > now()`,
      [flowId, purpose, personId],
    )
    return rows === 1
  }

  voidOpen(tx: Tx): Promise<number> {
    return tx.execute('UPDATE verification_evidence SET expires_at = now() WHERE expires_at > now()')
  }

  removeOld(days: number, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM verification_evidence WHERE id IN (
         SELECT id FROM verification_evidence WHERE created_at < now() - make_interval(days => $1)
         ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [days, limit],
    )
  }
}
