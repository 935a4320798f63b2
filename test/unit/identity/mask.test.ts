import { maskMail, maskPhone } from '../../../src/modules/identity/domain/mask.js'

describe('masks', () => {
  it('shows the first letter and the domain of a mailbox', () => {
    expect(maskMail('aino.korhonen@posti.example')).toBe('a•••@posti.example')
  })

  it('tells nothing of the length of the mailbox name', () => {
    expect(maskMail('a@posti.example')).toBe(maskMail('aaaaaaaaaaaa@posti.example'))
  })

  it('keeps a first letter outside the basic plane whole', () => {
    expect(maskMail('𝒜b@posti.example')).toBe('𝒜•••@posti.example')
  })

  it('hides what is no mail address at all', () => {
    expect(maskMail('@posti.example')).toBe('•••')
    expect(maskMail('aino')).toBe('•••')
  })

  it('shows the country and the last two digits of a number', () => {
    expect(maskPhone('+358401230042')).toBe('+358 •• ••• ••42')
    expect(maskPhone('+358401239942')).toBe(maskPhone('+358501230042'))
  })
})
