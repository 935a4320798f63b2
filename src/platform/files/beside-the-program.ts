import { existsSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Ours: `.js` in what was built, `.ts` in the sources. */
export const OWN_EXTENSION = extname(import.meta.url)

/**
 * The folder of this name above the running code: dist/migrations for a built server, whichever of its files this has ended
 * up in, and the repository's own for tests, which run from the sources.
 */
export function besideTheProgram(name: string): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const folder = join(at, name)
    if (existsSync(folder)) return folder
    if (at === dirname(at)) throw new Error(`there is no folder "${name}" beside this program: its build is incomplete`)
  }
}
