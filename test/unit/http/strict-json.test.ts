import { DomainError } from '../../../src/kernel/domain-error.js'
import { parseStrictJson } from '../../../src/platform/http/strict-json.js'

const parse = (text: string | Uint8Array): object => parseStrictJson(typeof text === 'string' ? Buffer.from(text) : text)
const reasonOf = (text: string | Uint8Array): string => {
  try {
    parse(text)
    return 'accepted'
  } catch (error) {
    return (error as DomainError).detail.fields?.[0]?.reason ?? 'none'
  }
}

describe('parseStrictJson', () => {
  it('reads what JSON.parse reads', () => {
    const value = { text: 'a "quoted" \\ back\\"slash: {"x":[1,', amount: -1.5e3, list: [{ a: 1 }, { a: 2 }], none: null, emoji: '👩‍👩‍👧', 'key with "quotes"': true }
    expect(parse(JSON.stringify(value))).toEqual(value)
    expect(parse(JSON.stringify(value, null, 2))).toEqual(value)
  })

  it.each([
    ['a name given twice', '{"text":"a","text":"b"}', 'name-given-twice'],
    ['a name given twice in another spelling', '{"text":"a","\\u0074ext":"b"}', 'name-given-twice'],
    ['a name given twice deep inside', '{"a":[{"b":1},{"c":{"d":1,"d" \n: 2}}]}', 'name-given-twice'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'forbidden-name'],
    ['__proto__ in escapes', '{"\\u005f_proto__":1}', 'forbidden-name'],
    ['constructor', '{"a":{"constructor":{"prototype":{}}}}', 'forbidden-name'],
    ['deep arrays', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'too-deep'],
    ['deep objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'too-deep'],
    ['an array', '[]', 'not-an-object'],
    ['a string', '"text"', 'not-an-object'],
    ['null', 'null', 'not-an-object'],
    ['half of it', '{"text":', 'not-json'],
    ['a raw NUL', '{"text":"\u0000"}', 'not-json'],
    ['a byte order mark', '\ufeff{}', 'not-json'],
    ['comments', '{/* */}', 'not-json'],
    ['NaN', '{"a":NaN}', 'not-json'],
    ['a number of years past the end', '{"a":1}}', 'not-json'],
  ])('refuses %s', (_, text, reason) => {
    expect(reasonOf(text)).toBe(reason)
  })

  it.each([
    ['Latin-1', [0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xe4, 0x22, 0x7d]],
    ['an overlong slash', [0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]],
    ['a surrogate', [0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
  ])('refuses bytes that are not UTF-8: %s', (_, bytes) => {
    expect(reasonOf(Uint8Array.from(bytes))).toBe('not-utf-8')
  })

  it('accepts the same name in different objects, and names only in values', () => {
    expect(reasonOf('{"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":2}],"d":"__proto__"}')).toBe('accepted')
  })

  it('is done with 64 KiB of anything in a few milliseconds', () => {
    const worst = [
      `{"a":${'['.repeat(32_000)}${']'.repeat(32_000)}}`,
      `{"a":"${'\\"'.repeat(32_000)}"}`,
      `{${Array.from({ length: 7_000 }, (_, i) => `"k${i}":0`).join(',')}}`,
      '{'.repeat(65_000),
    ]
    for (const text of worst) {
      const began = process.cpuUsage()
      reasonOf(text)
      const { user, system } = process.cpuUsage(began)
      expect((user + system) / 1000).toBeLessThan(100)
    }
  })
})
