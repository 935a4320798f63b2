import { normaliseNationalId } from '../../../src/modules/identity/contact-file/domain/national-id.js'

describe('a national id', () => {
  it.each([
    ['131052-308T', 'FI:131052-308T'], [' 131052-308t ', 'FI:131052-308T'], ['19121212-1212', 'SE:191212121212'], ['191212121212', 'SE:191212121212'],
  ])('%j is %j', (typed, form) => expect(normaliseNationalId(typed)).toBe(form))

  it.each(['', '131052-308U', '131052*308T', '19121212-1213', '121212-1212', '19121312-1212', 'x', '131052-308T; DROP', '１３１０５２'])(
    '%j is none', (typed) => expect(normaliseNationalId(typed)).toBeNull())
  it('of the new century is another one', () => expect(normaliseNationalId('131052A308T')).toBe('FI:131052A308T'))
})
