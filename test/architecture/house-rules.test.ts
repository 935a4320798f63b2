import { existsSync } from 'node:fs'
import { importRules } from './cruise.js'
import { anyDoors, foldersIn, nameFault, readFiles, unfinished, type SourceFile } from './house.js'

const HIGHEST = 400
/** Modules whose rules guard somebody's account: at least as many lines of test as of source. */
const WELL_TESTED = ['verification', 'self-service', 'passwords', 'provisioning', 'audit']

let code: SourceFile[]
let product: SourceFile[]
beforeAll(async () => {
  code = await readFiles(['src', 'web', 'migrations', 'test', 'scripts'], /\.(ts|tsx|mjs|cjs)$/)
  product = code.filter(({ path }) => /^(src|web\/src|migrations)\//.test(path))
})

/** Tables of words and numbers are as long as they are. */
const isData = ({ path }: SourceFile): boolean => /\/(data|locales|error-texts|fixtures)\//.test(path)

describe('files', () => {
  it(`have at most ${HIGHEST} lines`, () => {
    expect(code.filter((file) => file.lines > HIGHEST && !isData(file)).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  })

  it('are small in the middle: median at most 90 lines, nine of ten at most 250', () => {
    const lengths = product.filter((file) => !isData(file)).map(({ lines }) => lines).sort((a, b) => a - b)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(90)
    expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThanOrEqual(250)
  })

  it('leave nothing for later', () => {
    const rulesThemselves = /^test\/architecture\/house/
    const late = code.filter(({ path, text }) => unfinished(text).length && !rulesThemselves.test(path))
    expect(late.map(({ path, text }) => `${path}: ${unfinished(text).join(' ')}`)).toEqual([])
  })

  it('of the product do not tell the type checker to look away', () => {
    const doors = product.filter(({ text }) => anyDoors(text).length)
    expect(doors.map(({ path, text }) => `${path}: ${anyDoors(text).join(', ')}`)).toEqual([])
  })

  it('and folders have names that say what is inside', () => {
    expect(code.map(({ path }) => nameFault(path)).filter(Boolean)).toEqual([])
  })

  it('hold no skipped, focused or retried test', () => {
    const weak = /\b(it|test|describe)\.(skip|only|todo)\b|\bx(it|test|describe)\(|jest\.retryTimes/
    const tests = code.filter(({ path }) => path.endsWith('.test.ts'))
    expect(tests.filter(({ text, path }) => weak.test(text) && !path.includes('house-rules')).map(({ path }) => path)).toEqual([])
  })
})

describe('modules', () => {
  let modules: string[]
  beforeAll(async () => {
    modules = await foldersIn('src/modules')
  })

  it('each have a front door and a README', () => {
    const missing = modules.flatMap((name) => ['index.ts', 'README.md'].map((file) => `src/modules/${name}/${file}`))
    expect(missing.filter((path) => !existsSync(path))).toEqual([])
  })

  it('each have a level in the import rules', () => {
    // 'reports' is at the top: nothing is forbidden to it, so it has no rule of its own.
    const ruled = ['reports', ...importRules.map(({ name }) => name.replace('module-level-', ''))]
    expect(modules.filter((name) => !ruled.includes(name))).toEqual([])
  })

  it.each(WELL_TESTED)('%s has at least as many lines of test as of source', (name) => {
    const count = (files: SourceFile[]): number => files.reduce((sum, { lines }) => sum + lines, 0)
    const source = count(code.filter((file) => file.path.startsWith(`src/modules/${name}/`) && !isData(file)))
    const ofModule = new RegExp(`^test/(unit|medium|api|browser|kill)/(.+/)?${name}(/|[.-])`)
    const tests = count(code.filter(({ path }) => ofModule.test(path)))
    expect({ enough: tests >= source, tests, source }).toEqual({ enough: true, tests, source })
  })
})

describe('the rules themselves', () => {
  const BAD_NAMES = ['utils/x.ts', 'a/helpers.ts', 'common/x.ts', 'misc.ts', 'base-store.ts', 'session-manager.ts', 'flow2.ts']
  it.each(BAD_NAMES)('refuse the name %s', (path) => expect(nameFault(path)).toBeDefined())

  const GOOD_NAMES = ['password-policy/common-passwords.ts', 'argon2.ts', '20261121080000-create.ts', 'database.ts', 'manage.ts']
  it.each(GOOD_NAMES)('accept the name %s', (path) => expect(nameFault(path)).toBeUndefined())

  const DOORS = ['const x = y as any', 'function f(x: any) {}', 'const l: any[] = []', 'let m: Map<string, any>', '// @ts-ignore']
  it.each(DOORS)('see the open door in: %s', (text) => expect(anyDoors(text)).not.toEqual([]))

  const WALLS = ['// any as any', "const t = 'as any'", 'const company: Company = 1', 'if (any) many(any)']
  it.each(WALLS)('see no door in: %s', (text) => expect(anyDoors(text)).toEqual([]))

  it('see what was left for later', () => expect(unfinished('// TODO later')).toEqual(['TODO']))
})
