import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * jest gives each test file a module registry of its own, and loading Nest, TypeORM and the product into one costs two
 * to four seconds of processor. The whole run therefore reads the files of a folder into a few generated ones; each file
 * stays a test file that runs alone (test/README.md).
 */
export const TOGETHER = 'test/.together'

/** Bytes of test source a generated file holds at most: small enough that two workers end at about the same time. */
const GROUP_BYTES = 80_000

/** They take a server away from under everybody, or wait for most of their time: not in line before others. */
const ALONE = [
  'medium/platform-database/embedded-postgres', 'medium/start/main', 'api/self-service/database-trouble',
  'api/self-service/timing',
]

/** Suites that wait for their servers more than they work: a line for each kind of server, and none longer. */
const BY_FOLDER = new Set(['directories'])

/** Writes the generated files of these suites anew. */
export function bringTogether(suites) {
  rmSync(TOGETHER, { recursive: true, force: true })
  for (const suite of suites) {
    mkdirSync(join(TOGETHER, suite), { recursive: true })
    for (const [name, files] of groupsOf(suite)) {
      const lines = files.map((file) => `await suiteOf('${file}', () => import('../../${file}.test.js'))`)
      // The note makes the file as long as what it stands for: without a record jest starts the longest first.
      const weight = `// ${'·'.repeat(Math.round(weightOf(files) / 500))}`
      writeFileSync(join(TOGETHER, suite, `${name}.test.ts`), [`import { suiteOf } from '../../together/suite-of.js'`, ...lines, weight, ''].join('\n'))
    }
  }
}

const weightOf = (files) => files.reduce((sum, file) => sum + statSync(`test/${file}.test.ts`).size, 0)

function groupsOf(suite) {
  const files = readdirSync(join('test', suite), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `${suite}/${file.replaceAll('\\', '/').slice(0, -'.test.ts'.length)}`)
    .sort()
  const groups = new Map()
  const named = (first) => first.split('/').slice(1).join('-')
  let open = null
  const folderOf = (file) => file.split('/').slice(0, -1).join('/')
  const isFull = (file) => weightOf([...open, file]) > GROUP_BYTES || (BY_FOLDER.has(suite) && folderOf(open[0]) !== folderOf(file))
  for (const file of files) {
    if (ALONE.includes(file)) {
      groups.set(named(file), [file])
      continue
    }
    if (!open || isFull(file)) groups.set(`from-${named(file)}`, (open = []))
    open.push(file)
  }
  return groups
}
