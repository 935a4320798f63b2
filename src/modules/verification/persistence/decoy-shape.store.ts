import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../platform/database/database.js'

/** Weighted values, most frequent first. */
export type Weighted<T> = readonly (readonly [value: T, weight: number])[]
export type DecoyShape = {
  readonly letters: Weighted<string>
  readonly domains: Weighted<string>
  /** How many contacts a person may choose from. */
  readonly counts: Weighted<number>
  /** Domains of mailboxes behind the accounts themselves, which never carry a reset. */
  readonly accountDomains: readonly string[]
}

@Injectable()
export class DecoyShapeStore {
  async find(on: Queryable): Promise<DecoyShape | null> {
    const [row] = await on.query<{ shape: DecoyShape }>('SELECT shape FROM verification_decoy_shape')
    return row?.shape ?? null
  }

  /** Kept by whoever comes first; later ones use what was kept. */
  async keep(on: Queryable, shape: DecoyShape, people: number): Promise<void> {
    await on.execute(
      'INSERT INTO verification_decoy_shape (shape, people) VALUES ($1::jsonb, $2) ON CONFLICT (one) DO NOTHING',
      [JSON.stringify(shape), people],
    )
  }

  async replace(on: Queryable, shape: DecoyShape, people: number): Promise<void> {
    await on.execute(
      `INSERT INTO verification_decoy_shape (shape, people) VALUES ($1::jsonb, $2)
       ON CONFLICT (one) DO UPDATE SET shape = excluded.shape, people = excluded.people, taken_at = now()`,
      [JSON.stringify(shape), people],
    )
  }
}
