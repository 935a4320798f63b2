import { Injectable } from '@nestjs/common'
import { Database, type Queryable, type Tx } from '../../../platform/database/database.js'
import type { FlowProof, MethodId } from '../proof.js'
import { sendState } from './budget.store.js'

export type PresentChallenge = {
  readonly id: string
  readonly method: MethodId
  readonly target: string
  readonly seq: number
  readonly tries: number
  readonly most_tries: number
  /** Neither used nor too old. */
  readonly live: boolean
  readonly expires_at: Date
}
export type NewChallenge = {
  readonly id: string
  readonly proof: FlowProof
  readonly subjectKey: Buffer
  readonly personId: string | null
  readonly method: MethodId
  readonly target: string
  readonly masked: string
  readonly codeHash: Buffer
  readonly codeLength: number
  readonly longCode: boolean
  readonly lifeSeconds: number
  readonly mostTries: number
  /** The code it replaces, while that one still lives: its end and its used tries go on (security.md, Numbers). */
  readonly replaces: PresentChallenge | null
}
export type ChallengeTimes = {
  readonly created_at: Date
  readonly expires_at: Date
  readonly tries: number
  readonly seq: number
}
export type CountedTry = {
  readonly id: string
  readonly method: MethodId
  readonly code_hash: Buffer
  readonly long_code: boolean
  readonly tries: number
  readonly most_tries: number
}
export type ChallengeRow = ChallengeTimes & {
  readonly method: MethodId
  readonly masked: string
  readonly code_length: number
  readonly most_tries: number
  readonly live: boolean
  /** Of the resends of the whole account, by the database's clock. */
  readonly stamps: Date[]
  readonly recent: number
  readonly at: Date
}

@Injectable()
export class ChallengeStore {
  constructor(private readonly database: Database) {}

  /** The newest code of the flow, locked until the caller's transaction ends: two resends at once come one after the other. */
  async present(tx: Tx, flowId: string): Promise<PresentChallenge | null> {
    const [row] = await tx.query<PresentChallenge>(
      `SELECT id, method, target, seq, tries, most_tries, expires_at, consumed_at IS NULL AND expires_at > now() AS live
       FROM verification_challenge WHERE flow_id = $1 AND superseded_at IS NULL FOR UPDATE`,
      [flowId],
    )
    return row ?? null
  }

  async supersede(tx: Tx, id: string): Promise<void> {
    await tx.execute('UPDATE verification_challenge SET superseded_at = now() WHERE id = $1 AND superseded_at IS NULL', [id])
  }

  async insert(tx: Tx, challenge: NewChallenge): Promise<ChallengeTimes> {
    const { proof, replaces } = challenge
    const [row] = await tx.query<ChallengeTimes>(
      `INSERT INTO verification_challenge
         (id, flow_id, purpose, subject_key, person_id, method, target, masked, code_hash, code_length, most_tries, expires_at,
          tries, seq, long_code)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
               coalesce((SELECT p.expires_at FROM verification_challenge p WHERE p.id = $13), now() + make_interval(secs => $12)),
               coalesce((SELECT p.tries FROM verification_challenge p WHERE p.id = $13), 0), $14, $15)
       RETURNING created_at, expires_at, tries, seq`,
      [
        challenge.id, proof.flowId, proof.purpose, challenge.subjectKey, challenge.personId, challenge.method, challenge.target,
        challenge.masked, challenge.codeHash, challenge.codeLength, challenge.mostTries, challenge.lifeSeconds,
        replaces?.live ? replaces.id : null, (replaces?.seq ?? 0) + 1,
        challenge.longCode,
      ],
    )
    return row!
  }

  /**
   * Counts one try, or refuses it: the statement itself lets no sixth through, however many come at once, because each waits
   * for the row and is judged again on its latest version. Commits by itself, before anything is compared.
   *
   * @param onlyLong a short code is over, as if it had run out
   */
  async countTry(proof: FlowProof, subjectKey: Buffer, onlyLong: boolean): Promise<CountedTry | null> {
    const [row] = await this.database.query<CountedTry>(
      `UPDATE verification_challenge SET tries = tries + 1
       WHERE flow_id = $1 AND purpose = $2 AND subject_key = $3
         AND superseded_at IS NULL AND consumed_at IS NULL AND expires_at > now() AND tries < most_tries
         AND (long_code OR NOT $4)
       RETURNING id, method, code_hash, long_code, tries, most_tries`,
      [proof.flowId, proof.purpose, subjectKey, onlyLong],
    )
    return row ?? null
  }

  /** Why a try was not counted. */
  async whyNot(proof: FlowProof, subjectKey: Buffer): Promise<'tries-used' | 'over'> {
    const [row] = await this.database.query<{ used: boolean }>(
      `SELECT consumed_at IS NULL AND expires_at > now() AND tries >= most_tries AS used FROM verification_challenge
       WHERE flow_id = $1 AND purpose = $2 AND subject_key = $3 AND superseded_at IS NULL`,
      [proof.flowId, proof.purpose, subjectKey],
    )
    return row?.used ? 'tries-used' : 'over'
  }

  /** Uses the code up: one caller gets true, whoever else held the right code at the same moment gets false. */
  async consume(tx: Tx, challenge: { id: string; proof: FlowProof; personId: string }): Promise<boolean> {
    const rows = await tx.execute(
      `UPDATE verification_challenge SET consumed_at = now()
       WHERE id = $1 AND flow_id = $2 AND purpose = $3 AND person_id = $4
         AND consumed_at IS NULL AND superseded_at IS NULL AND expires_at > now()`,
      [challenge.id, challenge.proof.flowId, challenge.proof.purpose, challenge.personId],
    )
    return rows === 1
  }

  async find(on: Queryable, flowId: string, recentSeconds: number): Promise<ChallengeRow | null> {
    const [row] = await on.query<ChallengeRow>(
      `SELECT c.method, c.masked, c.code_length, c.created_at, c.expires_at, c.tries, c.most_tries, c.seq,
              c.expires_at > now() AS live, ${sendState('b.resent_at', '$2')}
       FROM verification_challenge c LEFT JOIN verification_budget b ON b.subject_key = c.subject_key
       WHERE c.flow_id = $1 AND c.superseded_at IS NULL AND c.consumed_at IS NULL`,
      [flowId, recentSeconds],
    )
    return row ?? null
  }

  async presentChoice(on: Queryable, flowId: string): Promise<{ method: MethodId; target: string } | null> {
    const [row] = await on.query<{ method: MethodId; target: string }>(
      'SELECT method, target FROM verification_challenge WHERE flow_id = $1 AND superseded_at IS NULL',
      [flowId],
    )
    return row ?? null
  }

  /** After a restored backup: what may have been used since is over. */
  voidOpen(tx: Tx): Promise<number> {
    return tx.execute(
      'UPDATE verification_challenge SET superseded_at = now() WHERE superseded_at IS NULL AND consumed_at IS NULL')
  }

  removeOld(days: number, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM verification_challenge WHERE id IN (
         SELECT id FROM verification_challenge WHERE created_at < now() - make_interval(days => $1)
         ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [days, limit],
    )
  }
}

