import type { Queryable } from '../../../platform/database/database.js'
import { int8At, tuplesOf, UnknownWire } from './binary-copy.js'
import { WIRE_COLUMN_COUNT, WIRE_COLUMNS } from './entry-wire.js'

export const HASH_BYTES = 32

/** Some thousand rows of the chain, side by side in memory: 32 bytes a hash, and nothing else a row but its entry's id. */
export type ChainStretch = {
  readonly rows: number
  readonly positions: Float64Array
  readonly entryIds: Float64Array
  readonly previous: Buffer
  readonly hashes: Buffer
  readonly versions: Uint8Array
}

const LINK_COLUMNS = 5
/** Where the values of a link stand in its tuple: behind a count of two bytes, each behind a length of four. */
const [POSITION, ENTRY_ID, PREVIOUS, HASH, VERSION] = [6, 18, 30, 66, 102] as const
const LINK_BYTES = 104

export async function readStretch(on: Queryable, after: bigint, limit: number): Promise<ChainStretch> {
  const positions = new Float64Array(limit)
  const entryIds = new Float64Array(limit)
  const previous = Buffer.alloc(limit * HASH_BYTES)
  const hashes = Buffer.alloc(limit * HASH_BYTES)
  const versions = new Uint8Array(limit)
  let rows = 0
  // digits of our own making: COPY takes no parameters
  await on.copyOut(
    `COPY (SELECT position, entry_id, prev_hash, hash, hash_version FROM audit_chain
       WHERE position > ${after.toString()} ORDER BY position LIMIT ${limit}) TO STDOUT (FORMAT binary)`,
    tuplesOf(LINK_COLUMNS, (message, tuple) => {
      if (message.length - tuple !== LINK_BYTES) throw new UnknownWire()
      positions[rows] = int8At(message, tuple + POSITION)
      entryIds[rows] = int8At(message, tuple + ENTRY_ID)
      message.copy(previous, rows * HASH_BYTES, tuple + PREVIOUS, tuple + PREVIOUS + HASH_BYTES)
      message.copy(hashes, rows * HASH_BYTES, tuple + HASH, tuple + HASH + HASH_BYTES)
      versions[rows] = message.readInt16BE(tuple + VERSION)
      rows += 1
    }),
  )
  return { rows, positions, entryIds, previous, hashes, versions }
}

/** Where the id stands in the tuple of an entry. */
const ID = 6

/** Every entry with an id in this range, in order of id, as the place of its tuple in a message that is gone afterwards. */
export function readEntries(
  on: Queryable, from: number, to: number, onEntry: (id: number, message: Buffer, tuple: number) => void,
): Promise<void> {
  return on.copyOut(
    `COPY (SELECT ${WIRE_COLUMNS} FROM audit_entry e WHERE e.id BETWEEN ${from} AND ${to} ORDER BY e.id) TO STDOUT (FORMAT binary)`,
    tuplesOf(WIRE_COLUMN_COUNT, (message, tuple) => onEntry(int8At(message, tuple + ID), message, tuple)),
  )
}
