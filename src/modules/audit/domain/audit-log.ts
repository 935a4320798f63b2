import { Injectable } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import type { Queryable } from '../../../platform/database/database.js'

export type AuditOutcome = 'intent' | 'success' | 'failure' | 'refused' | 'unknown' | 'info'
export type AuditChannel = 'self-service' | 'worker' | 'operator' | 'command-line' | 'system'

/** One row of the trail. `action` is area.thing.past-verb. Never a password, a code, a link or a full national id. */
export type AuditEntry = {
  readonly action: string
  readonly outcome: AuditOutcome
  readonly channel: AuditChannel
  readonly correlationId: string
  /** Who acted; null person for an anonymous browser or the system itself. */
  readonly actor: { readonly kind: 'person' | 'anonymous' | 'operator' | 'system'; readonly id: string | null }
  /** Whose data this row is about: `personal` is sealed under this person's key. */
  readonly personId?: string | null
  readonly accountId?: string | null
  readonly directoryId?: string | null
  /** The service request (SR-…) or action the row belongs to. */
  readonly requestId?: string | null
  readonly taskId?: string | null
  readonly attemptNo?: number | null
  readonly method?: string | null
  readonly errorCode?: ErrorCode | null
  /** Facts that identify nobody. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  /** Login names, addresses, the directory's own words: sealed, and gone when the person's key is destroyed. */
  readonly personal?: Readonly<Record<string, string>>
  /** Keyed hash of what was typed, when it matched nobody: people type passwords into that field (decisions.md 12). */
  readonly identifierHash?: Buffer | null
}

@Injectable()
export class AuditLog {
  /** Appends in the caller's transaction, lock-free; the sequencer chains it after commit. Throws AUDIT_UNAVAILABLE. */
  async record(_tx: Queryable, _entry: AuditEntry): Promise<void> {
    throw new Error('pending')
  }
  /** Refuses new actions while the trail cannot be kept: oldest unchained row above 5 s, or checkpoints failing. No I/O. */
  assertWritable(): void {
    throw new Error('pending')
  }
}
