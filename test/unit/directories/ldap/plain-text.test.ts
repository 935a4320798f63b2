import { plainText } from '../../../../src/modules/directories/ldap/paged-read.js'

describe('text of a directory', () => {
  it('is cut without leaving half a character, which Postgres would refuse', () => {
    expect(plainText(`${'a'.repeat(399)}😀`)).toBe('a'.repeat(399))
    expect(plainText(`${'a'.repeat(398)}😀b`)).toBe(`${'a'.repeat(398)}😀`)
  })
  it('loses its control characters, and is none when nothing is left', () => {
    expect(plainText(' a\u0000b\tc ')).toBe('a b c')
    expect(plainText('\u0007 ')).toBeNull()
  })
})
