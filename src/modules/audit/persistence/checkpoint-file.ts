import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { newId } from '../../../kernel/ids.js'
import type { Checkpoint } from '../domain/checkpoint.js'
import { checkpointLine, parseCheckpointLine } from './checkpoint-line.js'

/** Far more than one line (some 330 bytes): the end of the file is found without reading the file. */
const TAIL_BYTES = 16_384
const NEWLINE = 0x0a

/**
 * Lines are only ever appended, in one write each call, and on the disk before the call returns. A file whose last line
 * was cut short (power failure) gets its line break first, so that only that fragment is lost.
 */
export async function appendCheckpoints(file: string, checkpoints: readonly Checkpoint[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  try {
    const tail = await readTail(handle)
    const mended = tail.length > 0 && tail.at(-1) !== NEWLINE ? '\n' : ''
    await handle.appendFile(mended + checkpoints.map(checkpointLine).join(''))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function lastCheckpointIn(file: string): Promise<Checkpoint | null> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    const lines = (await readTail(handle)).toString('utf8').split('\n')
    return lines.reverse().map(parseCheckpointLine).find((checkpoint) => checkpoint !== null) ?? null
  } finally {
    await handle.close()
  }
}

/** Every line, in order, in bounded memory. Null for a line that is no checkpoint. */
export async function* readCheckpointFile(file: string): AsyncGenerator<{ line: number; checkpoint: Checkpoint | null }> {
  await stat(file) // a missing file is an error here, and a stream would report it too late
  let line = 0
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    line += 1
    if (text !== '') yield { line, checkpoint: parseCheckpointLine(text) }
  }
}

/** Written once; one that is there stays, whoever wrote it: verifying compares it with the key at hand. */
export async function writePublicKey(file: string, pem: string): Promise<void> {
  try {
    await stat(publicKeyFile(file))
  } catch {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const draft = `${publicKeyFile(file)}.${newId()}`
    await writeFile(draft, pem, { mode: 0o644 })
    await rename(draft, publicKeyFile(file))
  }
}

const publicKeyFile = (file: string): string => `${file}.pub`

export async function readPublicKey(file: string): Promise<string | null> {
  try {
    return await readFile(publicKeyFile(file), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function readTail(handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat()
  const length = Math.min(size, TAIL_BYTES)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
  return buffer.subarray(0, bytesRead)
}
