import { Injectable } from '@nestjs/common'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import type { Queryable } from '../../../platform/database/database.js'
import { selectEntries, type EntryFilter, type ReadEntry } from '../persistence/entry.store.js'
import type { AuditChannel, AuditEntry, AuditOutcome } from './audit-log.js'
import { openPersonal } from './personal-seal.js'
import { unwrapPersonKey } from './person-keys.js'

export type { EntryFilter } from '../persistence/entry.store.js'

/** Personal fields as an auditor sees them: `[erased]` after the person's key was destroyed, `[unreadable]` when altered. */
export type OpenedPersonal = Readonly<Record<string, string>> | '[erased]' | '[unreadable]' | null

export type AuditRecord = {
  readonly id: string
  readonly at: Date
  /** Place in the chain; null while the sequencer has not been there. */
  readonly position: string | null
  readonly action: string
  readonly outcome: AuditOutcome
  readonly channel: AuditChannel
  readonly correlationId: string
  readonly actor: AuditEntry['actor']
  readonly personId: string | null
  readonly accountId: string | null
  readonly directoryId: string | null
  readonly requestId: string | null
  readonly taskId: string | null
  readonly attemptNo: number | null
  readonly method: string | null
  readonly errorCode: string | null
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
  readonly personal: OpenedPersonal
  readonly identifierHash: Buffer | null
}

export type AuditPageRequest = { readonly cursor?: string | null; readonly limit?: number; readonly filters?: EntryFilter }
export type AuditRecordPage = { readonly entries: AuditRecord[]; readonly next: string | null }

const LONGEST_PAGE = 200
/** Rows of one request are few (a walk writes some twenty); this only bounds a mistake. */
const LONGEST_REQUEST = 1_000

@Injectable()
export class AuditReader {
  constructor(private readonly keyring: KeyRing) {}

  /** Newest first, by id. `cursor` is the `next` of the page before. */
  async listEntries(on: Queryable, page: AuditPageRequest = {}): Promise<AuditRecordPage> {
    const limit = Math.min(Math.max(page.limit ?? 50, 1), LONGEST_PAGE)
    const from = page.cursor ?? null
    const rows = await selectEntries(on, { filter: page.filters ?? {}, order: 'newest-first', from, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    return { entries: shown.map((row) => this.#record(row)), next: rows.length > limit ? shown.at(-1)!.id : null }
  }

  /** All rows of one service request, in the order they were written. */
  async findByRequest(on: Queryable, requestId: string): Promise<AuditRecord[]> {
    const rows = await selectEntries(on, { filter: { requestId }, order: 'oldest-first', from: null, limit: LONGEST_REQUEST })
    return rows.map((row) => this.#record(row))
  }

  #record(row: ReadEntry): AuditRecord {
    return {
      id: row.id,
      at: row.at,
      position: row.position,
      action: row.action,
      outcome: row.outcome as AuditOutcome,
      channel: row.channel as AuditChannel,
      correlationId: row.correlation_id,
      actor: { kind: row.actor_kind as AuditEntry['actor']['kind'], id: row.actor_id },
      personId: row.person_id,
      accountId: row.account_id,
      directoryId: row.directory_id,
      requestId: row.request_id,
      taskId: row.task_id,
      attemptNo: row.attempt_no,
      method: row.method,
      errorCode: row.error_code,
      facts: JSON.parse(row.facts) as AuditRecord['facts'],
      personal: this.#opened(row),
      identifierHash: row.identifier_hash,
    }
  }

  #opened(row: ReadEntry): OpenedPersonal {
    if (!row.personal || !row.person_id) return null
    if (!row.key_id || !row.wrapped) return '[erased]'
    try {
      const key = unwrapPersonKey(this.keyring, row.person_id, { key_id: row.key_id, wrapped: row.wrapped })
      const context = { personId: row.person_id, action: row.action, correlationId: row.correlation_id }
      return openPersonal(row.personal, key, context) ?? '[erased]'
    } catch {
      return '[unreadable]'
    }
  }
}
