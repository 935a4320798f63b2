import fc from 'fast-check'
import type { PolicyRule, PolicyView } from '../../../src/contract/password-policy.contract.js'
import { CommonPasswords } from '../../../src/modules/password-policy/domain/common-passwords.js'
import { wordsOf } from '../../../src/modules/password-policy/domain/word-lists.js'
import { GenerationUnsatisfiable, PasswordGenerator, PasswordPolicySettings, PolicyEngine, StrengthMeter } from '../../../src/modules/password-policy/index.js'

const settings = new PasswordPolicySettings()
const engine = new PolicyEngine(settings, new CommonPasswords(), new StrengthMeter(settings))
const generator = new PasswordGenerator(engine, settings)
const rule = (id: PolicyRule['rule'], params: PolicyRule['params']): PolicyRule => ({ rule: id, params, checkedBy: 'here', directories: [], atLeast: false })
const view = (...rules: PolicyRule[]): PolicyView => ({ rules, version: 'test' })
const usual = engine.join([], 'reset')
const accepted = (policy: PolicyView, { password }: { password: { reveal(): string } }): boolean => engine.violations(policy, password as never, []).length === 0

/** Policies somebody can meet: the counts fit the maximum, and no whole kind of character is taken away. */
const satisfiable = fc.record({
  min: fc.integer({ min: 1, max: 40 }), room: fc.integer({ min: 0, max: 30 }), classes: fc.integer({ min: 0, max: 4 }),
  lower: fc.integer({ min: 0, max: 6 }), upper: fc.integer({ min: 0, max: 6 }), digit: fc.integer({ min: 0, max: 6 }), special: fc.integer({ min: 0, max: 6 }),
  prohibited: fc.constantFrom('', 'lIO01', 'aeiou', '-._+', '0123456', '!"#$%&/()=?', 'ABCDEFGHIJKLMNOPQRSTUVWXY'),
  begin: fc.constantFrom('', '0123456789', '-.+_=:?!*#%&/', 'ABCDEFGHJKLMNPQRSTUVWXYZ'),
  end: fc.constantFrom('', '!.?', '0123456789'),
}).map((wish) => {
  const demanded = Math.max(wish.lower + wish.upper + wish.digit + wish.special, wish.classes, 8)
  return view(
    rule('min-length', { min: wish.min }), rule('max-length', { max: Math.max(wish.min, demanded + 4) + wish.room }),
    rule('min-lower', { min: wish.lower }), rule('min-upper', { min: wish.upper }), rule('min-digit', { min: wish.digit }),
    rule('min-special', { min: wish.special }), rule('character-classes', { min: wish.classes }),
    ...(wish.prohibited ? [rule('prohibited-characters', { characters: wish.prohibited })] : []),
    ...(wish.begin ? [rule('prohibited-begin', { characters: wish.begin })] : []),
    ...(wish.end ? [rule('prohibited-end', { characters: wish.end })] : []),
    rule('not-common', {}),
  )
})

describe('random passwords', () => {
  it('meet any policy that can be met', () => {
    fc.assert(fc.property(satisfiable, (policy) => accepted(policy, generator.random(policy))), { numRuns: 300 })
  })
  it('use only allowed characters, unreadable ones too when nothing else is left', () => {
    const policy = view(rule('allowed-characters', { characters: 'lIO01' }), rule('min-length', { min: 20 }))
    expect(generator.random(policy).password.reveal()).toMatch(/^[lIO01]{20,}$/)
  })
  it('are 16 characters long unless the policy says otherwise, and state at least 80 bits', () => {
    const { password, entropyBits } = generator.random(usual)
    expect(password.reveal()).toHaveLength(16)
    expect(entropyBits).toBeGreaterThanOrEqual(80)
    expect(generator.random(view(rule('max-length', { max: 8 }))).password.reveal()).toHaveLength(8)
  })
  it('are never twice the same', () => {
    expect(new Set(Array.from({ length: 200 }, () => generator.random(usual).password.reveal())).size).toBe(200)
  })
  it('say so when nothing can meet the policy', () => {
    expect(() => generator.random(view(rule('allowed-characters', { characters: 'abc' }), rule('min-digit', { min: 1 })))).toThrow(GenerationUnsatisfiable)
    expect(() => generator.random(view(rule('min-length', { min: 20 }), rule('max-length', { max: 10 })))).toThrow(GenerationUnsatisfiable)
  })
})

describe('passphrases', () => {
  it.each(['en', 'fi', 'sv', 'de'])('in %s meet the usual policy, with four words, a capital and a digit', (language) => {
    for (let draw = 0; draw < 40; draw += 1) {
      const drawn = generator.passphrase(usual, language)
      expect(accepted(usual, drawn)).toBe(true)
      const words = drawn.password.reveal().split('-')
      expect(words).toHaveLength(4)
      expect(words.every((word) => wordsOf(language).includes(word.replace(/\d/g, '').toLowerCase()))).toBe(true)
      expect(drawn.password.reveal()).toMatch(/^(?=.*[A-Z])(?=.*\d)/)
      expect(drawn.entropyBits).toBeGreaterThanOrEqual(46)
    }
  })
  it('meet a random policy, or say that no passphrase can', () => {
    let made = 0
    fc.assert(fc.property(satisfiable, (policy) => {
      try {
        const drawn = generator.passphrase(policy, 'en')
        made += 1
        return accepted(policy, drawn)
      } catch (error) {
        return error instanceof GenerationUnsatisfiable
      }
    }), { numRuns: 200 })
    expect(made).toBeGreaterThan(20)
  })
  it('grow with the minimum and shrink to the maximum', () => {
    expect(generator.passphrase(view(rule('min-length', { min: 40 })), 'fi').password.reveal().length).toBeGreaterThanOrEqual(40)
    expect(generator.passphrase(view(rule('max-length', { max: 24 })), 'fi').password.reveal().length).toBeLessThanOrEqual(24)
  })
  it('take another mark, or none, where the hyphen is prohibited', () => {
    expect(generator.passphrase(view(rule('prohibited-characters', { characters: '-' })), 'en').password.reveal()).toContain('.')
    expect(generator.passphrase(view(rule('prohibited-characters', { characters: '-._+ ' })), 'en').password.reveal()).toMatch(/^[A-Za-z0-9]+$/)
  })
  it('avoid the person\'s own words', () => {
    const words = ['en', 'fi', 'sv', 'de'].flatMap((language) => wordsOf(language).slice(0, 200))
    for (let draw = 0; draw < 30; draw += 1) {
      const { password } = generator.passphrase(usual, 'en', words)
      expect(engine.violations(usual, password, words)).toEqual([])
    }
  })
  it('fall back to English for a language without a list', () => {
    expect(wordsOf('pt-BR')).toBe(wordsOf('en'))
    expect(wordsOf('sv-FI')).toBe(wordsOf('sv'))
  })
})

describe('word lists', () => {
  it.each(['en', 'fi', 'sv', 'de'])('%s has at least 1,024 different words of 4 to 8 letters a to z', (language) => {
    const words = wordsOf(language)
    expect(words.length).toBeGreaterThanOrEqual(1_024)
    expect(new Set(words).size).toBe(words.length)
    expect(words.filter((word) => !/^[a-z]{4,8}$/.test(word))).toEqual([])
  })
})
