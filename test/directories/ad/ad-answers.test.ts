import { randomUUID } from 'node:crypto'
import { SecretText } from '../../../src/kernel/secret-text.js'
import type { AccountRef, CallContext, DirectoryConnection, DirectoryConnector, SetPassword, VerifyResult } from '../../../src/modules/directories/index.js'
import { freshPassword as fresh, SambaAdmin } from './samba-admin.js'

let samba: SambaAdmin
let connector: DirectoryConnector
beforeAll(async () => {
  samba = new SambaAdmin()
  connector = await samba.connector()
})
afterAll(() => samba.close())

const soon = (ms = 10_000): CallContext => ({ deadline: new Date(Date.now() + ms), correlationId: randomUUID() })
const use = <T>(work: (it: DirectoryConnection) => Promise<T>, on = connector): Promise<T> => on.use(soon(), work)
const verify = (ref: AccountRef, password: string, on = connector): Promise<VerifyResult> => use((it) => it.verify!(ref, new SecretText(password), soon()), on)
const set = (ref: AccountRef, write: SetPassword, on = connector): Promise<void> => use((it) => it.setPassword!(ref, write, soon()), on)
const look = (ref: AccountRef, on = connector) => use((it) => it.lookup(ref, soon()), on)
const reset = (password: string, mustChange = false): SetPassword => ({ kind: 'reset', newPassword: new SecretText(password), mustChange })
const change = (current: string, next: string): SetPassword => ({ kind: 'change', currentPassword: new SecretText(current), newPassword: new SecretText(next) })
const refusal = (write: Promise<unknown>): Promise<unknown> => write.then(() => 'written', (error: unknown) => error)

describe('who cannot sign in', () => {
  it('an expired password is right, and its owner can change it', async () => {
    const { ref, password } = await samba.person('expired-password-a')
    expect(await verify(ref, password)).toEqual({ verified: true, state: 'password-expired' })
    expect(await look(ref)).toMatchObject({ passwordExpired: true, mustChange: false, passwordExpiresAt: expect.any(Date) })
    const next = fresh()
    await set(ref, change(password, next))
    expect(await verify(ref, next)).toEqual({ verified: true, state: 'ok' })
    expect(await look(ref)).toMatchObject({ passwordExpired: false })
  })
  it('a wrong present password of theirs is refused and counted', async () => {
    const { ref } = await samba.person('expired-password-b')
    expect(await refusal(set(ref, change(fresh(), fresh())))).toMatchObject({ reason: 'wrong-current-password', applied: 'no' })
    expect(await look(ref)).toMatchObject({ wrongPasswords: 1, passwordExpired: true })
  })
  it('a lock runs out by itself, and the account says until when', async () => {
    const { ref, password } = await samba.create({ groups: ['Quick Unlock'] })
    for (let round = 0; round < 4; round += 1) await verify(ref, 'wrong')
    const locked = await look(ref)
    expect(locked).toMatchObject({ locked: true, lockedAt: expect.any(Date) })
    expect(locked.unlocksAt!.getTime() - locked.lockedAt!.getTime()).toBe(3_000)
    const limit = Date.now() + 15_000
    while ((await look(ref)).locked) if (Date.now() > limit) throw new Error('still locked')
    // lockoutTime still stands there: only the computed state is believed
    expect(Number((await samba.read(await samba.dnOf(ref.login), 'lockoutTime')).lockoutTime)).toBeGreaterThan(0)
    expect(await use((it) => it.unlock!(ref, soon()))).toEqual({ changed: false })
    expect(await verify(ref, password)).toEqual({ verified: true, state: 'ok' })
  })
  it('tries that are older than the window are not counted', async () => {
    const { ref } = await samba.create({ groups: ['Quick Unlock'] })
    await verify(ref, 'wrong')
    expect((await look(ref)).wrongPasswords).toBe(1)
    const limit = Date.now() + 15_000
    while ((await look(ref)).wrongPasswords !== 0) if (Date.now() > limit) throw new Error('still counted')
    expect((await samba.read(await samba.dnOf(ref.login), 'badPwdCount')).badPwdCount).toBe('1')
  })
})

describe('the rules that stand for an account', () => {
  it('are the domain’s', async () => {
    const { ref } = await samba.create()
    expect(await connector.declaredPasswordRules!(ref, soon())).toMatchObject({
      minLength: 12, minClasses: 3, historyLength: 5, minAgeSeconds: null, maxAgeSeconds: 42 * 86_400, exact: true, rejectPersonWords: true,
      onReset: { history: false, minAge: false },
    })
  })
  it('are those of its own policy, and the refusal is explained by them', async () => {
    const { ref } = await samba.person('strict')
    expect(await connector.declaredPasswordRules!(ref, soon())).toMatchObject({ minLength: 20, historyLength: 10, exact: true })
    expect(await refusal(set(ref, reset('Only-19-Chars-Aa1-x')))).toMatchObject({ reason: 'policy-refused', violations: [{ rule: 'min-length' }] })
  })
  it('are the domain’s as "at least" when its own policy cannot be read, and nothing more is claimed', async () => {
    const blind = await samba.connector({ bindDn: `CN=svc-pools,${samba.facts.serviceOu}` })
    const { ref } = await samba.person('strict')
    expect(await blind.declaredPasswordRules!(ref, soon())).toMatchObject({ minLength: 12, exact: false })
    expect(await refusal(set(ref, reset('Only-19-Chars-Aa1-x'), blind))).toMatchObject({ reason: 'policy-refused', violations: [] })
    const { ref: other, password } = await samba.create()
    expect(await refusal(set(other, change(password, password), blind))).toMatchObject({ reason: 'policy-refused', violations: [] })
  })
  it('of nobody in particular are "at least", as there are policies for some', async () => {
    expect(await connector.declaredPasswordRules!(null, soon())).toMatchObject({ minLength: 12, exact: false })
  })
  it('have the strictest lockout of all', async () => {
    expect(await connector.lockoutRules(soon())).toEqual({ threshold: 4, windowSeconds: 1_800 })
  })
  it('are asked for of an account that is not there', async () => {
    await expect(connector.declaredPasswordRules!({ nativeId: randomUUID(), login: 'x' }, soon())).rejects.toMatchObject({ reason: 'no-such-account' })
  })
})

describe('what the server refuses', () => {
  it.each([
    ['too short', 'Aa1-x', ['min-length']],
    ['of one kind', 'aaaaaaaaaaaaaaaaaa', ['character-classes']],
    ['both', 'aaa', ['min-length', 'character-classes']],
  ])('a password %s, told by rule', async (_what, password, rules) => {
    const { ref, password: present } = await samba.create()
    for (const write of [reset(password), change(present, password)]) {
      expect(await refusal(set(ref, write))).toMatchObject({ reason: 'policy-refused', applied: 'no', violations: rules.map((rule) => ({ rule })) })
    }
  })
  it('a person outside of what was delegated', async () => {
    const { ref } = await samba.person('other-ou')
    expect(await refusal(set(ref, reset(fresh())))).toMatchObject({ reason: 'not-permitted', applied: 'no' })
    expect(await refusal(use((it) => it.deactivate!(ref, soon())))).toMatchObject({ reason: 'not-permitted', applied: 'no' })
  })
  it.each([
    ['a password of its own that is wrong', { bindPassword: 'not-the-Passw0rd' }],
    ['a name that is nobody’s', { bindDn: 'CN=nobody,DC=latchkey,DC=test' }],
  ])('our service account, for %s', async (_what, over) => {
    const wrong = await samba.connector(over)
    await expect(wrong.health(soon())).rejects.toMatchObject({ reason: 'bad-credentials', applied: 'no' })
  })
  it('a service account that is disabled, locked or expired, without sending it again and again', async () => {
    const service = await samba.create({ ou: samba.facts.serviceOu, disabled: true })
    const shut = await samba.connector({ bindDn: service.dn, bindPassword: service.password })
    await expect(shut.health(soon())).rejects.toMatchObject({ reason: 'bad-credentials', diagnostic: expect.stringContaining('data 533') })
    await samba.modify(service.dn, 'replace', 'userAccountControl', '512')
    // within a minute the refusal is remembered: each try would count against it
    await expect(shut.health(soon())).rejects.toMatchObject({ reason: 'bad-credentials' })
  })
})

describe('who is meant', () => {
  it.each(['odd', 'odd-leading'])('whatever marks stand in the name: %s', async (login) => {
    const { ref } = await samba.person(login)
    const next = fresh()
    await set(ref, reset(next))
    expect(await verify(ref, next)).toEqual({ verified: true, state: 'ok' })
    expect(await look(ref)).toMatchObject({ ref: { login } })
  })
  it('wherever it was moved and however it was renamed since', async () => {
    const { ref, dn } = await samba.create()
    await (await samba.client()).modifyDN(dn, `CN=Renamed ${randomUUID()},OU=People,${samba.facts.baseDn}`)
    const next = fresh()
    await set(ref, reset(next))
    expect(await verify(ref, next)).toEqual({ verified: true, state: 'ok' })
  })
  it('nobody, once it is deleted', async () => {
    const { ref, dn, password } = await samba.create()
    await (await samba.client()).del(dn)
    await expect(look(ref)).rejects.toMatchObject({ reason: 'no-such-account' })
    expect(await refusal(set(ref, reset(fresh())))).toMatchObject({ reason: 'no-such-account', applied: 'no' })
    expect(await verify(ref, password)).toEqual({ verified: false, state: 'wrong' })
  })
  it('as somebody disabled it in the middle', async () => {
    const { ref, dn } = await samba.create()
    expect(await refusal(use(async (it) => {
      await it.lookup(ref, soon())
      await samba.modify(dn, 'replace', 'userAccountControl', '514')
      await it.setPassword!(ref, reset(fresh()), soon())
    }))).toMatchObject({ reason: 'account-disabled', applied: 'no' })
  })
  it('as somebody made it an administrator in the middle', async () => {
    const { ref, dn } = await samba.create()
    expect(await refusal(use(async (it) => {
      expect(await it.lookup(ref, soon())).toMatchObject({ protected: false })
      await samba.modify(await samba.dnOf('Inner Circle'), 'add', 'member', dn)
      await it.setPassword!(ref, reset(fresh()), soon())
    }))).toMatchObject({ reason: 'protected-account', applied: 'no' })
  })
})

describe('activate and deactivate', () => {
  it('touch one bit and leave the others', async () => {
    const { ref, dn } = await samba.create()
    const control = 512 | 0x10000 | 0x40000 // its password never expires, a smart card is asked for
    await samba.modify(dn, 'replace', 'userAccountControl', String(control))
    expect(await use((it) => it.deactivate!(ref, soon()))).toEqual({ changed: true })
    expect(await samba.read(dn, 'userAccountControl')).toMatchObject({ userAccountControl: String(control | 2) })
    expect(await use((it) => it.activate!(ref, soon()))).toEqual({ changed: true })
    expect(await samba.read(dn, 'userAccountControl')).toMatchObject({ userAccountControl: String(control) })
  })
})

describe('search', () => {
  const found = async (text: string, limit = 10): Promise<string[]> => (await connector.search!(text, limit, soon())).map(({ ref }) => ref.login)
  it.each([
    ['the beginning of a login', 'anna.aa', ['anna.aalto']],
    ['an address', 'anna.aalto@example', ['anna.aalto']],
    ['a first name, without regard to case', 'ANN', ['anna.aalto', 'ansku']],
    ['letters beyond ASCII', 'Åström', ['ansku']],
    ['first and last name', 'Anna Aal', ['anna.aalto']],
    ['last and first name', 'aalto anna', ['anna.aalto']],
  ])('by %s', async (_what, text, logins) => {
    expect(await found(text)).toEqual(logins)
  })
  it.each(['', '   ', '*', 'a*a', ')(objectClass=*', '\\2a', '\u0000', 'Administrator', 'other-ou'])('finds nobody by %j', async (text) => {
    expect(await found(text)).toEqual([])
  })
  it('gives no more than was asked for, though the server takes no notice of a limit', async () => {
    expect(await found('t', 3)).toHaveLength(3)
    expect(await found('t', 0)).toEqual([])
  })
  it('shows who is protected', async () => {
    expect(await connector.search!('nested-admin', 5, soon())).toMatchObject([{ protected: true, protectedBecause: 'member of Domain Admins' }])
  })
})
