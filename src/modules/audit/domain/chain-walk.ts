import type { Queryable } from '../../../platform/database/database.js'
import { positionAfterHash, walkChain, type WalkedLink } from '../persistence/chain.store.js'
import { chainHash, GENESIS, type StoredEntry } from './canonical-form.js'
import type { Findings } from './verification-findings.js'

const BATCH = 5_000
/** Naming a break may cost a scan; a thousand breaks are named by the plain word. */
const NAMED_IN_FULL = 5
/** How far a swapped entry is looked for. */
const NEIGHBOURS = 2_000

/** Recomputes every hash from the entries, in order, and goes on behind a break, so that all breaks are found. */
export class ChainWalk {
  position = 0n
  rows = 0
  #hash: Buffer = GENESIS
  /** Hash before the last row: a row inserted by hand leaves its successor pointing here. */
  #before: Buffer | null = null
  #lastEntry = ''
  #named = 0

  constructor(
    private readonly on: Queryable,
    private readonly findings: Findings,
  ) {}

  get hash(): Buffer {
    return this.#hash
  }

  /** The stored hashes of the next batch by position; null at the end of the chain. */
  async next(): Promise<Map<bigint, Buffer> | null> {
    const links = await walkChain(this.on, this.position, BATCH)
    if (links.length === 0) return null
    const hashes = new Map<bigint, Buffer>()
    for (const link of links) {
      await this.#check(link)
      hashes.set(this.position, link.hash)
    }
    return hashes
  }

  async #check(link: WalkedLink): Promise<void> {
    const position = BigInt(link.position)
    const at = { position, entryId: link.entry_id }
    if (position !== this.position + 1n) {
      const [first, last] = [this.position + 1n, position - 1n]
      const missing = first === last ? `position ${first} is` : `positions ${first} to ${last} are`
      this.findings.add('removed', { position: first }, `${missing} missing from the chain`)
    } else if (!link.prev_hash.equals(this.#hash)) {
      await this.#nameBrokenLink(link, position)
    }
    if (!link.entry) this.findings.add('removed', at, `audit row ${link.entry_id} is gone`)
    else await this.#checkHash(link, link.entry, position)
    this.#before = this.#hash
    this.#hash = link.hash
    this.#lastEntry = link.entry_id
    this.position = position
    this.rows += 1
  }

  async #checkHash(link: WalkedLink, entry: StoredEntry, position: bigint): Promise<void> {
    const at = { position, entryId: link.entry_id }
    const hash = chainHash(link.prev_hash, entry)
    if (!hash) this.findings.add('unknown-version', at, `audit row ${entry.id} has hash version ${entry.hash_version}`)
    else if (!hash.equals(link.hash)) await this.#nameWrongHash(link, position)
    else if (link.hash_version !== entry.hash_version) {
      const detail = `position ${position} claims hash version ${link.hash_version}, its entry ${entry.hash_version}`
      this.findings.add('edited', at, detail)
    }
  }

  /** The row does not follow the one before it. */
  async #nameBrokenLink(link: WalkedLink, position: bigint): Promise<void> {
    const at = { position, entryId: link.entry_id }
    if (this.#before && link.prev_hash.equals(this.#before)) {
      const detail = `audit row ${this.#lastEntry} does not belong there: the next row follows the one before it`
      this.findings.add('inserted', { position: position - 1n, entryId: this.#lastEntry }, detail)
      return
    }
    const found = this.#worthNaming() ? await positionAfterHash(this.on, this.#hash) : null
    if (found && BigInt(found) !== position) {
      this.findings.add('reordered', at, `the row that belongs at position ${position} stands at ${found}`)
    } else {
      const detail = `the row that followed position ${position - 1n} is gone; audit row ${link.entry_id} stands in its place`
      this.findings.add('removed', at, detail)
    }
  }

  /** The entry is not what was hashed: changed, or another row's entry. */
  async #nameWrongHash(link: WalkedLink, position: bigint): Promise<void> {
    const at = { position, entryId: link.entry_id }
    if (this.#worthNaming()) {
      const start = position > BigInt(NEIGHBOURS / 2) ? position - BigInt(NEIGHBOURS / 2) : 0n
      const neighbours = await walkChain(this.on, start, NEIGHBOURS)
      const owner = neighbours.find(({ entry }) => entry && chainHash(link.prev_hash, entry)?.equals(link.hash))
      if (owner) {
        const detail = `position ${position} points at audit row ${link.entry_id} and was chained for row ${owner.entry_id}`
        this.findings.add('reordered', at, detail)
        return
      }
    }
    this.findings.add('edited', at, `audit row ${link.entry_id} is not what was chained`)
  }

  #worthNaming(): boolean {
    this.#named += 1
    return this.#named <= NAMED_IN_FULL
  }
}
