import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cruise, importRules, type Cruise } from './cruise.js'
import { CLEAN, PLANTED, writePlantedTree } from './planted-violations.js'

async function sourcesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sources = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  return sources.map((entry) => join(entry.parentPath, entry.name))
}

describe('the import rules', () => {
  let house: Cruise
  beforeAll(async () => {
    house = await cruise(process.cwd(), ['src', 'migrations', 'web/src'])
  })

  it('are kept by every file of the house', () => {
    expect(house.violations.map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`)).toEqual([])
  })

  // With a TypeScript it does not support, dependency-cruiser reads nothing and finds nothing wrong.
  it('were checked on every source file, with its imports', async () => {
    const sources = (await Promise.all(['src', 'migrations', 'web/src'].map(sourcesIn))).flat()
    const read = new Set(house.modules)
    expect(sources.length).toBeGreaterThan(150)
    expect(sources.filter((file) => !read.has(file))).toEqual([])
    expect(house.dependencies).toBeGreaterThan(sources.length * 2)
  })
})

describe('planted violations', () => {
  let root: string
  let found: Cruise
  beforeAll(async () => {
    root = await writePlantedTree()
    found = await cruise(root, ['src', 'migrations', 'web/src'])
  })
  afterAll(() => rm(root, { recursive: true }))

  it.each(PLANTED)('$rule catches $file', ({ rule, file }) => {
    // A file that cannot be reached is the far end of its rule; every other culprit is the near one.
    const culprits = found.violations.filter((violation) => violation.rule === rule).flatMap(({ from, to }) => [from, to])
    expect(culprits).toContain(file)
  })

  it('exist for every rule', () => {
    const planted = new Set(PLANTED.map(({ rule }) => rule))
    expect(importRules.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([])
  })

  it('are not seen in a house that keeps the rules', () => {
    const accused = found.violations.filter(({ from }) => from in CLEAN && from !== 'src/main.ts')
    const dead = found.violations.filter(({ rule, to }) => rule === 'no-dead-file' && to in CLEAN)
    expect([...accused, ...dead]).toEqual([])
  })
})
