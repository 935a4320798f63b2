import { joinPolicies, type DirectoryRules } from '../../../src/modules/password-policy/domain/policy-join.js'
import { DEFAULT_PRODUCT_POLICY, NO_DECLARED_RULES, ProductPolicy, type DeclaredRules } from '../../../src/modules/password-policy/index.js'

const directory = (name: string, rules: Partial<DeclaredRules>): DirectoryRules => ({ directory: name, rules: { ...NO_DECLARED_RULES, exact: true, ...rules } })
const own = DEFAULT_PRODUCT_POLICY
const NOTHING: ProductPolicy = { ...own, minLength: 1, minClasses: 0, rejectPersonWords: false, rejectCommon: false }
const join = (directories: DirectoryRules[], operation: 'reset' | 'change' = 'change', policy = own) => joinPolicies(policy, directories, operation)
const rule = (view: ReturnType<typeof join>, id: string) => view.rules.filter((row) => row.rule === id)

describe('joining policies', () => {
  it('shows the product\'s own rules in the order of the page, with nobody named', () => {
    expect(join([]).rules).toEqual([
      { rule: 'min-length', params: { min: 12 }, checkedBy: 'here', directories: [], atLeast: false },
      { rule: 'character-classes', params: { min: 3 }, checkedBy: 'here', directories: [], atLeast: false },
      { rule: 'not-person', checkedBy: 'here', directories: [], atLeast: false },
      { rule: 'not-common', checkedBy: 'here', directories: [], atLeast: false },
    ])
  })
  it('lets the strictest minimum win and names who asks for it', () => {
    const view = join([directory('Windows', { minLength: 14 }), directory('Mail', { minLength: 8 }), directory('Files', { minLength: 14 })])
    expect(rule(view, 'min-length')).toEqual([{ rule: 'min-length', params: { min: 14 }, checkedBy: 'here', directories: ['Files', 'Windows'], atLeast: false }])
  })
  it('names nobody when the product itself is the strictest', () => {
    expect(rule(join([directory('Windows', { minLength: 8 })]), 'min-length')[0]).toMatchObject({ params: { min: 12 }, directories: [] })
  })
  it('lets the lowest maximum win, and shows none while only the product\'s ceiling holds', () => {
    expect(rule(join([directory('Windows', { maxLength: 256 })]), 'max-length')).toEqual([])
    const view = join([directory('Old', { maxLength: 20 }), directory('Older', { maxLength: 16 })])
    expect(rule(view, 'max-length')).toEqual([{ rule: 'max-length', params: { max: 16 }, checkedBy: 'here', directories: ['Older'], atLeast: false }])
  })
  it('gathers the characters that anybody prohibits, once each', () => {
    const view = join([directory('A', { prohibitedCharacters: 'äö' }), directory('B', { prohibitedCharacters: 'öå' })])
    expect(rule(view, 'prohibited-characters')[0]).toMatchObject({ params: { characters: 'äöå' }, directories: ['A', 'B'] })
  })
  it('takes "no such rule" for no rule, never for zero', () => {
    expect(join([directory('A', {})], 'change', NOTHING).rules.map((row) => row.rule)).toEqual(['min-length'])
    expect(join([directory('A', { minDigit: 0, historyLength: 0 })], 'change', NOTHING).rules.map((row) => row.rule)).toEqual(['min-length'])
  })
  it('marks a value that could not be read exactly as "at least", even below a stricter exact one', () => {
    expect(rule(join([directory('AD', { minLength: 14, exact: false })]), 'min-length')[0]).toMatchObject({ params: { min: 14 }, atLeast: true })
    expect(rule(join([directory('AD', { minLength: 8, exact: false })]), 'min-length')[0]).toMatchObject({ params: { min: 12 }, atLeast: true, directories: ['AD'] })
  })

  describe('what only the directory can tell (decisions.md 21)', () => {
    const ad = directory('Windows and email', { historyLength: 24, minAgeSeconds: 86_400 })
    const local = directory('Local', { historyLength: 5, minAgeSeconds: 3_600, onReset: { history: true, minAge: false } })
    it('is checked by the directory at a change', () => {
      const view = join([ad], 'change')
      expect(rule(view, 'history')).toEqual([{ rule: 'history', params: { count: 24 }, checkedBy: 'directory', directories: ['Windows and email'], atLeast: false }])
      expect(rule(view, 'min-age')[0]).toMatchObject({ params: { seconds: 86_400 }, checkedBy: 'directory' })
    })
    it('is not enforced at a reset by a directory that does not say so', () => {
      const view = join([ad], 'reset')
      expect(rule(view, 'history')[0]).toMatchObject({ params: { count: 24 }, checkedBy: 'not-enforced' })
      expect(rule(view, 'min-age')[0]).toMatchObject({ checkedBy: 'not-enforced' })
    })
    it('is told apart when directories differ', () => {
      const view = join([ad, local], 'reset')
      expect(rule(view, 'history')).toEqual([
        expect.objectContaining({ params: { count: 5 }, checkedBy: 'directory', directories: ['Local'] }),
        expect.objectContaining({ params: { count: 24 }, checkedBy: 'not-enforced', directories: ['Windows and email'] }),
      ])
      expect(rule(view, 'min-age').map(({ checkedBy }) => checkedBy)).toEqual(['not-enforced'])
    })
  })

  it('has a version that changes with the rules and with nothing else', () => {
    const view = join([directory('A', { minLength: 14 })])
    expect(join([directory('A', { minLength: 14 })]).version).toBe(view.version)
    expect(join([directory('A', { minLength: 15 })]).version).not.toBe(view.version)
    expect(join([directory('B', { minLength: 14 })]).version).not.toBe(view.version)
  })
})

describe('the product policy as it may be saved', () => {
  it('accepts the default', () => {
    expect(ProductPolicy.parse(own)).toEqual(own)
  })
  it.each<[string, Partial<ProductPolicy>]>([
    ['a maximum below 64', { maxLength: 63 }],
    ['a maximum above 256', { maxLength: 257 }],
    ['a maximum below the minimum', { minLength: 100, maxLength: 64 }],
    ['minimum counts that do not fit', { minLower: 40, minUpper: 40, maxLength: 64 }],
    ['a negative count', { minDigit: -1 }],
    ['a character both allowed and prohibited', { allowedCharacters: 'abc', prohibitedCharacters: 'c' }],
    ['a name it does not know', { minVowels: 3 } as Partial<ProductPolicy>],
  ])('refuses %s', (_what, change) => {
    expect(ProductPolicy.safeParse({ ...own, ...change }).success).toBe(false)
  })
})
