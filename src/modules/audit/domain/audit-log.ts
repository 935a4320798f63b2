import { Injectable } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { Queryable, Tx } from '../../../platform/database/database.js'
import { changeAndInsert, insertEntry, type RecordedChange, type SealedEntry } from '../persistence/entry.store.js'
import { AuditHealth } from './audit-health.js'
import { checkedFacts, checkedPersonal, checkNames } from './entry-rules.js'
import { PersonKeys } from './person-keys.js'
import { sealPersonal, type PersonKey } from './personal-seal.js'

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
    const row = checked(entry)
    try {
      await this.#withKey(tx, row, async (sealed) => ((await insertEntry(tx, sealed)) ? true : null), 'always')
    } catch (cause) {
      throw new DomainError('AUDIT_UNAVAILABLE', { cause, diagnostic: 'the audit row could not be written' })
    }
  }

  /**
   * A guarded change and the entry about it as one statement, which needs no transaction around it: both or neither. Null:
   * the guard did not let it happen, and nothing was written. Throws AUDIT_UNAVAILABLE when it is the trail that refuses.
   * `entry.attemptNo` is what the change itself answers.
   */
  async recordChange<Row extends object>(on: Queryable, change: RecordedChange, entry: Omit<AuditEntry, 'attemptNo'>): Promise<Row | null> {
    const row = checked(entry)
    try {
      return await this.#withKey(on, row, (sealed) => changeAndInsert<Row>(on, change, sealed), 'by a guard')
    } catch (cause) {
      if (!isAboutTheTrail(cause)) throw cause
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

  /**
   * One statement when the key of the person is known. `write` answers null when nothing was written: because the key is not on
   * record (any more), and then it is read and the same is tried once more, or `by a guard` of its own.
   */
  async #withKey<T>(on: Queryable, row: Checked, write: (sealed: SealedEntry) => Promise<T | null>, writes: 'always' | 'by a guard'): Promise<T | null> {
    const { entry, facts, personal } = row
    if (!personal || !entry.personId) return write({ entry, facts, personal: null })
    const context = { personId: entry.personId, action: entry.action, correlationId: entry.correlationId }
    const sealed = (key: PersonKey): SealedEntry => ({ entry, facts, personal: { sealed: sealPersonal(personal, key, context), keyId: key.id } })
    const known = this.keys.recent(entry.personId)
    const written = known && (await write(sealed(known)))
    if (written !== undefined && written !== null) return written
    const onRecord = await this.keys.obtain(on, entry.personId)
    if (known?.id === onRecord.id && writes === 'by a guard') return null
    const again = await write(sealed(onRecord))
    if (again !== null || writes === 'by a guard') return again
    this.keys.forget(entry.personId)
    throw new Error('the data key of the person was destroyed while the row was written')
  }
}

type Checked = { readonly entry: AuditEntry; readonly facts: SealedEntry['facts']; readonly personal: Record<string, string> | null }

function checked(entry: AuditEntry): Checked {
  checkNames(entry)
  return { entry, facts: checkedFacts(entry), personal: checkedPersonal(entry) }
}

/** Names of tables stand in Postgres's answers untranslated. */
function isAboutTheTrail(cause: unknown): boolean {
  const { message, table } = cause as { message?: unknown; table?: unknown }
  return /\baudit_/.test(`${String(table)} ${String(message)}`)
}
