import { LdapEntry, LdapFailure, type LdapLease } from '../../../src/integrations/ldap/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { generalizedTime, parseGeneralizedTime } from '../../../src/modules/directories/openldap/generalized-time.js'
import { accountOf, isDisabled, lockOf, stateOf, type OpenldapAccount } from '../../../src/modules/directories/openldap/openldap-account.js'
import { errorOfConnecting, errorOfOperation } from '../../../src/modules/directories/openldap/openldap-answers.js'
import { OpenldapPasswords } from '../../../src/modules/directories/openldap/openldap-passwords.js'
import { declaredBy, policyOf, strictestLockout } from '../../../src/modules/directories/openldap/openldap-policy.js'
import type { OpenldapTree } from '../../../src/modules/directories/openldap/openldap-tree.js'
import { comparable, isBelow } from '../../../src/modules/directories/openldap/distinguished-name.js'

const entry = (dn: string, attributes: Record<string, string | string[]>): LdapEntry =>
  new LdapEntry(dn, Object.entries(attributes).map(([name, values]) => [name, [values].flat().map((value) => Buffer.from(value))] as const))
const policy = (attributes: Record<string, string> = {}) => policyOf(entry('cn=default,ou=policies', attributes))
const account = (attributes: Record<string, string | string[]> = {}): OpenldapAccount =>
  accountOf(entry('uid=anna,ou=people', { entryUUID: 'u', uid: 'anna', ...attributes }), 'uid', ['displayName', 'cn'])
const NOW = new Date('2026-11-21T12:00:00Z')

describe('generalized time', () => {
  it.each([
    ['20261121120000Z', '2026-11-21T12:00:00.000Z'], ['20261121120000.175381Z', '2026-11-21T12:00:00.175Z'], ['20261121120000,5Z', '2026-11-21T12:00:00.500Z'],
  ])('%s is read', (text, iso) => expect(parseGeneralizedTime(text)?.toISOString()).toBe(iso))
  it.each([null, '', '20261121', '20261121120000', '20261121120000+0200', 'soon'])('%j is none', (text) => expect(parseGeneralizedTime(text)).toBeNull())
  it('is written as it is read', () => expect(parseGeneralizedTime(generalizedTime(NOW))).toEqual(NOW))
})

describe('an account', () => {
  it('is locked until the policy\'s time is over, or for good where there is none', () => {
    const locked = account({ pwdAccountLockedTime: '20261121115900Z' })
    expect(lockOf(locked, policy({ pwdLockoutDuration: '61' }), NOW)?.until?.toISOString()).toBe('2026-11-21T12:00:01.000Z')
    expect(lockOf(locked, policy({ pwdLockoutDuration: '60' }), NOW)).toBeNull()
    expect(lockOf(locked, policy(), NOW)).toMatchObject({ until: null })
    expect(lockOf(locked, null, NOW)).toMatchObject({ until: null })
  })
  it('is disabled by the administrator\'s lock, and that is no lock', () => {
    const disabled = account({ pwdAccountLockedTime: '000001010000Z' })
    expect([isDisabled(disabled, NOW), lockOf(disabled, policy(), NOW)]).toEqual([true, null])
    expect(isDisabled(account({ pwdStartTime: '20261121120001Z' }), NOW)).toBe(true)
    expect(isDisabled(account({ pwdStartTime: '20260101000000Z', pwdEndTime: '20250101000000Z' }), NOW)).toBe(true)
    expect(isDisabled(account({ pwdStartTime: '20260101000000Z' }), NOW)).toBe(false)
  })
  it('counts the wrong passwords of the window', () => {
    const tried = account({ pwdFailureTime: ['20261121115000.1Z', '20261121115930.1Z', '20261121115959.1Z'] })
    expect(stateOf(tried, policy({ pwdFailureCountInterval: '60' }), null, NOW).wrongPasswords).toBe(2)
    expect(stateOf(tried, policy(), null, NOW).wrongPasswords).toBe(3)
  })
  it('whose policy cannot be read has no expiry that we know of', () => {
    expect(stateOf(account({ pwdChangedTime: '20200101000000Z' }), null, null, NOW)).toMatchObject({ passwordExpiresAt: null, passwordExpired: false, passwordSetAt: expect.any(Date) })
  })
  it('has the login of its name among several, and a marker without a password time', () => {
    const named = account({ uid: ['zoe', 'Anna'], entryCSN: '20261121115958.463976Z#000000#000#000000' })
    expect(named).toMatchObject({ login: 'Anna', marker: '20261121115958463976' })
  })
})

describe('a policy', () => {
  it('asks for no length where quality is not checked', () => {
    expect(declaredBy(policy({ pwdMinLength: '12', pwdCheckQuality: '0' }))).toMatchObject({ minLength: null, exact: true })
    expect(declaredBy(policy({ pwdMinLength: '12', pwdCheckQuality: '1', pwdCheckModule: 'check.so' }))).toMatchObject({ minLength: 12, exact: false })
  })
  it('strictest of all: the fewest tries and the longest memory', () => {
    const one = policy({ pwdLockout: 'TRUE', pwdMaxFailure: '5', pwdFailureCountInterval: '60' })
    const two = policy({ pwdLockout: 'TRUE', pwdMaxFailure: '3', pwdFailureCountInterval: '30' })
    expect(strictestLockout([one, two, policy({ pwdLockout: 'FALSE', pwdMaxFailure: '1' })])).toEqual({ threshold: 3, windowSeconds: 60 })
    expect(strictestLockout([one, policy({ pwdLockout: 'TRUE', pwdMaxFailure: '9' })])).toEqual({ threshold: 5, windowSeconds: null })
    expect(strictestLockout([policy()])).toEqual({ threshold: 0, windowSeconds: null })
  })
})

describe('answers', () => {
  const refused = (code: number, ppolicy: 'password-too-long' | 'account-locked' | null = null) =>
    new LdapFailure({ kind: 'refused', code, diagnostic: 'words', ppolicy: ppolicy && { error: ppolicy, secondsBeforeExpiration: null, graceSignInsLeft: null } })
  it.each([
    [refused(19, 'password-too-long'), 'policy-refused'], [refused(19), 'policy-refused'], [refused(50), 'not-permitted'], [refused(51), 'throttled'], [refused(3), 'throttled'],
    [refused(52), 'unreachable'], [refused(12), 'unsupported'], [refused(32), 'no-such-account'], [refused(80), 'unknown'],
  ])('%s of a write certainly changed nothing', (failure, reason) => expect(errorOfOperation(failure, true)).toMatchObject({ reason, applied: 'no' }))
  it.each([['timed-out', 'timed-out'], ['unreachable', 'unreachable']] as const)('silence (%s) after a write may have changed something', (kind, reason) => {
    const sent = new LdapFailure({ kind, diagnostic: 'x', sent: true })
    expect(errorOfOperation(sent, true)).toMatchObject({ reason, applied: 'unknown' })
    expect(errorOfOperation(sent, false)).toMatchObject({ applied: 'no' })
    expect(errorOfOperation(new LdapFailure({ kind, diagnostic: 'x' }), true)).toMatchObject({ applied: 'no' })
  })
  it.each([[refused(49, 'account-locked'), 'bad-credentials'], [refused(53), 'bad-credentials'], [refused(51), 'throttled'], [refused(52), 'unreachable'],
    [new LdapFailure({ kind: 'tls', diagnostic: 'x' }), 'unreachable'], [new LdapFailure({ kind: 'throttled', diagnostic: 'x' }), 'throttled']])(
    'before our work: %s', (failure, reason) => expect(errorOfConnecting(failure)).toMatchObject({ reason, applied: 'no' }))
})

describe('two modifies that trip over each other (code 16)', () => {
  const write = (answers: (number | 'ok')[]) => {
    const sent: string[] = []
    const tree = { get: async () => account(), policyOf: async () => null, protectionOf: async () => null } as unknown as OpenldapTree
    const lease = { modify: async (dn: string) => {
      sent.push(dn)
      const answer = answers.shift() ?? 'ok'
      if (answer !== 'ok') throw new LdapFailure({ kind: 'refused', code: answer, diagnostic: 'modify/delete: pwdHistory: no such value' })
    } } as unknown as LdapLease
    const context = { deadline: new Date(Date.now() + 5_000), correlationId: 'c' }
    const change = { kind: 'reset', newPassword: new SecretText('Gx7-something-long'), mustChange: false } as const
    return { sent, done: new OpenldapPasswords(tree).set({ nativeId: 'u', login: 'anna' }, change, null, lease, context) }
  }
  it('are judged again and sent again: nothing had been applied', async () => {
    const { sent, done } = write([16, 'ok'])
    await done
    expect(sent).toHaveLength(2)
  })
  it('are given up after a few, and said to be throttled', async () => {
    const { sent, done } = write([16, 122, 32, 16])
    await expect(done).rejects.toMatchObject({ reason: 'throttled', applied: 'no' })
    expect(sent).toHaveLength(4)
  })
  it('but another refusal is final', async () => {
    const { sent, done } = write([50, 'ok'])
    await expect(done).rejects.toMatchObject({ reason: 'not-permitted' })
    expect(sent).toHaveLength(1)
  })
})

describe('names', () => {
  it('are compared as the server does', () => {
    expect(comparable('CN = Domain  Admins , OU=Groups')).toBe('cn=domain admins,ou=groups')
    expect(isBelow('cn=x,OU=Groups,dc=a', 'ou=groups, dc=a')).toBe(true)
    expect(isBelow('ou=groups,dc=a', 'ou=groups,dc=a')).toBe(false)
    expect(comparable('cn=a\\,b,ou=c')).toBe('cn=a\\,b,ou=c')
  })
})
