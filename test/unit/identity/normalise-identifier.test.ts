import fc from 'fast-check'
import { normaliseIdentifier, normalisePhone } from '../../../src/modules/identity/domain/normalise-identifier.js'

describe('normaliseIdentifier', () => {
  it.each([
    ['Aino.Korhonen', ['aino.korhonen']],
    ['  aino.korhonen ', ['aino.korhonen']],
    ['NORRHAVN\\aino.korhonen', ['norrhavn\\aino.korhonen', 'aino.korhonen']],
    ['Aino.Korhonen@Norrhavn.Example', ['aino.korhonen@norrhavn.example']],
    ['040 123 0042', ['+358401230042', '040 123 0042']],
    ['+358 40 1230042', ['+358401230042', '+358 40 1230042']],
    ['+358 (0)40 1230042', ['+358401230042', '+358 (0)40 1230042']],
    ['00358401230042', ['+358401230042', '00358401230042']],
  ])('reads %j as %j', (typed, forms) => {
    expect(normaliseIdentifier(typed, '358')).toEqual(forms)
  })

  it('finds the same record for full-width and decomposed spellings', () => {
    expect(normaliseIdentifier('ａｉｎｏ', '358')).toEqual(['aino'])
    expect(normaliseIdentifier('ma\u0308kinen', '358')).toEqual(normaliseIdentifier('mäkinen', '358'))
  })

  it('leaves digits that are no phone number alone', () => {
    expect(normalisePhone('12345678', '358')).toBeNull()
    expect(normalisePhone('040123', '999')).toBe('+99940123')
    expect(normalisePhone('0', '358')).toBeNull()
  })

  it('answers every input with at least one form and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 256 }), (typed) => {
        expect(normaliseIdentifier(typed, '358').length).toBeGreaterThan(0)
      }),
    )
  })

  it('is stable: a normalised form normalises to itself', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (mail) => {
        const [form] = normaliseIdentifier(mail, '358')
        expect(normaliseIdentifier(form!, '358')[0]).toBe(form)
      }),
    )
  })
})
