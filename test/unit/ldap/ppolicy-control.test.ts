import { parsePpolicy } from '../../../src/integrations/ldap/ppolicy-control.js'

const parse = (hex: string) => parsePpolicy(Buffer.from(hex, 'hex'))
const NOTHING = { error: null, secondsBeforeExpiration: null, graceSignInsLeft: null }

describe('the answer of the password policy control', () => {
  it.each([
    ['an empty value', '', NOTHING],
    ['an empty sequence', '3000', NOTHING],
    ['account locked', '3003810101', { ...NOTHING, error: 'account-locked' }],
    ['expired', '3003810100', { ...NOTHING, error: 'password-expired' }],
    ['two grace sign-ins', '3005a003810102', { ...NOTHING, graceSignInsLeft: 2 }],
    ['a week left', '3007a00580030093a8', { ...NOTHING, secondsBeforeExpiration: 37_800 }],
    ['a warning and an error', '3008a003810100810102', { ...NOTHING, graceSignInsLeft: 0, error: 'change-after-reset' }],
    ['an error of a later draft', '3003810163', { ...NOTHING, error: 'another' }],
  ])('reads %s', (_what, hex, answer) => expect(parse(hex)).toEqual(answer))
})
