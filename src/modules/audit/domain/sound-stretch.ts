import { hash as digest } from 'node:crypto'
import type { Queryable } from '../../../platform/database/database.js'
import { UnknownWire } from '../persistence/binary-copy.js'
import { HASH_BYTES, readEntries, type ChainStretch } from '../persistence/chain-stretch.js'
import { HASH_VERSION } from './canonical-form.js'
import { WireEntry } from './wire-entry.js'

/** The entries of a stretch lie close together. Where they do not, one look-up a row is cheaper than reading all in between. */
const MOST_SPREAD = 4

/**
 * Whether every row of the stretch follows the one before it and is what was chained: the same questions as `ChainWalk` asks
 * row by row, answered for all of them at once. Anything out of the ordinary is a no, and says nothing more: naming what is
 * wrong is the walk's business.
 *
 * @param after position and hash of the row before
 */
export async function isSound(on: Queryable, stretch: ChainStretch, after: { position: bigint; hash: Buffer }): Promise<boolean> {
  if (!linksFollow(stretch, after)) return false
  const order = byEntryId(stretch)
  const [first, last] = [stretch.entryIds[order[0]!]!, stretch.entryIds[order.at(-1)!]!]
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || last - first >= stretch.rows * MOST_SPREAD) return false
  const entry = new WireEntry()
  let next = 0
  let sound = true
  try {
    await readEntries(on, first, last, (id, message, tuple) => {
      const row = order[next]
      if (!sound || row === undefined || id < stretch.entryIds[row]!) return // of another stretch, or not chained yet
      next += 1
      sound = id === stretch.entryIds[row] && isChained(stretch, row, (previous) => entry.hashed(message, tuple, previous))
    })
  } catch (error) {
    if (error instanceof UnknownWire) return false
    throw error
  }
  return sound && next === stretch.rows
}

function linksFollow({ rows, positions, previous, hashes, versions }: ChainStretch, after: { position: bigint; hash: Buffer }): boolean {
  const first = Number(after.position) + 1
  for (let row = 0; row < rows; row += 1) {
    if (positions[row] !== first + row || versions[row] !== HASH_VERSION) return false
  }
  const inner = (rows - 1) * HASH_BYTES
  return Number.isSafeInteger(first + rows) && previous.compare(after.hash, 0, HASH_BYTES, 0, HASH_BYTES) === 0
    && previous.compare(hashes, 0, inner, HASH_BYTES, HASH_BYTES + inner) === 0
}

/** Rows in the order of their entries' ids, which is almost the order they have. */
function byEntryId({ rows, entryIds }: ChainStretch): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row)
  for (let row = 1; row < rows; row += 1) {
    if (entryIds[row]! <= entryIds[row - 1]!) return order.sort((a, b) => entryIds[a]! - entryIds[b]!)
  }
  return order
}

function isChained({ previous, hashes }: ChainStretch, row: number, input: (previous: Buffer) => Buffer | null): boolean {
  const start = row * HASH_BYTES
  const bytes = input(previous.subarray(start, start + HASH_BYTES))
  return bytes !== null && digest('sha256', bytes, 'buffer').compare(hashes, start, start + HASH_BYTES) === 0
}
