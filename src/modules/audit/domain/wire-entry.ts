import { int8At } from '../persistence/binary-copy.js'
import { HASH_BYTES } from '../persistence/chain-stretch.js'
import { WIRE_FIELDS, type WireKind } from '../persistence/entry-wire.js'
import { CANONICAL_HEAD, HASH_VERSION } from './canonical-form.js'

const KINDS: readonly WireKind[] = WIRE_FIELDS.map(([, kind]) => kind)
/** Microseconds from 1970 to 2000, where Postgres begins to count. */
const UNIX_MICROS = 946_684_800_000_000
const JSONB_VERSION = 1
/** What a tuple may grow to: a UUID from 16 bytes to 36, a number from 8 to 20 digits; and a byte a field for its presence. */
const most = (message: Buffer): number => HASH_BYTES + CANONICAL_HEAD.length + message.length + KINDS.length * 21

const HEX_PAIRS = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(''), 'latin1')
const DASH = 0x2d
const ZERO = 0x30
const SHORT = 64

/**
 * From the bytes of a binary COPY straight to the canonical form, for reading millions of rows: both write a field as its length
 * (four bytes, big endian) and its bytes. `canonicalBytes` says what the form is; that both agree is tested row by row.
 */
export class WireEntry {
  #out = Buffer.alloc(8_192)
  #end = 0

  constructor() {
    CANONICAL_HEAD.copy(this.#out, HASH_BYTES)
  }

  /**
   * Hash input of the entry in this tuple: the hash before it, then its canonical bytes. Null when that cannot be said here:
   * another version, a number too great, a year without end. Valid until the next call.
   */
  hashed(message: Buffer, tuple: number, previous: Buffer): Buffer | null {
    if (this.#out.length < most(message)) {
      this.#out = Buffer.alloc(most(message) * 2)
      CANONICAL_HEAD.copy(this.#out, HASH_BYTES)
    }
    previous.copy(this.#out)
    this.#end = HASH_BYTES + CANONICAL_HEAD.length
    let at = tuple + 2
    for (const kind of KINDS) {
      const length = message.readInt32BE(at)
      at += 4
      if (length < 0) {
        this.#out[this.#end++] = 0
        continue
      }
      this.#out[this.#end++] = 1
      if (!this.#write(kind, message, at, length)) return null
      at += length
    }
    if (message.readInt32BE(at) !== 2 || message.readInt16BE(at + 4) !== HASH_VERSION) return null
    return this.#out.subarray(0, this.#end)
  }

  #write(kind: WireKind, message: Buffer, at: number, length: number): boolean {
    if (kind === 'bytes') return this.#copy(message, at, length)
    if (kind === 'uuid') return this.#uuid(message, at)
    if (kind === 'jsonb') return message[at] === JSONB_VERSION && this.#copy(message, at + 1, length - 1)
    if (kind === 'int4') return this.#decimal(message.readInt32BE(at))
    return this.#decimal(int8At(message, at) + (kind === 'instant' ? UNIX_MICROS : 0))
  }

  /** By hand where it is short: a call into the engine for each of some dozen fields a row costs more than the bytes do. */
  #copy(message: Buffer, at: number, length: number): boolean {
    this.#length(length)
    if (length > SHORT) message.copy(this.#out, this.#end, at, at + length)
    else for (let byte = 0; byte < length; byte += 1) this.#out[this.#end + byte] = message[at + byte]!
    this.#end += length
    return true
  }

  #decimal(value: number): boolean {
    if (!Number.isSafeInteger(value) || value < 0) return false
    let digits = 1
    for (let power = 10; value >= power; power *= 10) digits += 1
    this.#length(digits)
    this.#end += digits
    let left = value
    for (let at = this.#end - 1; at >= this.#end - digits; at -= 1) {
      const rest = Math.floor(left / 10)
      this.#out[at] = ZERO + (left - rest * 10)
      left = rest
    }
    return true
  }

  #uuid(message: Buffer, at: number): boolean {
    this.#length(36)
    let end = this.#end
    for (let byte = 0; byte < 16; byte += 1) {
      if (byte === 4 || byte === 6 || byte === 8 || byte === 10) this.#out[end++] = DASH
      const pair = message[at + byte]! * 2
      this.#out[end++] = HEX_PAIRS[pair]!
      this.#out[end++] = HEX_PAIRS[pair + 1]!
    }
    this.#end = end
    return true
  }

  #length(length: number): void {
    this.#out[this.#end] = length >>> 24
    this.#out[this.#end + 1] = length >>> 16
    this.#out[this.#end + 2] = length >>> 8
    this.#out[this.#end + 3] = length
    this.#end += 4
  }
}
