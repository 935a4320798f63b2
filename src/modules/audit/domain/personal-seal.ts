import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** A person's data key, unwrapped. `id` is new with every key, so a key made after an erasure never passes for the old one. */
export type PersonKey = { readonly id: string; readonly key: Buffer }

const FORMAT = 1
const ID_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Bound to the row it was written for: sealed text copied onto another row does not open there. */
export type SealContext = { readonly personId: string; readonly action: string; readonly correlationId: string }
const associated = ({ personId, action, correlationId }: SealContext): Buffer =>
  Buffer.from(['audit-personal', personId, action, correlationId].join('\n'), 'utf8')

/** format (1) · key id (16) · nonce (12) · ciphertext · tag (16), AES-256-GCM. */
export function sealPersonal(personal: Readonly<Record<string, string>>, key: PersonKey, context: SealContext): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.key, nonce)
  cipher.setAAD(associated(context))
  const body = cipher.update(JSON.stringify(personal), 'utf8')
  return Buffer.concat([Buffer.of(FORMAT), idBytes(key.id), nonce, body, cipher.final(), cipher.getAuthTag()])
}

/** Null when the row was sealed under another key than this one: the key it needs has been destroyed. */
export function openPersonal(sealed: Buffer, key: PersonKey, context: SealContext): Record<string, string> | null {
  if (sealed.readUInt8(0) !== FORMAT) throw new Error('unknown format of sealed audit fields')
  const body = 1 + ID_BYTES + NONCE_BYTES
  if (!sealed.subarray(1, 1 + ID_BYTES).equals(idBytes(key.id))) return null
  const decipher = createDecipheriv('aes-256-gcm', key.key, sealed.subarray(1 + ID_BYTES, body))
  decipher.setAAD(associated(context))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const plain = Buffer.concat([decipher.update(sealed.subarray(body, sealed.length - TAG_BYTES)), decipher.final()])
  return JSON.parse(plain.toString('utf8')) as Record<string, string>
}

const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')
