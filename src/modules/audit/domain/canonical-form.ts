import { createHash } from 'node:crypto'

/**
 * What is hashed, fixed for good per version: rows written today are verified in twenty years. Version 1:
 *
 *   "latchkey.audit.entry.1\n", then the 20 fields below in this order, each as
 *   00                                   for null
 *   01, length in bytes (uint32 BE), bytes   for a value
 *
 * Numbers and ids are decimal or lower-case UUID text in UTF-8; `at` is microseconds since 1970-01-01 UTC as stored;
 * `facts` is the text PostgreSQL prints for the stored jsonb (keys by length, then bytes); bytea fields are their bytes.
 * A row of the chain is SHA-256(hash of the row before, canonical bytes); the row before the first has 32 zero bytes.
 */
export const HASH_VERSION = 1
export const GENESIS = Buffer.alloc(32)

/** A row as the database holds it, in the types of CANONICAL_COLUMNS (persistence/entry.store.ts). */
export type StoredEntry = {
  id: string
  tx: string
  micros: string
  action: string
  outcome: string
  channel: string
  correlation_id: string
  actor_kind: string
  actor_id: string | null
  person_id: string | null
  account_id: string | null
  directory_id: string | null
  request_id: string | null
  task_id: string | null
  attempt_no: number | null
  method: string | null
  error_code: string | null
  facts: string
  personal: Buffer | null
  identifier_hash: Buffer | null
  hash_version: number
}

export const CANONICAL_HEAD = Buffer.from('latchkey.audit.entry.1\n', 'utf8')

/** Null for a version this program does not know: that row cannot be called intact. */
export function canonicalBytes(entry: StoredEntry): Buffer | null {
  if (entry.hash_version !== HASH_VERSION) return null
  return encode([
    entry.id, entry.tx, entry.micros, entry.action, entry.outcome, entry.channel, entry.correlation_id, entry.actor_kind,
    entry.actor_id, entry.person_id, entry.account_id, entry.directory_id, entry.request_id, entry.task_id,
    entry.attempt_no === null ? null : String(entry.attempt_no), entry.method, entry.error_code, entry.facts,
    entry.personal, entry.identifier_hash,
  ])
}

/** Null when the entry's version is unknown. */
export function chainHash(previous: Buffer, entry: StoredEntry): Buffer | null {
  const bytes = canonicalBytes(entry)
  return bytes && createHash('sha256').update(previous).update(bytes).digest()
}

function encode(fields: readonly (string | Buffer | null)[]): Buffer {
  let size = CANONICAL_HEAD.length
  const lengths = fields.map((field) => {
    const length = field === null ? -1 : typeof field === 'string' ? Buffer.byteLength(field, 'utf8') : field.length
    size += length < 0 ? 1 : 5 + length
    return length
  })
  const out = Buffer.allocUnsafe(size)
  let offset = CANONICAL_HEAD.copy(out)
  for (const [index, field] of fields.entries()) {
    offset = out.writeUInt8(field === null ? 0 : 1, offset)
    if (field === null) continue
    offset = out.writeUInt32BE(lengths[index]!, offset)
    offset += typeof field === 'string' ? out.write(field, offset, 'utf8') : field.copy(out, offset)
  }
  return out
}
