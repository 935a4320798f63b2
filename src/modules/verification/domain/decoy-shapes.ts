import { Injectable } from '@nestjs/common'
import type { Queryable } from '../../../platform/database/database.js'
import { People, type MailShapeRow } from '../../identity/index.js'
import { DecoyShapeStore, type DecoyShape } from '../persistence/decoy-shape.store.js'
import { VerificationSettings } from './verification-settings.js'

/** Where nobody is on record yet nobody can be told apart either; this only keeps the page whole. */
const NOBODY_YET: DecoyShape = {
  letters: [['a', 3], ['m', 3], ['s', 3], ['j', 2], ['k', 2], ['e', 2], ['t', 2], ['h', 1], ['l', 1], ['p', 1]],
  domains: [['posti.example', 1]],
  counts: [[1, 1]],
  accountDomains: [],
}

/** The tenant's real distribution of masks, taken once and kept, so that the mask of an unknown name never changes by itself. */
@Injectable()
export class DecoyShapes {
  constructor(
    private readonly store: DecoyShapeStore,
    private readonly people: People,
    private readonly settings: VerificationSettings,
  ) {}

  /** One statement once a shape is kept; the first ones who ask take it. The same for everybody. */
  async current(on: Queryable): Promise<DecoyShape> {
    const kept = await this.store.find(on)
    if (kept) return kept
    const { shape, people } = await this.#take(on)
    if (people < this.settings.decoyShapeLeastPeople) return shape
    await this.store.keep(on, shape, people)
    return (await this.store.find(on)) ?? shape
  }

  /** Takes it anew, after an import changed who is here. Masks of unknown names change with it, so not on a schedule. */
  async refresh(on: Queryable): Promise<void> {
    const { shape, people } = await this.#take(on)
    await this.store.replace(on, shape, people)
  }

  async #take(on: Queryable): Promise<{ shape: DecoyShape; people: number }> {
    const rows = await this.people.mailShape(on)
    const counts = weighted(rows, 'count').map(([value, weight]) => [Number(value), weight] as const)
    const people = counts.reduce((sum, [, weight]) => sum + weight, 0)
    if (people === 0) return { shape: NOBODY_YET, people }
    return {
      people,
      shape: {
        counts,
        letters: weighted(rows, 'letter'),
        domains: weighted(rows, 'domain'),
        accountDomains: weighted(rows, 'account-domain').map(([domain]) => domain),
      },
    }
  }
}

const weighted = (rows: readonly MailShapeRow[], part: MailShapeRow['part']): [string, number][] =>
  rows.filter((row) => row.part === part).map((row) => [row.value, row.weight])
