import type { Checkpoint } from '../domain/checkpoint.js'

export function checkpointLine({ position, hash, at, installation, signature }: Checkpoint): string {
  const texts = { position: position.toString(), hash: hash.toString('hex'), at, installation }
  return `${JSON.stringify({ ...texts, signature: signature.toString('base64') })}\n`
}

const HASH = /^[0-9a-f]{64}$/
const POSITION = /^[1-9][0-9]{0,18}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Null for a line that is no checkpoint, for example one cut short by a power failure. */
export function parseCheckpointLine(line: string): Checkpoint | null {
  let read: unknown
  try {
    read = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof read !== 'object' || read === null) return null
  const { position, hash, at, installation, signature } = read as Record<string, unknown>
  const texts = [position, hash, at, installation, signature]
  if (!texts.every((text) => typeof text === 'string')) return null
  const [p, h, t, i, s] = texts as [string, string, string, string, string]
  if (!POSITION.test(p) || !HASH.test(h) || !INSTANT.test(t) || !UUID.test(i)) return null
  return { position: BigInt(p), hash: Buffer.from(h, 'hex'), at: t, installation: i, signature: Buffer.from(s, 'base64') }
}
