import fc from 'fast-check'
import { isEnabled, isLockedNow, isPasswordExpiredNow, isPersonal, withEnabled } from '../../../../src/modules/directories/ad/account-control.js'
import { dateToFileTime, fileTimeToDate, intervalToSeconds } from '../../../../src/modules/directories/ad/filetime.js'
import { guidBase, guidBytes, guidText, isGuid } from '../../../../src/modules/directories/ad/object-guid.js'
import { isSid, ridOf, sidLength, sidText } from '../../../../src/modules/directories/ad/security-id.js'
import { unicodePwd } from '../../../../src/modules/directories/ad/unicode-pwd.js'

describe('unicodePwd', () => {
  it('is the quoted password in UTF-16, little endian', () => {
    expect(unicodePwd('Ab1').toString('hex')).toBe('22004100620031002200')
  })
  it('leaves quotation marks, backslashes and surrogate pairs as they are', () => {
    expect(unicodePwd('a"\\🦊').toString('utf16le')).toBe('"a"\\🦊"')
  })
  it('loses nothing of any well-formed password', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (password) => {
      expect(unicodePwd(password).toString('utf16le').slice(1, -1)).toBe(password)
    }))
  })
})

describe('objectGUID', () => {
  const text = '6cdbf35b-b2b9-4d7c-95e2-7e8062f13fec'
  const stored = Buffer.from('5bf3db6cb9b27c4d95e27e8062f13fec', 'hex')
  it('is turned both ways with the first three groups little endian', () => {
    expect(guidText(stored)).toBe(text)
    expect(guidBytes(text.toUpperCase())).toEqual(stored)
  })
  it('survives the way there and back', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(guidBytes(guidText(Buffer.from(bytes)))).toEqual(Buffer.from(bytes))
    }))
  })
  it('is named whole as a base, wherever the entry lies', () => {
    expect(guidBase(text.toUpperCase())).toBe(`<GUID=${text}>`)
  })
  it.each(['', 'x', `${text}>`, `${text},DC=x`, '*)(objectClass=*', "x' OR '1'='1)(*"])('takes %j for none', (hostile) => {
    expect(isGuid(hostile)).toBe(false)
    expect(() => guidBase(hostile)).toThrow()
    expect(() => guidBytes(hostile)).toThrow()
  })
  it('has sixteen bytes, not fewer', () => {
    expect(() => guidText(Buffer.alloc(15))).toThrow()
  })
})

describe('times', () => {
  it('counts in 100 ns since 1601', () => {
    expect(fileTimeToDate('134397350766041910')?.toISOString()).toBe('2026-11-21T11:44:36.604Z')
    expect(dateToFileTime(new Date('1970-01-01T00:00:00Z'))).toBe('116444736000000000')
  })
  it.each(['0', '9223372036854775807', '-1', '', 'x', null])('%j is no time', (value) => {
    expect(fileTimeToDate(value)).toBeNull()
  })
  it('turns a date there and back, to the millisecond', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1601-01-02T00:00:00Z'), max: new Date('9999-01-01T00:00:00Z'), noInvalidDate: true }), (date) => {
      expect(fileTimeToDate(dateToFileTime(date))).toEqual(date)
    }))
  })
  it.each([
    ['-18000000000', 1_800], ['-36288000000000', 3_628_800], ['-1', 1], ['0', null], ['-9223372036854775808', null], [null, null], ['x', null],
  ])('%j is a duration of %j seconds', (value, seconds) => {
    expect(intervalToSeconds(value)).toBe(seconds)
  })
})

describe('userAccountControl', () => {
  it('changes one bit and keeps the others', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 0x7fff_ffff }), fc.boolean(), (control, enabled) => {
      const next = withEnabled(control, enabled)
      expect(isEnabled(next)).toBe(enabled)
      expect(next | 2).toBe(control | 2)
    }))
  })
  it.each([[0x200, true], [0x10200, true], [0x202, true], [0x1000, false], [0x2000, false], [0x820, false], [0x1200, false], [0, false]])(
    '%i is a person’s account: %s', (control, personal) => {
      expect(isPersonal(control)).toBe(personal)
    })
  it('reads lock and expiry from the computed bits only', () => {
    expect([isLockedNow(16), isLockedNow(0x80_0000), isPasswordExpiredNow(0x80_0000), isPasswordExpiredNow(16)]).toEqual([true, false, true, false])
  })
})

describe('security identifiers', () => {
  const admins = Buffer.from('01050000000000051500000085c81d32ebb93087d1a76e6900020000', 'hex')
  it('are read with a big-endian authority and little-endian parts', () => {
    expect(sidText(admins)).toBe('S-1-5-21-840812677-2268117483-1768859601-512')
    expect(sidText(Buffer.from('01020000000000052000000020020000', 'hex'))).toBe('S-1-5-32-544')
    expect(sidLength(admins)).toBe(28)
  })
  it('end in the number within the domain', () => {
    expect(ridOf('S-1-5-21-1-2-3-4294967295')).toBe(4_294_967_295)
  })
  it('that are cut short are refused', () => {
    expect(() => sidText(admins.subarray(0, 20))).toThrow()
    expect(() => sidText(Buffer.alloc(0))).toThrow()
  })
  it.each([['S-1-5-32-544', true], ['S-1-5-21-1-2-3-512', true], ['CN=x,DC=y', false], ['S-1-', false], ['s-1-5-32-544', false]])('%s: %s', (text, is) => {
    expect(isSid(text)).toBe(is)
  })
})
