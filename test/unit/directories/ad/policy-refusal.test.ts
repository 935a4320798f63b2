import { declaredBy, domainRules, psoRules, strictestLockout, type AdRules } from '../../../../src/modules/directories/ad/domain-rules.js'
import { explainRefusal, unusableRules, type RefusedWrite } from '../../../../src/modules/directories/ad/policy-refusal.js'

const RULES: AdRules = {
  minLength: 12, isComplex: true, historyLength: 5, minAgeSeconds: 86_400, maxAgeSeconds: null, lockoutThreshold: 4, lockoutWindowSeconds: 1_800, lockoutSeconds: 1_800,
}
const declared = (over: Partial<AdRules> = {}, exact = true) => declaredBy({ ...RULES, ...over }, { exact, isHinted: false })
const NOW = new Date('2026-11-21T12:00:00Z')
const write = (over: Partial<RefusedWrite> = {}): RefusedWrite => ({
  password: 'Good-Enough-77', isChange: true, isHinted: false, names: ['anna.aalto', 'Anna Aalto'], setAt: new Date('2020-01-01T00:00:00Z'), now: NOW,
  hasFilters: false, ...over,
})

describe('why one number was answered', () => {
  it.each([
    ['too short', 'Short-1', ['min-length']],
    ['not complex', 'onlysmallletters', ['character-classes']],
    ['both', 'short', ['min-length', 'character-classes']],
    ['the login inside', 'xX1-ANNA.AALTO-9', ['not-person']],
    ['a part of the name inside', 'Vesi-77-aalto-x', ['not-person']],
  ])('%s is told by rule', (_what, password, rules) => {
    expect(explainRefusal(write({ password }), declared())).toEqual({ reason: 'policy-refused', violations: rules.map((rule) => ({ rule })) })
  })
  it('counts letters of scripts without case as a kind, as Windows does', () => {
    expect(explainRefusal(write({ password: '世界世界世界-abcdef-1' }), declared()).reason).toBe('history')
  })
  it('a short name or a part of it is no word', () => {
    expect(explainRefusal(write({ password: 'Vesi-77-jo-xyz', names: ['jo', 'Jo Li'] }), declared()).reason).toBe('history')
  })
  it('a change within the minimum age is too young', () => {
    const yesterday = new Date(NOW.getTime() - 86_399_000)
    expect(explainRefusal(write({ setAt: yesterday }), declared())).toEqual({ reason: 'too-young', violations: [{ rule: 'min-age' }] })
    expect(explainRefusal(write({ setAt: new Date(NOW.getTime() - 86_400_000) }), declared()).reason).toBe('history')
  })
  it('whoever must change has no age', () => {
    expect(explainRefusal(write({ setAt: null }), declared()).reason).toBe('history')
  })
  it('a reset is held to neither age nor history, unless the hints were sent', () => {
    const young = { isChange: false, setAt: NOW }
    expect(explainRefusal(write(young), declared())).toEqual({ reason: 'policy-refused', violations: [] })
    expect(explainRefusal(write({ ...young, isHinted: true }), declared()).reason).toBe('too-young')
    expect(explainRefusal(write({ isChange: false, isHinted: true }), declared()).reason).toBe('history')
  })
  it.each([
    ['a policy of the account that cannot be read', declared({}, false), {}],
    ['a domain without history', declared({ historyLength: 0 }), {}],
    ['password filters of the domain', declared(), { hasFilters: true }],
  ])('history is not claimed with %s', (_what, rules, over) => {
    expect(explainRefusal(write(over), rules)).toEqual({ reason: 'policy-refused', violations: [] })
  })
})

describe('passwords that no server of this kind can hold', () => {
  it.each([
    ['', ['not-blank']], ['   ', ['not-blank']], ['Abc1\u0000', ['no-control']], ['Abc1\ud800', ['no-control']], ['x'.repeat(257), ['max-length']],
    ['🦊'.repeat(129), ['max-length']],
  ])('%j is refused before it is sent', (password, rules) => {
    expect(unusableRules(password).map(({ rule }) => rule)).toEqual(expect.arrayContaining(rules))
  })
  it.each(['x'.repeat(256), '🦊'.repeat(128), '  spaces  ', 'E\u0301"\\'])('%j is not', (password) => {
    expect(unusableRules(password)).toEqual([])
  })
})

describe('the rules as they are stored', () => {
  const reader = (values: Record<string, string>) => (name: string): string | null => values[name] ?? null
  it('of a domain', () => {
    expect(domainRules(reader({
      minPwdLength: '12', pwdProperties: '1', pwdHistoryLength: '5', minPwdAge: '-864000000000', maxPwdAge: '-9223372036854775808', lockoutThreshold: '4',
      lockoutDuration: '-18000000000', lockOutObservationWindow: '-18000000000',
    }))).toEqual(RULES)
    expect(domainRules(reader({ pwdProperties: '1' }))).toBeNull()
  })
  it('of a fine-grained policy, or nothing when it cannot be read', () => {
    expect(psoRules(reader({
      'msDS-MinimumPasswordLength': '12', 'msDS-PasswordComplexityEnabled': 'TRUE', 'msDS-PasswordHistoryLength': '5', 'msDS-MinimumPasswordAge': '-864000000000',
      'msDS-MaximumPasswordAge': '0', 'msDS-LockoutThreshold': '4', 'msDS-LockoutDuration': '-18000000000', 'msDS-LockoutObservationWindow': '-18000000000',
    }))).toEqual(RULES)
    expect(psoRules(reader({}))).toBeNull()
  })
  it('are declared without rules that are none', () => {
    expect(declaredBy({ ...RULES, isComplex: false, historyLength: 0, minLength: 0 }, { exact: false, isHinted: true })).toMatchObject({
      minLength: null, minClasses: null, rejectPersonWords: false, historyLength: null, exact: false, onReset: { history: true, minAge: true },
    })
  })
})

describe('the strictest lockout', () => {
  it('is the lowest threshold that locks, with the longest window', () => {
    const none = { ...RULES, lockoutThreshold: 0, lockoutWindowSeconds: 9_999 }
    expect(strictestLockout([RULES, { ...RULES, lockoutThreshold: 3, lockoutWindowSeconds: 60 }, none])).toEqual({ threshold: 3, windowSeconds: 1_800 })
    expect(strictestLockout([none])).toEqual({ threshold: 0, windowSeconds: null })
  })
})
