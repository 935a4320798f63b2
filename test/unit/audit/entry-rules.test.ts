import { checkedFacts, checkedPersonal, checkNames, cleanText } from '../../../src/modules/audit/domain/entry-rules.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { anEntry } from '../../builders/audit.js'

const factsOf = (facts: Record<string, unknown>) => () => checkedFacts(anEntry({ facts: facts as never }))

describe('facts that look like a secret are refused', () => {
  it.each<[string, unknown]>([
    ['password', 'x'], ['newPassword', 'x'], ['passwordHint', 'x'], ['pwd', 'x'], ['passphrase', 'x'], ['clientSecret', 'x'],
    ['code', '12345678'], ['code', 12345678], ['oneTimeCode', 12345678], ['recoveryCodes', 'a b'],
    ['otp', '1'], ['otpValue', '1'], ['pin', 1234], ['token', 'x'], ['accessTokenValue', 'x'], ['sessionCookie', 'x'],
    ['link', 'https://x'], ['revealUrl', 'x'], ['dataKey', 'x'],
    ['credentials', 'x'], ['securityAnswer', 'x'], ['hetu', '131052-308T'],
  ])('%s: %p', (key, value) => {
    expect(factsOf({ [key]: value })).toThrow(/looks like a secret/)
  })

  it('and the refusal does not repeat the value', () => {
    const silent = expect.not.objectContaining({ message: expect.stringContaining('kanarialintu') })
    expect(factsOf({ password: 'kanarialintu' })).toThrow(silent)
  })
})

it.each<[string, string | number | boolean | null]>([
  ['passwordExpired', true], ['mustChangePassword', false], ['codeLength', 8], ['passwordAgeDays', 91], ['codeChannel', 'mail'],
  ['errorCode', 'OTP_INVALID'], ['smtpCode', 550], ['password', null], ['tokensLeft', 3], ['compass', 'north'], ['pinned', 'yes'],
])('the fact %s: %p is one', (key, value) => {
  expect(checkedFacts(anEntry({ facts: { [key]: value } }))).toEqual({ [key]: value })
})

it.each<[string, Record<string, unknown>, RegExp]>([
  ['a wrapped secret', { note: new SecretText('x') }, /no plain value/],
  ['an object', { note: { password: 'x' } }, /no plain value/],
  ['a list', { note: ['x'] }, /no plain value/],
  ['nothing defined', { note: undefined }, /no plain value/],
  ['not a number', { n: Number.NaN }, /no number/],
  ['a name with a dot', { 'a.b': 1 }, /has no name/],
  ['a mail address', { sentTo: 'aino@posti.example' }, /identifies someone/],
])('%s is no fact', (_what, facts, message) => {
  expect(factsOf(facts)).toThrow(message)
})

describe('personal fields', () => {
  it('need the person they are about', () => {
    expect(() => checkedPersonal(anEntry({ personal: { login: 'aino' } }))).toThrow(/needs the person/)
    expect(checkedPersonal(anEntry({ personal: {} }))).toBeNull()
  })
  it('hold addresses and the words of a directory, and no secrets', () => {
    const personId = '01936f3e-0000-7000-8000-000000000003'
    const personal = { sentTo: 'aino@posti.example' }
    expect(checkedPersonal(anEntry({ personId, personal }))).toEqual(personal)
    expect(() => checkedPersonal(anEntry({ personId, personal: { newPassword: 'x' } }))).toThrow(/looks like a secret/)
    expect(() => checkedPersonal(anEntry({ personId, personal: { login: new SecretText('x') as never } }))).toThrow(/no text/)
  })
})

it.each([
  '', 'started', 'Flow.started', 'flow..started', 'flow.started ', 'flow.started;', `a.${'b.'.repeat(9)}c`,
])('the action %p is refused', (action) => {
  expect(() => checkNames(anEntry({ action }))).toThrow(/area\.thing\.past-verb/)
})
it.each(['aino.virtanen@posti.example', 'Aino Virtanen', ''])('the actor id %p is refused', (id) => {
  expect(() => checkNames(anEntry({ actor: { kind: 'person', id } }))).toThrow(/no id/)
})
it.each(['01936f3e-0000-7000-8000-000000000003', `bundle:${'a'.repeat(64)}`, 'migrate'])('the actor id %p is one', (id) => {
  expect(() => checkNames(anEntry({ actor: { kind: 'system', id } }))).not.toThrow()
})

it('text is cut, and what a terminal would obey is replaced; line breaks and tabs stay', () => {
  expect(cleanText('x'.repeat(400), 300)).toHaveLength(300)
  expect(cleanText('a\u0000\u001b\u007f\ud83dé🙈\n\t', 99)).toBe('a\ufffd\ufffd\ufffd\ufffdé🙈\n\t')
  expect(cleanText('ab🙈', 3)).toBe('ab\ufffd')
})
