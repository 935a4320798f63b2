import { Injectable } from '@nestjs/common'
import type { FlowKind, FlowState, Language } from '../../../contract/self-service.contract.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { statesBefore } from '../flow-states.js'
import { SelfServiceSettings } from '../self-service-settings.js'

export type FlowRow = {
  id: string
  kind: FlowKind
  state: FlowState
  person_id: string | null
  subject_key: Buffer
  identifier_key: Buffer
  typed_mask: Buffer | null
  language: Language
  cookie_hash: Buffer
  evidence_id: string | null
  request_id: string | null
  submissions: number
  locked_until: Date | null
  expires_at: Date
  /** By the database's clock: still within its idle and absolute limits, or its outcome may still be looked at. */
  alive: boolean
}
export type NewFlow = Pick<FlowRow, 'id' | 'kind' | 'person_id' | 'subject_key' | 'identifier_key' | 'typed_mask' | 'language' | 'cookie_hash'>

/** Columns a transition may change together with the state. */
type Changes = { evidenceId?: string; requestId?: string; cookieHash?: Buffer; lockedUntil?: Date; countSubmission?: boolean }

/** `freeAt`: as many flows of the subject wait as may, until then; null: this flow cannot be moved at all. */
export type Waiting = { readonly moved: true } | { readonly moved: false; readonly freeAt: Date | null }

/** First half of the advisory lock of those who ask for a code for one subject; any number of our own. */
const WAITING_LOCK = 7_201_808

const expiryOf = ({ flowIdleSeconds, flowAbsoluteSeconds }: SelfServiceSettings, of = ''): string =>
  `least(${of}touched_at + interval '${flowIdleSeconds} seconds', ${of}created_at + interval '${flowAbsoluteSeconds} seconds')`

@Injectable()
export class FlowStore {
  private readonly expiry: string
  private readonly alive: string
  /** Other flows of the subject of `f` that wait for a code. */
  private readonly otherWaiting: string

  constructor(private readonly settings: SelfServiceSettings) {
    const { outcomeSeconds } = settings
    this.expiry = expiryOf(settings)
    this.otherWaiting = `FROM self_service_flow o
      WHERE o.subject_key = f.subject_key AND o.state = 'awaiting-code' AND o.id <> f.id AND ${expiryOf(settings, 'o.')} > now()`
    this.alive = `CASE WHEN state IN ('applying', 'completed', 'partly-completed', 'failed')
      THEN created_at + interval '${outcomeSeconds} seconds' > now() ELSE ${this.expiry} > now() END`
  }

  async insert(on: Queryable, flow: NewFlow): Promise<Date> {
    const [row] = await on.query<{ expires_at: Date }>(
      `INSERT INTO self_service_flow (id, kind, state, person_id, subject_key, identifier_key, language, cookie_hash, typed_mask)
       VALUES ($1, $2, 'choosing-method', $3, $4, $5, $6, $7, $8) RETURNING ${this.expiry} AS expires_at`,
      [flow.id, flow.kind, flow.person_id, flow.subject_key, flow.identifier_key, flow.language, flow.cookie_hash, flow.typed_mask],
    )
    return row!.expires_at
  }

  async find(on: Queryable, id: string): Promise<FlowRow | undefined> {
    const [row] = await on.query<FlowRow>(
      `SELECT id, kind, state, person_id, subject_key, identifier_key, typed_mask, language, cookie_hash, evidence_id, request_id,
              submissions, locked_until, ${this.expiry} AS expires_at, ${this.alive} AS alive
       FROM self_service_flow WHERE id = $1`,
      [id],
    )
    return row
  }

  /**
   * Moves one flow along the transition table, or answers false: another request moved it first, or its time is over.
   * A move by the person needs the flow alive and this browser's cookie; a move by the worker needs neither.
   */
  async move(on: Queryable, id: string, to: FlowState, by: { cookieHash: Buffer } | 'worker', changes: Changes = {}): Promise<boolean> {
    const changed = await on.execute(
      `UPDATE self_service_flow SET state = $2, touched_at = now(),
         evidence_id = coalesce($4, evidence_id), request_id = coalesce($5, request_id),
         cookie_hash = coalesce($6, cookie_hash), locked_until = coalesce($7, locked_until), submissions = submissions + $8
       WHERE id = $1 AND state = ANY ($3::text[])
         AND ($9::bytea IS NULL OR (cookie_hash = $9 AND ${this.alive}))`,
      [
        id, to, statesBefore(to), changes.evidenceId ?? null, changes.requestId ?? null, changes.cookieHash ?? null,
        changes.lockedUntil ?? null, changes.countSubmission ? 1 : 0, by === 'worker' ? null : by.cookieHash,
      ],
    )
    return changed === 1
  }

  /** Nobody may try codes for this person until then; the flow that found out tells whoever looks at it. */
  async lock(on: Queryable, flow: { readonly id: string; readonly cookieHash: Buffer }, until: Date): Promise<void> {
    await this.move(on, flow.id, 'locked', flow, { lockedUntil: until })
  }

  /**
   * To awaiting-code, while fewer than the allowed number of this subject's flows wait for a code. The flow itself does
   * not count, so asking again never locks its own browser out (decisions.md 14). Those who ask at the same moment come
   * one after the other: each must see the flows of those before it, so the lock is a statement of its own.
   *
   * @param ownBrowser it has proved this very person before, so strangers who hold every place do not keep it out; asked
   * only when they do. Its sends and tries are bounded by the device's own budget.
   */
  async moveToAwaitingCode(tx: Tx, id: string, cookieHash: Buffer, ownBrowser: () => Promise<boolean>): Promise<Waiting> {
    await tx.query(
      `SELECT pg_advisory_xact_lock($2, hashtext(encode(subject_key, 'hex'))) FROM self_service_flow WHERE id = $1`, [id, WAITING_LOCK],
    )
    const most = this.settings.openChallengesPerPerson
    const move = async (unbounded: boolean): Promise<boolean> => (await tx.execute(
      `UPDATE self_service_flow f SET state = 'awaiting-code', touched_at = now()
       WHERE f.id = $1 AND f.state = ANY ($2::text[]) AND f.cookie_hash = $3 AND ${this.alive}
         AND ($5 OR $4 > (SELECT count(*) ${this.otherWaiting}))`,
      [id, statesBefore('awaiting-code'), cookieHash, most, unbounded],
    )) === 1
    if (await move(false)) return { moved: true }
    const [full] = await tx.query<{ freeAt: Date | null }>(
      `SELECT (SELECT CASE WHEN count(*) >= $2 THEN min(${expiryOf(this.settings, 'o.')}) END ${this.otherWaiting}) AS "freeAt"
       FROM self_service_flow f WHERE f.id = $1`,
      [id, most],
    )
    const freeAt = full?.freeAt ?? null
    if (freeAt && (await ownBrowser()) && (await move(true))) return { moved: true }
    return { moved: false, freeAt }
  }

  /** Any step of this browser keeps the flow awake; looking at it does not. */
  async touch(on: Queryable, id: string): Promise<void> {
    await on.execute(`UPDATE self_service_flow SET touched_at = now() WHERE id = $1 AND ${this.alive}`, [id])
  }

  /**
   * Verifying one flow closes the person's others. All of them are locked first, in one order: two browsers that verify
   * at the same moment wait for each other instead of deadlocking, and the later one finds its own flow closed.
   */
  async closeOthers(tx: Tx, personId: string, keepId: string): Promise<void> {
    await tx.execute(
      `WITH unsubmitted AS MATERIALIZED (
         SELECT id FROM self_service_flow WHERE person_id = $1 AND state IN ('choosing-method', 'awaiting-code', 'verified')
         ORDER BY id FOR UPDATE)
       UPDATE self_service_flow f SET state = 'expired' FROM unsubmitted u WHERE f.id = u.id AND f.id <> $2`,
      [personId, keepId],
    )
  }

  async findByRequest(on: Queryable, requestId: string): Promise<{ id: string; submissions: number } | undefined> {
    const [row] = await on.query<{ id: string; submissions: number }>(
      'SELECT id, submissions FROM self_service_flow WHERE request_id = $1',
      [requestId],
    )
    return row
  }

  /** After a restored backup: what was not submitted is over, what was submitted is not known to have worked. */
  async voidOpen(on: Queryable): Promise<void> {
    await on.execute(`UPDATE self_service_flow SET state = 'expired' WHERE state = ANY ($1::text[])`, [statesBefore('expired')])
    await on.execute(`UPDATE self_service_flow SET state = 'failed' WHERE state = 'applying'`)
  }

  /** Flows nobody can look at any more, oldest first, a bounded batch a call. */
  deleteOld(on: Queryable, limit: number): Promise<number> {
    return on.execute(
      `DELETE FROM self_service_flow WHERE id = ANY (ARRAY(
         SELECT id FROM self_service_flow WHERE created_at < now() - interval '1 day' AND state <> 'applying'
         ORDER BY created_at LIMIT $1))`,
      [limit],
    )
  }
}
