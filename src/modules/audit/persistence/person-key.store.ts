import type { Queryable } from '../../../platform/database/database.js'

export type PersonKeyRow = { key_id: string; wrapped: Buffer }

/** Of several transactions making the same person's first key one wins; the others wait for it and then read its key. */
export async function insertOrReadPersonKey(on: Queryable, personId: string, made: PersonKeyRow): Promise<PersonKeyRow> {
  // Two rounds: the transaction we waited for may have rolled back, or an erasure may have come in between.
  for (let round = 0; round < 3; round += 1) {
    const [known] = await on.query<PersonKeyRow>('SELECT key_id, wrapped FROM audit_person_key WHERE person_id = $1', [personId])
    if (known) return known
    const inserted = await on.execute(
      'INSERT INTO audit_person_key (person_id, key_id, wrapped) VALUES ($1, $2, $3) ON CONFLICT (person_id) DO NOTHING',
      [personId, made.key_id, made.wrapped],
    )
    if (inserted === 1) return made
  }
  throw new Error('the data key of a person keeps changing')
}

export async function deletePersonKey(on: Queryable, personId: string): Promise<boolean> {
  return (await on.execute('DELETE FROM audit_person_key WHERE person_id = $1', [personId])) === 1
}
