import { randomBytes } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { newId } from '../../../kernel/ids.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import type { Queryable } from '../../../platform/database/database.js'
import { deletePersonKey, insertOrReadPersonKey, type PersonKeyRow } from '../persistence/person-key.store.js'
import { AuditSettings } from './audit-settings.js'
import type { PersonKey } from './personal-seal.js'

const wrapContext = (personId: string): string => `audit-person-key|${personId}`

/** Unwraps a stored key. Throws when the row was altered or belongs to someone else. */
export const unwrapPersonKey = (keyring: KeyRing, personId: string, row: PersonKeyRow): PersonKey => ({
  id: row.key_id,
  key: keyring.openBytes(row.wrapped, wrapContext(personId)),
})

/**
 * Data keys per person, the most recently used in memory. The memory is only a guess: the statement that writes a sealed
 * row checks that the key still exists, so a key whose transaction rolled back, or that was destroyed by another process,
 * seals nothing (see AuditLog.record).
 */
@Injectable()
export class PersonKeys {
  readonly #recent = new Map<string, PersonKey>()

  constructor(
    private readonly keyring: KeyRing,
    private readonly settings: AuditSettings,
  ) {}

  recent(personId: string): PersonKey | undefined {
    const key = this.#recent.get(personId)
    if (key) this.#remember(personId, key)
    return key
  }

  /** The key on record, made now when there is none. Waits only for another transaction making this very person's first key. */
  async obtain(on: Queryable, personId: string): Promise<PersonKey> {
    const wrapped = this.keyring.seal(randomBytes(32), wrapContext(personId))
    const row = await insertOrReadPersonKey(on, personId, { key_id: newId(), wrapped })
    const key = unwrapPersonKey(this.keyring, personId, row)
    this.#remember(personId, key)
    return key
  }

  forget(personId: string): void {
    this.#recent.delete(personId)
  }

  /** Everything sealed about this person is unreadable from the commit on, in every process, also in restored rows. */
  async destroy(on: Queryable, personId: string): Promise<boolean> {
    const destroyed = await deletePersonKey(on, personId)
    this.forget(personId)
    return destroyed
  }

  #remember(personId: string, key: PersonKey): void {
    this.#recent.delete(personId)
    this.#recent.set(personId, key)
    if (this.#recent.size > this.settings.cachedPersonKeys) this.#recent.delete(this.#recent.keys().next().value!)
  }
}
