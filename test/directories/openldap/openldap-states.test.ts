import type { AccountState, DirectoryConnector, SetPassword, VerifyResult } from '../../../src/modules/directories/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { runningDirectories } from '../harness/directories.js'
import { generalizedTime, type Attributes } from '../slapd/slapd-admin.js'
import { fresh, OpenldapWorld, soon } from './openldap-world.js'

const ago = (seconds: number): string => generalizedTime(new Date(Date.now() - seconds * 1_000))
let world: OpenldapWorld
let connector: DirectoryConnector
beforeAll(async () => {
  world = await OpenldapWorld.open(runningDirectories().slapd)
  connector = await world.connector()
})
afterAll(() => world.close())

type Ref = Parameters<NonNullable<Parameters<Parameters<DirectoryConnector['use']>[1]>[0]['verify']>>[0]
const look = (ref: Ref): Promise<AccountState> => connector.use(soon(), (it) => it.lookup(ref, soon()))
const verify = (ref: Ref, password: string): Promise<VerifyResult> => connector.use(soon(), (it) => it.verify!(ref, new SecretText(password), soon()))
const set = (ref: Ref, write: SetPassword): Promise<void> => connector.use(soon(), (it) => it.setPassword!(ref, write, soon()))
const reset = (password: string, mustChange = false): SetPassword => ({ kind: 'reset', newPassword: new SecretText(password), mustChange })
const change = (old: string, next: string): SetPassword => ({ kind: 'change', currentPassword: new SecretText(old), newPassword: new SecretText(next) })
const withPolicy = (name: string, attributes: Attributes = {}) => world.person({ pwdPolicySubentry: world.policy(name), ...attributes })

describe('who cannot sign in any more', () => {
  it('with an expired password is seen as such, is believed, and changes it', async () => {
    const person = await withPolicy('short-life')
    expect(await look(person.ref)).toMatchObject({ passwordExpired: true, passwordExpiresAt: expect.any(Date), locked: false })
    expect(await verify(person.ref, person.password)).toEqual({ verified: true, state: 'password-expired' })
    expect(await verify(person.ref, fresh())).toEqual({ verified: false, state: 'wrong' })
    const next = fresh()
    await set(person.ref, change(person.password, next))
    expect(await look(person.ref)).toMatchObject({ passwordExpired: false })
    expect(await verify(person.ref, next)).toEqual({ verified: true, state: 'ok' })
  })
  it('is not let past the lock: four wrong passwords at a change close it, the right one does not open it', async () => {
    const person = await withPolicy('short-life')
    for (let n = 1; n <= 4; n += 1) await expect(set(person.ref, change(fresh(), fresh()))).rejects.toMatchObject({ reason: 'wrong-current-password', applied: 'no' })
    await expect(set(person.ref, change(person.password, fresh()))).rejects.toMatchObject({ reason: 'account-locked', applied: 'no' })
    expect(await look(person.ref)).toMatchObject({ locked: true })
  })
  it('with grace sign-ins left is told that the password has expired', async () => {
    const person = await withPolicy('with-grace')
    expect(await verify(person.ref, person.password)).toEqual({ verified: true, state: 'password-expired' })
  })
  it('who must change under a minimum age can, and whom nobody asked to cannot', async () => {
    const young = { pwdChangedTime: ago(120) }
    const due = await withPolicy('minimum-age', { ...young, pwdReset: 'TRUE' })
    await set(due.ref, change(due.password, fresh()))
    expect(await look(due.ref)).toMatchObject({ mustChange: false })
    const free = await withPolicy('minimum-age', young)
    await expect(set(free.ref, change(free.password, fresh()))).rejects.toMatchObject({ reason: 'too-young', violations: [{ rule: 'min-age' }] })
    await expect(set(free.ref, reset(fresh()))).rejects.toMatchObject({ reason: 'too-young' })
  })
  it('a reset that was exempted from the age and refused all the same leaves no flag behind', async () => {
    const person = await withPolicy('minimum-age', { pwdChangedTime: ago(120) })
    await expect(set(person.ref, reset('short', true))).rejects.toMatchObject({ applied: 'no' })
    expect(await look(person.ref)).toMatchObject({ mustChange: false })
    expect(await verify(person.ref, person.password)).toEqual({ verified: true, state: 'ok' })
  })
})

describe('locks', () => {
  it('end by themselves when the policy says so, and the state follows', async () => {
    const person = await withPolicy('unlocks-itself', { pwdAccountLockedTime: ago(0) })
    const state = await look(person.ref)
    expect(state).toMatchObject({ locked: true, unlocksAt: expect.any(Date) })
    expect(state.unlocksAt!.getTime() - state.lockedAt!.getTime()).toBe(2_000)
    const over = await withPolicy('unlocks-itself', { pwdAccountLockedTime: ago(3) })
    expect(await look(over.ref)).toMatchObject({ locked: false, lockedAt: null, unlocksAt: null })
    expect(await verify(over.ref, over.password)).toEqual({ verified: true, state: 'ok' })
  })
  it('taken away take the wrong passwords along: the next one does not lock at once', async () => {
    const person = await world.person()
    for (let n = 0; n < 4; n += 1) await verify(person.ref, fresh())
    await connector.use(soon(), (it) => it.unlock!(person.ref, soon()))
    expect(await verify(person.ref, fresh())).toEqual({ verified: false, state: 'wrong' })
    expect(await look(person.ref)).toMatchObject({ locked: false, wrongPasswords: 1 })
  })
  it('of an administrator are never touched by unlock, reset or change', async () => {
    const person = await world.person({ pwdAccountLockedTime: '000001010000Z' })
    expect(await connector.use(soon(), (it) => it.unlock!(person.ref, soon()))).toEqual({ changed: false })
    await expect(set(person.ref, reset(fresh()))).rejects.toMatchObject({ reason: 'account-disabled' })
    expect(await world.admin.read(person.dn, 'pwdAccountLockedTime')).toEqual(['000001010000Z'])
  })
  it('under a policy without locks keep nobody out, and so nobody is said to be deactivated', async () => {
    const person = await withPolicy('never-locks')
    await expect(connector.use(soon(), (it) => it.deactivate!(person.ref, soon()))).rejects.toMatchObject({ reason: 'unsupported', applied: 'no' })
    expect(await world.admin.read(person.dn, 'pwdAccountLockedTime')).toEqual([])
  })
  it.each([['has not begun', { pwdStartTime: '20990101000000Z' }, { enabled: false }], ['has ended', { pwdEndTime: '20200101000000Z' }, { accountExpired: true }]])(
    'of an account that %s are seen, and its password is told all the same', async (_what, attributes, state) => {
      const person = await world.person(attributes)
      expect(await look(person.ref)).toMatchObject(state)
      expect((await verify(person.ref, person.password)).verified).toBe(true)
      expect((await verify(person.ref, fresh())).verified).toBe(false)
      expect(await world.admin.read(person.dn, 'pwdFailureTime')).toEqual([])
      await expect(set(person.ref, reset(fresh()))).rejects.toMatchObject({ applied: 'no' })
    })
})

describe('refusals have the true reason', () => {
  it.each([
    ['too short', 'aB3-short', 'policy-refused', 'min-length'],
    ['too long in bytes', `Aa1-${'🦊'.repeat(252)}x`.slice(0, 508), 'policy-refused', 'max-length'],
    ['like a stored hash', '{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', 'policy-refused', 'prohibited-begin'],
    ['like a stored clear text', '{CLEARTEXT}Abcdefgh-1234', 'policy-refused', 'prohibited-begin'],
  ])('a password %s', async (_what, password, reason, rule) => {
    const person = await world.person({ pwdPolicySubentry: world.policy('bytes') })
    await expect(set(person.ref, reset(password))).rejects.toMatchObject({ reason, applied: 'no', violations: [{ rule }] })
  })
  it('the same password again, at a reset too', async () => {
    const person = await world.person()
    await expect(set(person.ref, reset(person.password))).rejects.toMatchObject({ reason: 'history', violations: [{ rule: 'history' }] })
  })
  it('a policy that does not let people change, or asks for the old password at a reset', async () => {
    const mute = await withPolicy('no-user-change')
    await expect(set(mute.ref, change(mute.password, fresh()))).rejects.toMatchObject({ reason: 'policy-refused', diagnostic: expect.stringContaining('pwdAllowUserChange') })
    const safe = await withPolicy('safe-modify')
    await expect(set(safe.ref, reset(fresh()))).rejects.toMatchObject({ reason: 'not-permitted', diagnostic: expect.stringContaining('pwdSafeModify') })
    await set(safe.ref, change(safe.password, fresh()))
  })
  it('a must-change that the policy would pass over is not promised', async () => {
    const person = await withPolicy('no-user-change', { pwdReset: 'TRUE' })
    expect(await look(person.ref)).toMatchObject({ mustChange: false })
    await expect(set(person.ref, reset(fresh(), true))).rejects.toMatchObject({ reason: 'unsupported', applied: 'no' })
  })
})

describe('declared rules', () => {
  it('are those of the policy in force for this person, or of the default', async () => {
    expect(await connector.declaredPasswordRules!(null, soon())).toMatchObject({ minLength: 12, maxLength: 1024, historyLength: 4, minAgeSeconds: null, maxAgeSeconds: 3_628_800, exact: true, onReset: { history: true, minAge: true } })
    const person = await withPolicy('minimum-age')
    expect(await connector.declaredPasswordRules!(person.ref, soon())).toMatchObject({ minLength: 12, historyLength: null, minAgeSeconds: 86_400 })
  })
  it('are not made up where the policy is not named or cannot be read', async () => {
    const blind = await world.connector({ defaultPolicyDn: `cn=hidden,${world.slapd.policiesDn}`, policiesDn: null })
    expect(await blind.declaredPasswordRules!(null, soon())).toMatchObject({ minLength: null, exact: false })
    expect(await blind.lockoutRules(soon())).toEqual({ threshold: null, windowSeconds: null })
  })
})

describe('entries as they are', () => {
  it('several logins, names in other scripts and bytes that are no text', async () => {
    const named = await world.person({ displayName: 'Zoë 王', description: 'x' })
    await world.admin.set(named.dn, { uid: [named.login, 'aa-alias', 'zz-alias'], cn: ['One', 'Two'], title: 'ignored', jpegPhoto: Buffer.from([0xff, 0xd8, 0xfe]) })
    expect(await look(named.ref)).toMatchObject({ ref: named.ref, displayName: 'Zoë 王' })
  })
  it('without a name of any kind asked for', async () => {
    const plain = await world.connector({ nameAttributes: ['initials'] })
    const person = await world.person()
    expect(await plain.use(soon(), (it) => it.lookup(person.ref, soon()))).toMatchObject({ displayName: null })
  })
  it('two of one login are both found, and each by its own key', async () => {
    const first = await world.person()
    await world.admin.add(`ou=branch-${first.login},${world.slapd.peopleDn}`, { objectClass: 'organizationalUnit', ou: `branch-${first.login}` })
    const second = await world.person({}, { login: first.login, below: `ou=branch-${first.login},${world.slapd.peopleDn}` })
    const found = await connector.search!(first.login, 10, soon())
    expect(found.map(({ ref }) => ref.nativeId).sort()).toEqual([first.uuid, second.uuid].sort())
    const next = fresh()
    await set(second.ref, reset(next))
    expect((await verify(second.ref, next)).verified).toBe(true)
    expect((await verify(first.ref, first.password)).verified).toBe(true)
  })
  it.each(['*', 'x)(uid=*', '\\2a', '\u0000', ''.padEnd(3, '(')])('are not found by a search for filter marks: %j', async (text) => {
    expect(await connector.search!(text, 5, soon())).toEqual([])
  })
})
