import type { Queryable } from '../../../platform/database/database.js'
import { UnknownWire } from '../persistence/binary-copy.js'
import { HASH_BYTES, readStretch, type ChainStretch } from '../persistence/chain-stretch.js'
import { positionAfterHash, walkChain, type WalkedLink } from '../persistence/chain.store.js'
import { chainHash, GENESIS, type StoredEntry } from './canonical-form.js'
import { isSound } from './sound-stretch.js'
import type { Findings } from './verification-findings.js'

/** Rows read at once where all is well: a few MB. */
const STRETCH = 20_000
/** Rows read at once to be named one by one. */
const BATCH = 5_000
/** Naming a break may cost a scan; a thousand breaks are named by the plain word. */
const NAMED_IN_FULL = 5
/** How far a swapped entry is looked for. */
const NEIGHBOURS = 2_000

/** Stored hashes of the last rows by position. */
export type WalkedHashes = { get(position: bigint): Buffer | undefined }

/**
 * Recomputes every hash from the entries, in order, and goes on behind a break, so that all breaks are found. A stretch in
 * which everything is as it should be is only counted; any other one is read again, row by row, and what is wrong is named.
 */
export class ChainWalk {
  position = 0n
  rows = 0
  #hash: Buffer = GENESIS
  /** Hash before the last row: a row inserted by hand leaves its successor pointing here. */
  #before: Buffer | null = null
  #lastEntry = ''
  #named = 0
  /** Up to here rows are looked at one by one: something in this stretch is not as it should be. */
  #byRowUntil = 0n
  #ahead: { readonly after: bigint; readonly stretch: Promise<ChainStretch | null> } | null = null

  constructor(
    private readonly on: Queryable,
    private readonly findings: Findings,
  ) {}

  get hash(): Buffer {
    return this.#hash
  }

  /** The stored hashes of the next rows by position; null at the end of the chain. */
  async next(): Promise<WalkedHashes | null> {
    if (this.position < this.#byRowUntil) return this.#nextByRow()
    const stretch = await this.#stretch()
    if (stretch?.rows === 0) return null
    if (stretch && (await isSound(this.on, stretch, { position: this.position, hash: this.#hash }))) return this.#take(stretch)
    this.#byRowUntil = stretch ? BigInt(stretch.positions[stretch.rows - 1]!) : 0n
    return this.#nextByRow()
  }

  /** The next rows of the chain, read ahead while those before them were being hashed. Null: not to be read at once. */
  async #stretch(): Promise<ChainStretch | null> {
    const stretch = await (this.#ahead?.after === this.position ? this.#ahead.stretch : this.#read(this.position))
    this.#ahead = null
    if (stretch?.rows === STRETCH) {
      const after = BigInt(stretch.positions[STRETCH - 1]!)
      this.#ahead = { after, stretch: this.#read(after) }
      this.#ahead.stretch.catch(() => undefined) // whoever asks for it hears of it
    }
    return stretch
  }

  async #read(after: bigint): Promise<ChainStretch | null> {
    try {
      return await readStretch(this.on, after, STRETCH)
    } catch (error) {
      if (error instanceof UnknownWire) return null
      throw error
    }
  }

  #take({ rows, entryIds, hashes }: ChainStretch): WalkedHashes {
    const before = this.position
    const at = (row: number): Buffer => hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES)
    this.#before = rows > 1 ? at(rows - 2) : this.#hash
    this.#hash = at(rows - 1)
    this.#lastEntry = String(entryIds[rows - 1])
    this.position += BigInt(rows)
    this.rows += rows
    return { get: (position) => (position > before && position <= before + BigInt(rows) ? at(Number(position - before) - 1) : undefined) }
  }

  async #nextByRow(): Promise<WalkedHashes | null> {
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
