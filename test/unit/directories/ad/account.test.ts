import { LdapEntry } from '../../../../src/integrations/ldap/index.js'
import { accountOf, type Reading } from '../../../../src/modules/directories/ad/ad-account.js'
import { protectedBecause, type ProtectionFacts } from '../../../../src/modules/directories/ad/ad-protection.js'
import type { AdRules } from '../../../../src/modules/directories/ad/domain-rules.js'
import { dateToFileTime } from '../../../../src/modules/directories/ad/filetime.js'
import { guidBytes } from '../../../../src/modules/directories/ad/object-guid.js'
import { passwordMarker, serverOf } from '../../../../src/modules/directories/domain/password-marker.js'

const NOW = new Date('2026-11-21T12:00:00Z')
const GUID = '6cdbf35b-b2b9-4d7c-95e2-7e8062f13fec'
const DOMAIN = [21, 840740869, 2268109563, 1768857377]
const sid = (...parts: number[]): Buffer => {
  const stored = Buffer.alloc(8 + 4 * parts.length)
  stored[0] = 1
  stored[1] = parts.length
  stored[7] = 5
  parts.forEach((part, index) => stored.writeUInt32LE(part, 8 + 4 * index))
  return stored
}
const ago = (seconds: number): string => dateToFileTime(new Date(NOW.getTime() - seconds * 1000))

type Values = Record<string, string | Buffer | Buffer[] | null>
const ORDINARY: Values = {
  objectGUID: guidBytes(GUID), objectSid: sid(...DOMAIN, 1103), sAMAccountName: 'anna', displayName: 'Anna Aalto', cn: 'A. Aalto', userAccountControl: '512',
  'msDS-User-Account-Control-Computed': '0', accountExpires: '9223372036854775807', badPwdCount: '0', badPasswordTime: '0', pwdLastSet: ago(3_600),
  'msDS-UserPasswordExpiryTimeComputed': ago(-86_400), 'msDS-KeyVersionNumber': '7', primaryGroupID: '513', tokenGroups: [sid(...DOMAIN, 513), sid(32, 545)],
}
const entry = (over: Values = {}): LdapEntry => new LdapEntry('CN=Anna,OU=People,DC=x', Object.entries({ ...ORDINARY, ...over }).flatMap(([name, value]) =>
  value === null ? [] : [[name, [value].flat().map((one) => (Buffer.isBuffer(one) ? one : Buffer.from(one)))] as const]))

const RULES: AdRules = {
  minLength: 12, isComplex: true, historyLength: 5, minAgeSeconds: null, maxAgeSeconds: null, lockoutThreshold: 4, lockoutWindowSeconds: 1_800, lockoutSeconds: 900,
}
const state = (over: Values = {}, reading: Partial<Reading> = {}) =>
  accountOf(entry(over), { rules: RULES, protectedBecause: null, server: null, now: NOW, ...reading }).state

describe('an account as a server shows it', () => {
  it('is read whole', () => {
    expect(state()).toEqual({
      ref: { nativeId: GUID, login: 'anna' }, displayName: 'Anna Aalto', enabled: true, accountExpired: false, locked: false, lockedAt: null, unlocksAt: null,
      wrongPasswords: 0, mustChange: false, passwordSetAt: new Date('2026-11-21T11:00:00Z'), passwordExpiresAt: new Date('2026-11-22T12:00:00Z'),
      passwordExpired: false, protected: false, protectedBecause: null, passwordMarker: '7',
    })
  })
  it.each<[string, Values, object]>([
    ['disabled', { userAccountControl: '514' }, { enabled: false }],
    ['expired this moment', { accountExpires: ago(0) }, { accountExpired: true }],
    ['not expired a second before', { accountExpires: ago(-1) }, { accountExpired: false }],
    ['due to change', { pwdLastSet: '0', 'msDS-User-Account-Control-Computed': '8388608' }, { mustChange: true, passwordExpired: false, passwordSetAt: null }],
    ['marked so, with a password that never expires', { pwdLastSet: '0' }, { mustChange: false }],
    ['with an expired password', { 'msDS-User-Account-Control-Computed': '8388608' }, { mustChange: false, passwordExpired: true }],
    ['locked', { 'msDS-User-Account-Control-Computed': '16', lockoutTime: ago(60) },
      { locked: true, lockedAt: new Date('2026-11-21T11:59:00Z'), unlocksAt: new Date('2026-11-21T12:14:00Z') }],
    ['no longer locked, though lockoutTime stayed', { lockoutTime: ago(9_000) }, { locked: false, lockedAt: null, unlocksAt: null }],
    ['without a display name', { displayName: null }, { displayName: 'A. Aalto' }],
    ['with a password that never expires', { 'msDS-UserPasswordExpiryTimeComputed': '9223372036854775807' }, { passwordExpiresAt: null }],
    ['with tries in the window', { badPwdCount: '3', badPasswordTime: ago(1_800) }, { wrongPasswords: 3 }],
    ['with tries from before it', { badPwdCount: '3', badPasswordTime: ago(1_801) }, { wrongPasswords: 0 }],
    ['whose tries are not shown', { badPwdCount: null }, { wrongPasswords: null }],
  ])('%s', (_what, over, expected) => {
    expect(state(over)).toMatchObject(expected)
  })
  it('stays locked until somebody unlocks it where the rules say so', () => {
    const locked = { 'msDS-User-Account-Control-Computed': '16', lockoutTime: ago(60) }
    expect(state(locked, { rules: { ...RULES, lockoutSeconds: null } }).unlocksAt).toBeNull()
  })
  it.each(['userAccountControl', 'msDS-KeyVersionNumber'])('is not written when %s is hidden', (attribute) => {
    expect(() => state({ [attribute]: null })).toThrow(expect.objectContaining({ reason: 'not-permitted' }))
  })
  it.each(['objectGUID', 'sAMAccountName'])('is no account without %s', (attribute) => {
    expect(() => state({ [attribute]: null })).toThrow(expect.objectContaining({ reason: 'no-such-account' }))
  })
})

describe('the marker', () => {
  it('names the controller only where there are several', () => {
    expect([passwordMarker('7', null), passwordMarker('7', 'ldaps://dc1:636')]).toEqual(['7', '7 ldaps://dc1:636'])
    expect([serverOf('7'), serverOf('7 ldaps://dc1:636')]).toEqual([null, 'ldaps://dc1:636'])
  })
})

describe('protection', () => {
  const FACTS: ProtectionFacts = { tagged: new Map([['S-1-5-21-9-9-9-1500', 'CN=Board']]), unresolved: [], ownSids: new Set(['S-1-5-11']), bindName: 'CN=svc,DC=x' }
  const because = (over: Values = {}, facts: Partial<ProtectionFacts> = {}): string | null => protectedBecause(entry(over), { ...FACTS, ...facts })
  it('is not for everybody', () => {
    expect(because()).toBeNull()
  })
  it.each<[string, Values, Partial<ProtectionFacts>]>([
    ['members of Domain Admins', { tokenGroups: [sid(...DOMAIN, 513), sid(...DOMAIN, 512)] }, {}],
    ['members of Enterprise Admins of the forest’s root', { tokenGroups: [sid(21, 7, 7, 7, 519)] }, {}],
    ['members of Key Admins', { tokenGroups: [sid(...DOMAIN, 526)] }, {}],
    ['members of the built-in Backup Operators', { tokenGroups: [sid(32, 551)] }, {}],
    ['whose primary group it is', { primaryGroupID: '512' }, {}],
    ['members of a configured group', { tokenGroups: [sid(21, 9, 9, 9, 1500)] }, {}],
    ['marked by adminCount', { adminCount: '1' }, {}],
    ['the built-in Administrator, renamed', { objectSid: sid(...DOMAIN, 500), sAMAccountName: 'guest-of-honour' }, {}],
    ['krbtgt', { objectSid: sid(...DOMAIN, 502) }, {}],
    ['krbtgt of a read-only controller', { 'msDS-SecondaryKrbTgtNumber': '4711' }, {}],
    ['computers', { userAccountControl: '4096' }, {}],
    ['domain trusts', { userAccountControl: '2080' }, {}],
    ['our own account by its SID', {}, { ownSids: new Set(['S-1-5-21-840740869-2268109563-1768857377-1103']) }],
    ['our own account by its DN', {}, { bindName: 'cn=anna,ou=people,dc=X' }],
    ['our own account by DOMAIN\\name', {}, { bindName: 'ANYWHERE\\Anna' }],
    ['our own account by name@domain', {}, { bindName: 'anna@example.com' }],
  ])('is for %s', (_what, over, facts) => {
    expect(because(over, facts)).not.toBeNull()
  })
  it.each<[string, Values, Partial<ProtectionFacts>]>([
    ['memberships are hidden', { tokenGroups: null }, {}],
    ['the SID is hidden', { objectSid: null }, {}],
    ['userAccountControl is hidden', { userAccountControl: null }, {}],
    ['a configured group is not found', {}, { unresolved: ['CN=Gone'] }],
  ])('is assumed when %s', (_what, over, facts) => {
    expect(because(over, facts)).not.toBeNull()
  })
})
