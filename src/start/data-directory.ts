import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeOnce } from '../platform/files/write-file.js'
import type { Mode } from '../config/settings.js'
import { StartRefused } from './start-refused.js'

/** What this directory was created as, or null for a new one. */
export function installedMode(dataDir: string): Mode | null {
  let content: string
  try {
    content = readFileSync(stampFile(dataDir), 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  if (content === 'demo' || content === 'production') return content
  throw new StartRefused(`${stampFile(dataDir)} is damaged: it must say demo or production`)
}

/** The choice is made once. A directory of the other kind is refused: its database and its key belong to it. */
export async function stampDataDirectory(dataDir: string, mode: Mode): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  await writeOnce(stampFile(dataDir), `${mode}\n`, 0o644)
  const found = installedMode(dataDir)
  if (found !== mode) throw new StartRefused(`this data directory was created as ${found}; LATCHKEY_MODE asks for ${mode}`)
}

const stampFile = (dataDir: string): string => join(dataDir, 'mode')
