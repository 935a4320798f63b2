import { Injectable } from '@nestjs/common'
import type { Language, RequestKind, RequestState } from '../../../contract/self-service.contract.js'
import type { Queryable } from '../../../platform/database/database.js'

export type ServiceRequestRow = {
  id: string
  number: string
  kind: RequestKind
  person_id: string
  state: RequestState
  proof: string
  language: Language
  /** Where it was asked for by a signed-in person, who waits there for the outcome. */
  session_id: string | null
  runs: number
  created_at: Date
  finished_at: Date | null
}
type NewServiceRequest = Pick<ServiceRequestRow, 'id' | 'kind' | 'person_id' | 'proof' | 'language' | 'session_id'>
const COLUMNS = 'id, number, kind, person_id, state, proof, language, session_id, runs, created_at, finished_at'

@Injectable()
export class ServiceRequestStore {
  async insert(on: Queryable, request: NewServiceRequest): Promise<ServiceRequestRow> {
    const [row] = await on.query<ServiceRequestRow>(
      `INSERT INTO service_request (id, kind, person_id, state, proof, language, session_id)
       VALUES ($1, $2, $3, 'applying', $4, $5, $6) RETURNING ${COLUMNS}`,
      [request.id, request.kind, request.person_id, request.proof, request.language, request.session_id],
    )
    return row!
  }

  async find(on: Queryable, id: string): Promise<ServiceRequestRow | undefined> {
    const [row] = await on.query<ServiceRequestRow>(`SELECT ${COLUMNS} FROM service_request WHERE id = $1`, [id])
    return row
  }

  async findByNumber(on: Queryable, personId: string, number: string): Promise<ServiceRequestRow | undefined> {
    const [row] = await on.query<ServiceRequestRow>(
      `SELECT ${COLUMNS} FROM service_request WHERE person_id = $1 AND number = $2`, [personId, number],
    )
    return row
  }

  /** Two tasks of one request settle one after the other here, so the last of them sees that it is the last. */
  async lock(on: Queryable, id: string): Promise<ServiceRequestRow | undefined> {
    const [row] = await on.query<ServiceRequestRow>(`SELECT ${COLUMNS} FROM service_request WHERE id = $1 FOR NO KEY UPDATE`, [id])
    return row
  }

  async finish(on: Queryable, id: string, state: Exclude<RequestState, 'applying'>): Promise<boolean> {
    const changed = await on.execute(
      `UPDATE service_request SET state = $2, finished_at = now() WHERE id = $1 AND state = 'applying'`, [id, state],
    )
    return changed === 1
  }

  async reopen(on: Queryable, id: string, sessionId: string | null): Promise<boolean> {
    const changed = await on.execute(
      `UPDATE service_request SET state = 'applying', finished_at = NULL, runs = runs + 1, session_id = $2
       WHERE id = $1 AND state IN ('failed', 'partly-completed')`, [id, sessionId],
    )
    return changed === 1
  }

  /** After a restored backup: provisioning has ended their tasks without an answer. */
  async closeVoided(on: Queryable): Promise<void> {
    await on.execute(`UPDATE service_request SET state = 'failed', finished_at = now() WHERE state = 'applying'`)
  }

  /** Newest first, keyset by number. */
  page(on: Queryable, personId: string, before: string | null, limit: number): Promise<ServiceRequestRow[]> {
    return on.query<ServiceRequestRow>(
      `SELECT ${COLUMNS} FROM service_request WHERE person_id = $1 AND ($2::bigint IS NULL OR number < $2)
       ORDER BY number DESC LIMIT $3`, [personId, before, limit],
    )
  }
}
