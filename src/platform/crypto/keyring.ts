import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { SecretText } from '../../kernel/secret-text.js'

/** Purposes keep the keys apart: a hash made for one purpose never matches one made for another. */
export type HashPurpose =
  | 'flow-cookie' | 'session-cookie' | 'device-cookie' | 'one-time-code' | 'identifier' | 'decoy' | 'address' | 'link'
  | 'audit-person' | 'national-id'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FORMAT = 1

/** One generation of the master key. `id` is stored with every sealed value, so old values open after a rotation. */
export type MasterKey = { readonly id: number; readonly key: Buffer }

/**
 * Envelope encryption and keyed hashes under the master key (decisions.md 23), which never enters the database.
 *
 * Sealed layout: format (1) · key id (4) · data-key nonce, wrapped data key, tag (12+32+16) · nonce, ciphertext, tag.
 * Each value has its own AES-256-GCM data key; the associated data names what the value belongs to (a task id and its
 * target), so a sealed value copied onto another row does not open there.
 */
export class KeyRing {
  readonly #keys: ReadonlyMap<number, Buffer>
  readonly #current: MasterKey
  readonly #hashKeys = new Map<HashPurpose, Buffer>()

  /** @param keys oldest first; the last one seals. Hash keys derive from the first: they must survive a rotation. */
  constructor(keys: readonly MasterKey[]) {
    const last = keys.at(-1)
    if (!last) throw new Error('the key ring needs at least one key')
    for (const { key } of keys) if (key.length !== KEY_BYTES) throw new Error('a master key has 32 bytes')
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]))
    this.#current = last
    this.#root = keys[0]!.key
  }
  readonly #root: Buffer

  seal(secret: SecretText | Buffer, associated: string): Buffer {
    const plain = Buffer.isBuffer(secret) ? secret : Buffer.from(secret.reveal(), 'utf8')
    const dataKey = randomBytes(KEY_BYTES)
    const head = Buffer.alloc(5)
    head.writeUInt8(FORMAT, 0)
    head.writeUInt32BE(this.#current.id, 1)
    const wrapped = encrypt(this.#current.key, dataKey, `${associated}|key`)
    const body = encrypt(dataKey, plain, associated)
    dataKey.fill(0)
    return Buffer.concat([head, wrapped, body])
  }

  /** Throws when the value was altered, belongs elsewhere, or its key is gone. */
  openBytes(sealed: Buffer, associated: string): Buffer {
    if (sealed.readUInt8(0) !== FORMAT) throw new Error('unknown sealed format')
    const key = this.#keys.get(sealed.readUInt32BE(1))
    if (!key) throw new Error('sealed under a master key that is not in the key file')
    const wrappedEnd = 5 + NONCE_BYTES + KEY_BYTES + TAG_BYTES
    const dataKey = decrypt(key, sealed.subarray(5, wrappedEnd), `${associated}|key`)
    const plain = decrypt(dataKey, sealed.subarray(wrappedEnd), associated)
    dataKey.fill(0)
    return plain
  }

  open(sealed: Buffer, associated: string): SecretText {
    return new SecretText(this.openBytes(sealed, associated).toString('utf8'))
  }

  /** HMAC-SHA-256 under a key of this purpose: what a stolen database shows cannot be tried offline without the key. */
  hash(purpose: HashPurpose, value: string | Buffer): Buffer {
    let key = this.#hashKeys.get(purpose)
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.#root, Buffer.alloc(0), `latchkey/hash/${purpose}`, KEY_BYTES))
      this.#hashKeys.set(purpose, key)
    }
    return createHmac('sha256', key).update(value).digest()
  }

  /** Bytes for a key that must be the same in every process, for example the audit checkpoint signing seed. */
  derive(label: string, bytes: number): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#root, Buffer.alloc(0), `latchkey/derive/${label}`, bytes))
  }
}

function encrypt(key: Buffer, plain: Buffer, associated: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(associated, 'utf8'))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Buffer, sealed: Buffer, associated: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
  decipher.setAAD(Buffer.from(associated, 'utf8'))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()])
}
