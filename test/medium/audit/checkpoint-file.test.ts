import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Checkpoint } from '../../../src/modules/audit/domain/checkpoint.js'
import {
  appendCheckpoints, lastCheckpointIn, readCheckpointFile, readPublicKey, writePublicKey,
} from '../../../src/modules/audit/persistence/checkpoint-file.js'
import { temporaryFolder } from '../../builders/audit.js'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const at = (position: number): Checkpoint => ({
  position: BigInt(position),
  hash: Buffer.alloc(32, position % 256),
  at: '2026-11-21T08:00:00.123456Z',
  installation: '01936f3e-0000-7000-8000-000000000003',
  signature: Buffer.alloc(64, position % 256),
})
const run = (from: number, to: number): Checkpoint[] => Array.from({ length: to - from + 1 }, (_, n) => at(from + n))

async function positions(): Promise<(number | null)[]> {
  const read: (number | null)[] = []
  for await (const { checkpoint } of readCheckpointFile(folder.file)) read.push(checkpoint && Number(checkpoint.position))
  return read
}

it('starts empty, without a file', async () => {
  expect(await lastCheckpointIn(folder.file)).toBeNull()
  await expect(positions()).rejects.toThrow('ENOENT')
})

it('reads back what it appended, in order, over several calls', async () => {
  await appendCheckpoints(folder.file, run(1, 3))
  await appendCheckpoints(folder.file, [at(4)])
  expect(await positions()).toEqual([1, 2, 3, 4])
  expect(await lastCheckpointIn(folder.file)).toEqual(at(4))
})

it('finds the last line of a file far longer than what it reads of it', async () => {
  await appendCheckpoints(folder.file, run(1, 500))
  expect((await stat(folder.file)).size).toBeGreaterThan(100_000)
  expect(await lastCheckpointIn(folder.file)).toEqual(at(500))
})

it('passes by a fragment at the end when it looks for the last line', async () => {
  await appendCheckpoints(folder.file, run(1, 2))
  await appendFile(folder.file, '{"position":"3","hash":"00')
  expect(await lastCheckpointIn(folder.file)).toEqual(at(2))
})

it('keeps a fragment apart from the line appended after it', async () => {
  await writeFile(folder.file, '{"position":"3","hash":"00')
  await appendCheckpoints(folder.file, [at(4)])
  expect(await positions()).toEqual([null, 4])
})

it('changes nothing that is there already', async () => {
  await appendCheckpoints(folder.file, run(1, 2))
  const before = await readFile(folder.file, 'utf8')
  await appendCheckpoints(folder.file, [at(3)])
  expect((await readFile(folder.file, 'utf8')).startsWith(before)).toBe(true)
})

it('makes the folder it needs, for its owner only', async () => {
  const file = join(folder.path, 'new', 'deeper', 'checkpoints.jsonl')
  await appendCheckpoints(file, [at(1)])
  expect((await stat(join(folder.path, 'new', 'deeper'))).mode & 0o777).toBe(0o700)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

it('numbers lines as an editor does, and passes over empty ones', async () => {
  await appendCheckpoints(folder.file, [at(1)])
  await appendFile(folder.file, '\n\nnot a checkpoint\n')
  await appendCheckpoints(folder.file, [at(2)])
  const lines: [number, number | null][] = []
  for await (const { line, checkpoint } of readCheckpointFile(folder.file)) {
    lines.push([line, checkpoint && Number(checkpoint.position)])
  }
  expect(lines).toEqual([[1, 1], [4, null], [5, 2]])
})

it('says why a file cannot be used instead of taking it for empty', async () => {
  await mkdir(folder.file)
  await expect(lastCheckpointIn(folder.file)).rejects.toThrow('EISDIR')
  await expect(appendCheckpoints(folder.file, [at(1)])).rejects.toThrow('EISDIR')
})

describe('the public key beside it', () => {
  it('is written once and then left alone', async () => {
    expect(await readPublicKey(folder.file)).toBeNull()
    await writePublicKey(folder.file, 'first')
    await writePublicKey(folder.file, 'second')
    expect(await readPublicKey(folder.file)).toBe('first')
    expect((await stat(`${folder.file}.pub`)).mode & 0o777).toBe(0o644)
  })

  it('survives two processes writing it at once', async () => {
    await Promise.all([writePublicKey(folder.file, 'the key'), writePublicKey(folder.file, 'the key')])
    expect(await readPublicKey(folder.file)).toBe('the key')
  })
})
