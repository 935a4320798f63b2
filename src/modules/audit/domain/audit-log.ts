import { Injectable } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { insertEntry } from '../persistence/entry.store.js'
import { AuditHealth } from './audit-health.js'
import { checkedFacts, checkedPersonal, checkNames } from './entry-rules.js'
import { PersonKeys } from './person-keys.js'
import { sealPersonal } from './personal-seal.js'

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
  /** Facts that identify nobody. Names that look like a secret (password, code, token …) are refused. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  /** Login names, addresses, the directory's own words: sealed, and gone when the person's key is destroyed. Needs `personId`. */
  readonly personal?: Readonly<Record<string, string>>
  /** Keyed hash of what was typed, when it matched nobody: people type passwords into that field (decisions.md 12). */
  readonly identifierHash?: Buffer | null
}

@Injectable()
export class AuditLog {
  constructor(
    private readonly keys: PersonKeys,
    private readonly health: AuditHealth,
  ) {}

  /** Appends in the caller's transaction, lock-free; the sequencer chains it after commit. Throws AUDIT_UNAVAILABLE. */
  async record(tx: Queryable, entry: AuditEntry): Promise<void> {
    checkNames(entry)
    const facts = checkedFacts(entry)
    const personal = checkedPersonal(entry)
    try {
      if (personal && entry.personId) await this.#insertSealed(tx, entry, entry.personId, facts, personal)
      else await insertEntry(tx, { entry, facts, personal: null })
    } catch (cause) {
      throw new DomainError('AUDIT_UNAVAILABLE', { cause, diagnostic: 'the audit row could not be written' })
    }
  }

  /** Refuses new actions while the trail cannot be kept: oldest unchained row above 5 s, or checkpoints failing. No I/O. */
  assertWritable(): void {
    const reason = this.health.whyNotWritable()
    if (reason) throw new DomainError('AUDIT_UNAVAILABLE', { diagnostic: reason })
  }

  /** Destroys the person's key: what was sealed reads "[erased]" from the commit on, and the chain still verifies. */
  async erasePerson(tx: Tx, personId: string): Promise<boolean> {
    return this.keys.destroy(tx, personId)
  }

  /** One statement when the key is known; a key that turns out not to exist costs two more. */
  async #insertSealed(
    tx: Queryable, entry: AuditEntry, personId: string, facts: ReturnType<typeof checkedFacts>, personal: Record<string, string>,
  ): Promise<void> {
    const context = { personId, action: entry.action, correlationId: entry.correlationId }
    const known = this.keys.recent(personId)
    for (const key of known ? [known, null] : [null]) {
      const used = key ?? (await this.keys.obtain(tx, personId))
      const sealed = { sealed: sealPersonal(personal, used, context), keyId: used.id }
      if (await insertEntry(tx, { entry, facts, personal: sealed })) return
      this.keys.forget(personId)
    }
    throw new Error('the data key of the person was destroyed while the row was written')
  }
}
