import { LdapFailure } from '../../../src/integrations/ldap/index.js'
import { failureOfOperation } from '../../../src/integrations/ldap/ldap-failure.js'

const silence = new LdapFailure({ kind: 'unreachable', diagnostic: 'the connection broke', sent: true })
const answered = (code: number, message: string) => failureOfOperation(Object.assign(new Error(message), { code }), silence, null)

describe('a refusal', () => {
  it('keeps the code and the words of the server, without the library\'s', () => {
    expect(answered(19, 'Password is too young to change Code: 0x13')).toMatchObject({
      kind: 'refused', code: 19, diagnostic: 'Password is too young to change', sent: false, hex: null, data: null,
    })
  })
  it.each([
    ['0000052D: AtrErr: DSID-03190F80, #1:\n\t0: 0000052D: DSID-03190F80, problem 1005 (CONSTRAINT_ATT_TYPE), data 0\u0000 Code: 0x13', '0000052D', '0'],
    ['80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 775, v1db1\u0000 Code: 0x31', '80090308', '775'],
  ])('reads the leading hex word and the data of %j', (text, hex, data) => {
    const failure = answered(49, text)
    expect(failure).toMatchObject({ hex, data })
    expect(failure.diagnostic).not.toMatch(/[\u0000-\u001f]/)
  })
  it('has words even where the server had none', () => {
    expect(answered(49, ' Code: 0x31').diagnostic).toBe('result code 49')
  })
})

describe('silence', () => {
  it.each([
    ['a broken connection', new Error('Connection closed before message response was received.')],
    ['an answer that was none', Object.assign(new Error('No result'), { code: 248 })],
    ['an error of the system', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ])('is what %s is', (_what, error) => {
    expect(failureOfOperation(error, silence, null)).toBe(silence)
  })
})
