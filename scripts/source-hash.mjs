import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What each half of dist/ is made from. A change anywhere else needs no build. */
const SOURCES = {
  server: ['src', 'migrations', 'package-lock.json', 'scripts/build.mjs'],
  web: ['web', 'src/contract', 'package-lock.json', 'scripts/build.mjs'],
}

export const serverHash = () => hashOf(SOURCES.server)
export const webHash = () => hashOf(SOURCES.web)

/** One hash over names and contents: times say nothing after a clone or a checkout. */
export function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of filesBelow(join(root, path))) {
      hash.update(`${relative(root, file)}\0`).update(readFileSync(file)).update('\0')
    }
  }
  return hash.digest('hex')
}

export function filesBelow(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return []
  if (found.isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules' && name !== 'dist')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => filesBelow(join(path, name)))
}
