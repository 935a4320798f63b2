import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { KeyRing } from '../../../platform/crypto/keyring.js'

/** "At this position the chain had this hash", signed, kept outside the database. One JSON line in the file. */
export type Checkpoint = {
  readonly position: bigint
  readonly hash: Buffer
  /** UTC with microseconds, exactly the text that was signed: 2026-11-21T08:00:00.123456Z. */
  readonly at: string
  readonly installation: string
  readonly signature: Buffer
}
export type UnsignedCheckpoint = Omit<Checkpoint, 'signature'>

/** DER head of an Ed25519 private key in PKCS #8 (RFC 8410 §7); the 32 bytes of the seed follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

export function signingKey(keyring: KeyRing): KeyObject {
  const der = Buffer.concat([PKCS8_HEAD, keyring.derive('audit-checkpoint', 32)])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

export const verifyingKey = (keyring: KeyRing): KeyObject => createPublicKey(signingKey(keyring))
export const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string

/** No field can hold a line break, so the text is unambiguous. */
const signedText = ({ position, hash, at, installation }: UnsignedCheckpoint): Buffer =>
  Buffer.from(['latchkey.audit.checkpoint.1', installation, position.toString(), hash.toString('hex'), at].join('\n'), 'utf8')

export const signCheckpoint = (checkpoint: UnsignedCheckpoint, key: KeyObject): Checkpoint => ({
  ...checkpoint,
  signature: sign(null, signedText(checkpoint), key),
})

export const isSigned = (checkpoint: Checkpoint, key: KeyObject): boolean =>
  verify(null, signedText(checkpoint), key, checkpoint.signature)
