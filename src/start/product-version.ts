import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let known: string | undefined

/** From the package.json above us: two levels up from the sources, three from dist. */
export function productVersion(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); known === undefined; at = dirname(at)) {
    try {
      known = (JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as { version: string }).version
    } catch {
      if (at === dirname(at)) known = 'unknown'
    }
  }
  return known
}
