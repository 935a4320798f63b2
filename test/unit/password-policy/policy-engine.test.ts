import { CommonPasswords } from '../../../src/modules/password-policy/domain/common-passwords.js'
import type { StrengthMeter, Strength } from '../../../src/modules/password-policy/domain/strength-meter.js'
import { DEFAULT_PRODUCT_POLICY, NO_DECLARED_RULES, PasswordPolicySettings, PolicyEngine, type ProductPolicy } from '../../../src/modules/password-policy/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'

const common = new CommonPasswords()
type Asked = { password: string; words: readonly string[] }
function engineWith(policy: Partial<ProductPolicy> = {}, strength: Strength | null = { score: 4, reason: null }) {
  const asked: Asked[] = []
  const meter = { measure: async (password: SecretText, words: readonly string[]) => { asked.push({ password: password.reveal(), words }); return strength } }
  const settings = Object.assign(new PasswordPolicySettings(), { policy: { ...DEFAULT_PRODUCT_POLICY, ...policy } })
  return { engine: new PolicyEngine(settings, common, meter as StrengthMeter), asked }
}
/** Rules broken under a policy that asks for nothing but what the test says. */
const LAX: Partial<ProductPolicy> = { minLength: 1, minClasses: 0, rejectCommon: false, rejectPersonWords: false }
const broken = (password: string, policy: Partial<ProductPolicy> = {}, words: string[] = []): string[] => {
  const { engine } = engineWith({ ...LAX, ...policy })
  return engine.violations(engine.join([], 'change'), new SecretText(password), words).map(({ rule }) => rule)
}

describe('rules that always hold', () => {
  it.each(['', ' ', '\u00a0\u2003', '\u200b\u200d'])('refuses %j as blank', (password) => {
    expect(broken(password)).toContain('not-blank')
  })
  it.each(['Kettle\u0000harbour', 'Kettle\tharbour', 'Kettle\u007fharbour', 'Kettle\u0085harbour', 'Kettle\ud83eharbour', 'Kettle\udd8aharbour'])('refuses control characters and half characters: %j', (password) => {
    expect(broken(password)).toEqual(['no-control'])
  })
  it('keeps whole characters beyond the basic plane, joined emoji and inner and outer spaces', () => {
    expect(broken(' Kettle 🦊 👩‍👩‍👧 harbour ')).toEqual([])
  })
  it('refuses more than 256 code points and looks no further', () => {
    const { engine, asked } = engineWith()
    const view = engine.join([], 'change')
    expect(engine.violations(view, new SecretText('🦊'.repeat(256) + 'aA1'), [])).toEqual([{ rule: 'max-length', params: { max: 256 } }])
    expect(broken('🦊'.repeat(256))).toEqual([])
    expect(asked).toEqual([])
  })
  it('does not hand the meter what is too long', async () => {
    const { engine, asked } = engineWith()
    const check = await engine.check(engine.join([], 'change'), new SecretText('x'.repeat(4_096)), [])
    expect(check).toMatchObject({ acceptable: false, score: null, reason: null })
    expect(check.rules).toContainEqual({ rule: 'max-length', met: false })
    expect(asked).toEqual([])
  })
  it('answers 4,096 characters of any kind within a few milliseconds', () => {
    const started = performance.now()
    for (const password of ['a1'.repeat(2_048), '👩‍👩‍👧'.repeat(500), 'x\u0308'.repeat(2_048), '!'.repeat(256)]) broken(password, DEFAULT_PRODUCT_POLICY, ['x'.repeat(200)])
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('counting', () => {
  it('counts code points, an emoji once', () => {
    expect(broken('🦊🦊🦊', { minLength: 3 })).toEqual([])
    expect(broken('🦊🦊🦊', { minLength: 4 })).toEqual(['min-length'])
  })
  it('does not let combining marks pad a short password', () => {
    expect(broken('e\u0301e\u0301e\u0301', { minLength: 4 })).toEqual(['min-length'])
    expect(broken('éééé', { minLength: 4 })).toEqual([])
  })
  it.each<[Partial<ProductPolicy>, string, string]>([
    [{ minLower: 2 }, 'aBC1', 'min-lower'],
    [{ minUpper: 2 }, 'Abc1', 'min-upper'],
    [{ minDigit: 2 }, 'Abc1', 'min-digit'],
    [{ minSpecial: 2 }, 'Abc-1', 'min-special'],
    [{ minClasses: 3 }, 'abc123', 'character-classes'],
    [{ prohibitedCharacters: '$%' }, 'abc$', 'prohibited-characters'],
    [{ prohibitedBegin: '0123456789' }, '1abc', 'prohibited-begin'],
    [{ prohibitedEnd: '.!' }, 'abc!', 'prohibited-end'],
    [{ allowedCharacters: 'abc' }, 'abcd', 'allowed-characters'],
  ])('%j is broken by %s', (policy, password, rule) => {
    expect(broken(password, policy)).toEqual([rule])
  })
  it.each<[Partial<ProductPolicy>, string]>([
    [{ minLower: 2, minUpper: 1, minDigit: 1, minSpecial: 1 }, 'abC-1'],
    [{ minLower: 2, minUpper: 2 }, 'äöÄÖ'],
    [{ minDigit: 1 }, 'abc٣'],
    [{ minClasses: 3 }, 'Ab1'],
    [{ minClasses: 2, minSpecial: 1 }, 'abc🦊'],
    [{ prohibitedCharacters: '$%', prohibitedBegin: '1', prohibitedEnd: '!' }, 'a1!b'],
  ])('%j is met by %s', (policy, password) => {
    expect(broken(password, policy)).toEqual([])
  })
})

describe('the person in the password', () => {
  const words = ['Väinö Ek-Virtanen', 'vainov', 'v.virtanen@posti.example', '1980-04-12']
  it.each(['xxVIRTANENxx', 'Väinö-2026', 'VAINO-2026', 'va\u0308ino\u0308-2026', 'sales1980sales', 'posti-laatikko'])('%s holds a part of it', (password) => {
    expect(broken(password, { rejectPersonWords: true }, words)).toEqual(['not-person'])
  })
  it.each(['Ek-04-12-kettle', 'kettle harbour'])('%s does not: parts under three characters are ignored', (password) => {
    expect(broken(password, { rejectPersonWords: true }, words)).toEqual([])
  })
  it('is asked for by a directory alone too, and names it', () => {
    const { engine } = engineWith(LAX)
    const view = engine.join([{ directory: 'Windows', rules: { ...NO_DECLARED_RULES, rejectPersonWords: true, exact: true } }], 'change')
    expect(engine.violations(view, new SecretText('xxvirtanenxx'), words)).toEqual([{ rule: 'not-person', directory: 'Windows' }])
  })
  it('keeps the organisation\'s words out', () => {
    expect(broken('Norrhavn-7-kettle', { contextWords: ['norrhavn'] })).toEqual(['not-context'])
  })
})

describe('common passwords', () => {
  it.each(['password', 'PASSWORD', 'P@ssw0rd', 'Password2026!', '!!dragon123', 'Salasana', 'salasana123', 'Lösenord1', 'losenord', 'Passwort!', 'trustno1', '123456', 'qwertyuiop', 'lo\u0308senord'])('%s is one', (password) => {
    expect(broken(password, { rejectCommon: true })).toEqual(['not-common'])
  })
  it.each(['kettle-Marble7-harbour', 'xK3!fjs9Q2mz', 'abc-7-Qtr-zebra', 'dragonfly meadow 12', 'passwordless future 4'])('%s is not', (password) => {
    expect(broken(password, { rejectCommon: true })).toEqual([])
  })
})

describe('the verdict', () => {
  const good = new SecretText('kettle-Marble7-harbour')
  it('accepts what meets every rule and scores enough', async () => {
    const { engine } = engineWith()
    const view = engine.join([], 'change')
    expect(await engine.judge(view, good, [])).toEqual([])
    expect(await engine.check(view, good, [])).toMatchObject({ acceptable: true, score: 4, reason: null })
  })
  it('refuses a weak one that meets every rule, at the gate as in the live check', async () => {
    const { engine } = engineWith({}, { score: 1, reason: 'year' })
    const view = engine.join([], 'change')
    expect(await engine.judge(view, good, [])).toEqual([{ rule: 'strength', params: { min: 2 } }])
    const check = await engine.check(view, good, [])
    expect(check).toMatchObject({ acceptable: false, score: 1, reason: 'year' })
    expect(check.rules).toContainEqual({ rule: 'strength', met: false })
  })
  it('lets the rules alone decide when the meter is silent, and calls the password neither weak nor strong', async () => {
    const { engine } = engineWith({}, null)
    const view = engine.join([], 'change')
    expect(await engine.judge(view, good, [])).toEqual([])
    expect(await engine.check(view, good, [])).toMatchObject({ acceptable: true, score: null, reason: null })
    expect((await engine.judge(view, new SecretText('short'), [])).length).toBeGreaterThan(0)
  })
  it('asks the meter last, and only for what the rules let through', async () => {
    const { engine, asked } = engineWith({ contextWords: ['norrhavn'] })
    const view = engine.join([], 'change')
    await engine.judge(view, new SecretText('short'), ['virtanen'])
    expect(asked).toEqual([])
    await engine.judge(view, good, ['virtanen'])
    expect(asked).toEqual([{ password: good.reveal(), words: ['virtanen', 'norrhavn'] }])
  })
  it('ticks each rule checked here, leaves open what only the directory can tell, and hides what is not enforced', async () => {
    const { engine } = engineWith()
    const rules = { ...NO_DECLARED_RULES, exact: true, historyLength: 24, minAgeSeconds: 60, onReset: { history: true, minAge: false } }
    const view = engine.join([{ directory: 'Windows', rules }], 'reset')
    const check = await engine.check(view, new SecretText('kettle harbour'), [])
    expect(check.rules).toEqual([
      { rule: 'min-length', met: true }, { rule: 'character-classes', met: false }, { rule: 'not-person', met: true },
      { rule: 'not-common', met: true }, { rule: 'history', met: null }, { rule: 'strength', met: true },
    ])
  })
  it('ticks nothing but what an empty field meets, without the meter', async () => {
    const { engine, asked } = engineWith()
    const check = await engine.check(engine.join([], 'change'), new SecretText(''), [])
    expect(check).toMatchObject({ acceptable: false, score: null })
    expect(check.rules).toContainEqual({ rule: 'not-blank', met: false })
    expect(asked).toEqual([])
  })
})
