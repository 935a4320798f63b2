import { bindError, reasonOf, verifyResultOf, windowsError } from '../../../../src/modules/directories/ad/ad-answers.js'
import type { ConnectorReason } from '../../../../src/modules/directories/index.js'

const bind = (data: string) => ({ code: 49, diagnostic: `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, v1db1` })

describe('the answer to a bind with somebody’s password', () => {
  it.each([
    ['52e', { verified: false, state: 'wrong' }],
    ['525', { verified: false, state: 'wrong' }],
    ['775', { verified: false, state: 'locked' }],
    ['533', { verified: true, state: 'disabled' }],
    ['701', { verified: true, state: 'account-expired' }],
    ['532', { verified: true, state: 'password-expired' }],
    ['773', { verified: true, state: 'must-change' }],
    ['530', { verified: true, state: 'ok' }],
    ['531', { verified: true, state: 'ok' }],
  ])('data %s is %j', (data, result) => {
    expect(verifyResultOf(bind(data))).toEqual(result)
    expect(verifyResultOf(bind(data.toUpperCase()))).toEqual(result)
  })
  it.each([
    ['a restriction that says nothing about the password', bind('52f')],
    ['no number', { code: 49, diagnostic: '' }],
    ['another code with a number in its text', { code: 53, diagnostic: '0000052D: data 52e' }],
    ['no answer', { code: null, diagnostic: 'data 775' }],
  ])('%s decides nothing', (_what, answer) => {
    expect(verifyResultOf(answer)).toBeNull()
  })
  it('of the service account is a wrong setting, whatever the number', () => {
    for (const data of ['52e', '775', '533', '773']) expect(reasonOf(bind(data))).toBe('bad-credentials')
  })
})

/** What the servers really answered: Samba 4.17 as recorded, Windows from its documentation and from field reports. */
const REFUSALS: [server: string, code: number, diagnostic: string, reason: ConnectorReason][] = [
  ['Samba', 19, '0000052D: Constraint violation - check_password_restrictions: the password is too short. It should be equal or longer than 10 characters!', 'policy-refused'],
  ['Samba', 19, '0000052D: Constraint violation - check_password_restrictions: the password was already used (previous password)!', 'policy-refused'],
  ['Windows', 19, '0000052D: AtrErr: DSID-03190F80, #1:\n\t0: 0000052D: DSID-03190F80, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)', 'policy-refused'],
  ['Windows', 53, '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'policy-refused'],
  ['Samba', 19, '00000056: Constraint violation - check_password_restrictions: The old password specified doesn\'t match!', 'wrong-current-password'],
  ['Windows', 19, '00000056: AtrErr: DSID-03190F80, #1:\n\t0: 00000056: DSID-03190F80, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)', 'wrong-current-password'],
  ['Samba', 19, '00000775: Password change not permitted, account locked out! at ../../source4/dsdb/samdb/ldb_modules/password_hash.c:3929:setup_io', 'account-locked'],
  ['Samba', 53, '00002035: setup_io: it\'s not allowed to set the NT hash password directly\'', 'not-permitted'],
  ['Windows', 53, '0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'not-permitted'],
  ['Samba', 50, '00002098: Object CN=u,DC=x has no write property access\n', 'not-permitted'],
  ['Samba', 50, 'error in module acl: insufficient access rights during LDB_MODIFY (50)', 'not-permitted'],
  ['Windows', 50, '00000005: SecErr: DSID-031521E1, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0', 'not-permitted'],
  ['Samba', 1, '00002020: Operation unavailable without authentication', 'unreachable'],
  ['Windows', 1, '000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v4563', 'unreachable'],
  ['Samba', 32, 'Base-DN \'<GUID=…>\' not found', 'no-such-account'],
  ['Windows', 32, '0000208D: NameErr: DSID-03100241, problem 2001 (NO_OBJECT), data 0, best match of:', 'no-such-account'],
  ['Windows', 10, '0000202B: RefErr: DSID-031007F9, data 0, 1 access points', 'no-such-account'],
  ['Samba', 8, 'BindSimple: Transport encryption required.', 'bad-credentials'],
  ['Samba', 12, '', 'unsupported'],
  ['Windows', 51, '0000200E: SvcErr: DSID-020A09E7, problem 5001 (BUSY), data 0', 'throttled'],
  ['Windows', 52, '0000200F: SvcErr: DSID-020A0B1B, problem 5002 (UNAVAILABLE), data 0', 'unreachable'],
  ['Windows', 16, '00002085: AtrErr: DSID-03152A79', 'throttled'],
  ['anybody', 80, 'other', 'unknown'],
  ['anybody', 19, '', 'policy-refused'],
]

describe('the answer to a write', () => {
  it.each(REFUSALS)('%s, code %i, %s', (_server, code, diagnostic, reason) => {
    expect(reasonOf({ code, diagnostic })).toBe(reason)
  })
  it('is never read from its English words', () => {
    const words = 'the account is disabled, locked out, data 775, password history, 00000056, access denied'
    expect(reasonOf({ code: 80, diagnostic: words })).toBe('unknown')
    expect(reasonOf({ code: 19, diagnostic: words })).toBe('policy-refused')
  })
  it('that never came has no reason of its own', () => {
    expect(reasonOf({ code: null, diagnostic: 'socket hang up' })).toBe('unknown')
  })
})

describe('the words that are read', () => {
  it('stand where they belong, or are none', () => {
    expect(windowsError('0000052D: x')).toBe(0x52d)
    expect(windowsError('x 0000052D: y')).toBeNull()
    expect(windowsError('52D: y')).toBeNull()
    expect(bindError('comment: x, data 52e, v1db1')).toBe(0x52e)
    expect(bindError('metadata 52e')).toBeNull()
    expect(bindError('')).toBeNull()
  })
})
