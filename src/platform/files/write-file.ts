import { randomBytes } from 'node:crypto'
import { link, rename, rm, stat, writeFile } from 'node:fs/promises'

/**
 * Writes a file that did not exist. It appears complete or not at all and never replaces another (link fails when the
 * name is taken), so of two processes one writes and both go on with the same content.
 */
export async function writeOnce(file: string, content: string, mode: number): Promise<void> {
  if (await stat(file).catch(() => null)) return
  await viaStaging(file, content, mode, async (staging) => {
    await link(staging, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  })
}

/** Replaces a file; a reader and a power cut see the old content or the new, never half of one. */
export async function replaceFile(file: string, content: string, mode: number): Promise<void> {
  await viaStaging(file, content, mode, (staging) => rename(staging, file))
}

type Publish = (staging: string) => Promise<void>

async function viaStaging(file: string, content: string, mode: number, publish: Publish): Promise<void> {
  const staging = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    await writeFile(staging, content, { mode, flag: 'wx', flush: true })
    await publish(staging)
  } finally {
    await rm(staging, { force: true })
  }
}
