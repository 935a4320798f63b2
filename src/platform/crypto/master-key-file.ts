import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeOnce } from '../files/write-file.js'
import { KeyRing, type MasterKey } from './keyring.js'

const KEY_BYTES = 32

export type MasterKeySettings = {
  readonly masterKeyFile: string
  /** The demo makes its key; in production someone decides where it lies. */
  readonly mayCreate: boolean
}

/** The file and what is wrong with it; never a byte of what is in it. */
export class MasterKeyError extends Error {
  constructor(file: string, rule: string) {
    super(`the master key file ${file} ${rule}`)
    this.name = 'MasterKeyError'
  }
}

/**
 * Reads the key ring: one `id base64key` a line, oldest first, `#` for remarks. Rotating appends a line. The file must
 * be readable by this user alone.
 */
export async function loadKeyRing(settings: MasterKeySettings): Promise<KeyRing> {
  const file = settings.masterKeyFile
  if (settings.mayCreate) await createOnce(file)
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new MasterKeyError(file, 'is not there')
  if (found.mode & 0o077) throw new MasterKeyError(file, 'is open to other users: its mode must be 0600')
  const content = await readFile(file, 'utf8').catch(() => {
    throw new MasterKeyError(file, 'cannot be read by this user')
  })
  return new KeyRing(parseKeys(file, content))
}

export function parseKeys(file: string, content: string): MasterKey[] {
  const keys: MasterKey[] = []
  for (const [index, line] of content.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const where = `line ${index + 1}`
    const [, id, encoded] = /^\s*(\d{1,9})\s+([A-Za-z0-9+/]+={0,2})\s*$/.exec(line) ?? []
    if (!id || !encoded) throw new MasterKeyError(file, `must hold "id base64key" on ${where}`)
    const key = Buffer.from(encoded, 'base64')
    if (key.length !== KEY_BYTES) throw new MasterKeyError(file, `must hold a key of ${KEY_BYTES} bytes on ${where}`)
    if (Number(id) <= (keys.at(-1)?.id ?? 0)) throw new MasterKeyError(file, `must count its ids upwards; ${where} does not`)
    keys.push({ id: Number(id), key })
  }
  if (keys.length === 0) throw new MasterKeyError(file, 'holds no key')
  return keys
}

async function createOnce(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const remark = '# Without this file nothing sealed in the database can be opened. Oldest key first.'
  await writeOnce(file, `${remark}\n1 ${randomBytes(KEY_BYTES).toString('base64')}\n`, 0o600)
}
