import { randomUUID } from 'node:crypto'
import {
  ConnectorError,
  type AccountRef, type AccountState, type CallContext, type ConnectorReason, type DirectoryConnection, type DirectoryConnector,
  type SetPassword, type VerifyResult,
} from '../../src/modules/directories/index.js'
import { SecretText } from '../../src/kernel/secret-text.js'

/** What an account of the fixture directory shall be. Passwords are valid under the fixture's own rules. */
export type ContractAccount = {
  password?: string
  disabled?: boolean
  expired?: boolean
  mustChange?: boolean
  protected?: boolean
}

/**
 * One directory with an administrator of its own. Its rules: at least 12 characters, three kinds, a history of at least
 * 3, lockout at `threshold`; `minAge` opens a second one in which a password must be a day old.
 */
export type ConnectorFixture = {
  readonly connector: DirectoryConnector
  readonly threshold: number
  /** False where the marker is a time and not a number of writes: it grows with each, by whatever. Default true. */
  readonly markerCounts?: boolean
  createAccount(account: ContractAccount): Promise<AccountRef>
  /** The same directory with a minimum password age, and an account in it. */
  withMinimumAge(account: ContractAccount): Promise<{ connector: DirectoryConnector; ref: AccountRef }>
  close(): Promise<void>
}

const soon = (ms = 10_000): CallContext => ({ deadline: new Date(Date.now() + ms), correlationId: randomUUID() })
/** Valid, and never used before. */
const fresh = (): string => `Gx7-${randomUUID()}`
const reset = (newPassword: string, mustChange = false): SetPassword => ({ kind: 'reset', newPassword: new SecretText(newPassword), mustChange })
const change = (currentPassword: string, newPassword: string): SetPassword => ({
  kind: 'change', currentPassword: new SecretText(currentPassword), newPassword: new SecretText(newPassword),
})

/** What every connector promises (connector.ts), told over a real directory of its kind. */
export function describeConnector(name: string, open: () => Promise<ConnectorFixture>): void {
  describe(`connector contract: ${name}`, () => {
    let fixture: ConnectorFixture
    beforeAll(async () => { fixture = await open() })
    afterAll(() => fixture.close())

    const use = <T>(work: (connection: DirectoryConnection) => Promise<T>, context = soon()): Promise<T> => fixture.connector.use(context, work)
    const verify = (ref: AccountRef, password: string): Promise<VerifyResult> => use((it) => it.verify!(ref, new SecretText(password), soon()))
    const set = (ref: AccountRef, write: SetPassword): Promise<void> => use((it) => it.setPassword!(ref, write, soon()))
    const look = (ref: AccountRef): Promise<AccountState> => use((it) => it.lookup(ref, soon()))
    const account = async (wish: ContractAccount = {}): Promise<{ ref: AccountRef; password: string }> => {
      const password = wish.password ?? fresh()
      return { ref: await fixture.createAccount({ ...wish, password }), password }
    }
    const lockOut = async (ref: AccountRef): Promise<void> => {
      for (let attempt = 0; attempt < fixture.threshold; attempt += 1) await verify(ref, `wrong-${attempt}`)
    }
    const nobody: AccountRef = { nativeId: randomUUID(), login: 'nobody.here' }

    /** The refusal, and proof that it came before the write. */
    const expectRefused = async (ref: AccountRef, write: SetPassword, reason: ConnectorReason): Promise<ConnectorError> => {
      const before = await look(ref)
      const failure = await set(ref, write).then(() => null, (error: unknown) => error)
      expect(failure).toBeInstanceOf(ConnectorError)
      expect(failure).toMatchObject({ reason, applied: 'no' })
      expect((await look(ref)).passwordMarker).toBe(before.passwordMarker)
      return failure as ConnectorError
    }

    describe('lookup', () => {
      it('shows an ordinary account as enabled, unlocked and free', async () => {
        const { ref } = await account()
        expect(await look(ref)).toMatchObject({
          ref, enabled: true, locked: false, lockedAt: null, unlocksAt: null, accountExpired: false, mustChange: false, protected: false,
        })
      })
      it('shows what is the matter with an account', async () => {
        const [disabled, expired, due, guarded] = await Promise.all([
          account({ disabled: true }), account({ expired: true }), account({ mustChange: true }), account({ protected: true }),
        ])
        expect(await look(disabled.ref)).toMatchObject({ enabled: false })
        expect(await look(expired.ref)).toMatchObject({ accountExpired: true })
        expect(await look(due.ref)).toMatchObject({ mustChange: true })
        expect(await look(guarded.ref)).toMatchObject({ protected: true, protectedBecause: expect.any(String) })
      })
      it('knows no such account', async () => {
        await expect(look(nobody)).rejects.toMatchObject({ reason: 'no-such-account' })
        await expect(look({ nativeId: "x' OR '1'='1)(*", login: 'x' })).rejects.toMatchObject({ reason: 'no-such-account' })
      })
    })

    describe('verify', () => {
      it('accepts the right password and counts nothing', async () => {
        const { ref, password } = await account()
        expect(await verify(ref, password)).toEqual({ verified: true, state: 'ok' })
        expect((await look(ref)).wrongPasswords).toBe(0)
      })
      it.each<[ContractAccount, VerifyResult]>([
        [{ mustChange: true }, { verified: true, state: 'must-change' }],
        [{ disabled: true }, { verified: true, state: 'disabled' }],
        [{ expired: true }, { verified: true, state: 'account-expired' }],
      ])('tells who knows the password of %j the state', async (wish, result) => {
        const { ref, password } = await account(wish)
        expect(await verify(ref, password)).toEqual(result)
      })
      it.each<ContractAccount>([{ mustChange: true }, { disabled: true }, { expired: true }])('tells who does not know it nothing: %j', async (wish) => {
        const { ref } = await account(wish)
        expect(await verify(ref, fresh())).toEqual({ verified: false, state: 'wrong' })
      })
      it('answers an unknown account like a wrong password', async () => {
        expect(await verify(nobody, fresh())).toEqual({ verified: false, state: 'wrong' })
      })
      it.each(['', ' ', '\t', '\u0000', 'x\u0000', '\u200d'])('never accepts %j and counts no try', async (empty) => {
        const { ref } = await account()
        expect((await verify(ref, empty)).verified).toBe(false)
        expect((await look(ref)).wrongPasswords).toBe(0)
      })
      it('tells letters of different case apart', async () => {
        const { ref, password } = await account()
        expect(await verify(ref, password.toUpperCase())).toEqual({ verified: false, state: 'wrong' })
      })
    })

    describe('lockout', () => {
      it('declares the threshold it locks at', async () => {
        expect((await fixture.connector.lockoutRules(soon())).threshold).toBe(fixture.threshold)
      })
      it('locks at the threshold, then refuses the right password too, and unlock opens', async () => {
        const { ref, password } = await account()
        for (let attempt = 1; attempt < fixture.threshold; attempt += 1) {
          await verify(ref, 'wrong')
          expect(await look(ref)).toMatchObject({ locked: false, wrongPasswords: attempt })
        }
        await verify(ref, 'wrong')
        expect(await look(ref)).toMatchObject({ locked: true, lockedAt: expect.any(Date) })
        expect(await verify(ref, password)).toEqual({ verified: false, state: 'locked' })
        expect(await use((it) => it.unlock!(ref, soon()))).toEqual({ changed: true })
        expect(await look(ref)).toMatchObject({ locked: false, wrongPasswords: 0 })
        expect(await verify(ref, password)).toEqual({ verified: true, state: 'ok' })
      })
      it('accepts the right password as the last try that is left', async () => {
        const { ref, password } = await account()
        for (let attempt = 1; attempt < fixture.threshold; attempt += 1) await verify(ref, 'wrong')
        expect(await verify(ref, password)).toEqual({ verified: true, state: 'ok' })
        expect(await look(ref)).toMatchObject({ locked: false, wrongPasswords: 0 })
      })
      it('says that there was nothing to unlock', async () => {
        const { ref } = await account()
        expect(await use((it) => it.unlock!(ref, soon()))).toEqual({ changed: false })
      })
      it('is ended by a reset', async () => {
        const { ref } = await account()
        await lockOut(ref)
        const next = fresh()
        await set(ref, reset(next))
        expect(await look(ref)).toMatchObject({ locked: false, wrongPasswords: 0 })
        expect(await verify(ref, next)).toEqual({ verified: true, state: 'ok' })
      })
      it('counts a wrong present password in a change', async () => {
        const { ref } = await account()
        await expectRefused(ref, change(fresh(), fresh()), 'wrong-current-password')
        expect((await look(ref)).wrongPasswords).toBe(1)
        await lockOut(ref)
        await expectRefused(ref, change(fresh(), fresh()), 'account-locked')
      })
    })

    describe('reset', () => {
      it('makes the new password the only one', async () => {
        const { ref, password } = await account()
        const next = fresh()
        await set(ref, reset(next))
        expect(await verify(ref, next)).toEqual({ verified: true, state: 'ok' })
        expect((await verify(ref, password)).verified).toBe(false)
      })
      it('may ask for a change at the next sign-in, which the change then settles', async () => {
        const { ref } = await account()
        const given = fresh()
        await set(ref, reset(given, true))
        expect(await verify(ref, given)).toEqual({ verified: true, state: 'must-change' })
        const own = fresh()
        await set(ref, change(given, own))
        expect(await verify(ref, own)).toEqual({ verified: true, state: 'ok' })
      })
      it('initializes like a reset', async () => {
        const { ref } = await account()
        const first = fresh()
        await set(ref, { kind: 'initialize', newPassword: new SecretText(first), mustChange: true })
        expect(await verify(ref, first)).toEqual({ verified: true, state: 'must-change' })
      })
      it('knows no such account', async () => {
        await expect(set(nobody, reset(fresh()))).rejects.toMatchObject({ reason: 'no-such-account', applied: 'no' })
      })
      it('refuses an expired account although the store would accept it', async () => {
        const { ref } = await account({ expired: true })
        await expectRefused(ref, reset(fresh()), 'account-expired')
      })
      it('refuses a protected account', async () => {
        const { ref, password } = await account({ protected: true })
        await expectRefused(ref, reset(fresh()), 'protected-account')
        await expectRefused(ref, change(password, fresh()), 'protected-account')
        await expect(use((it) => it.unlock!(ref, soon()))).rejects.toMatchObject({ reason: 'protected-account' })
      })
    })

    describe('a disabled account stays disabled (decisions.md 7)', () => {
      it('after an unlock', async () => {
        const { ref } = await account({ disabled: true })
        await lockOut(ref)
        await use((it) => it.unlock!(ref, soon()))
        expect(await look(ref)).toMatchObject({ enabled: false })
      })
      it('because a reset and a change are refused', async () => {
        const { ref, password } = await account({ disabled: true })
        await expectRefused(ref, reset(fresh()), 'account-disabled')
        await expectRefused(ref, change(password, fresh()), 'account-disabled')
        expect(await look(ref)).toMatchObject({ enabled: false })
      })
      it('until it is activated, once', async () => {
        const { ref, password } = await account({ disabled: true })
        expect(await use((it) => it.activate!(ref, soon()))).toEqual({ changed: true })
        expect(await use((it) => it.activate!(ref, soon()))).toEqual({ changed: false })
        expect(await verify(ref, password)).toEqual({ verified: true, state: 'ok' })
        expect(await use((it) => it.deactivate!(ref, soon()))).toEqual({ changed: true })
        expect(await use((it) => it.deactivate!(ref, soon()))).toEqual({ changed: false })
        expect(await look(ref)).toMatchObject({ enabled: false })
      })
    })

    describe('the directory\'s own policy', () => {
      it('names the rules that a password breaks', async () => {
        const { ref } = await account()
        const { violations } = await expectRefused(ref, reset('short'), 'policy-refused')
        expect(violations.map(({ rule }) => rule)).toEqual(expect.arrayContaining([expect.any(String)]))
      })
      it('remembers earlier passwords at a change and, where it says so, at a reset', async () => {
        const { ref, password } = await account()
        const second = fresh()
        await set(ref, change(password, second))
        await expectRefused(ref, change(second, second), 'history')
        await expectRefused(ref, change(second, password), 'history')
        if ((await fixture.connector.declaredPasswordRules!(ref, soon())).onReset?.history) await expectRefused(ref, reset(password), 'history')
      })
      it('holds the owner to the minimum age, and nobody else', async () => {
        const password = fresh()
        const { connector, ref } = await fixture.withMinimumAge({ password })
        const write = (it: SetPassword) => connector.use(soon(), (connection) => connection.setPassword!(ref, it, soon()))
        await expect(write(change(password, fresh()))).rejects.toMatchObject({ reason: 'too-young', applied: 'no' })
        const given = fresh()
        await write(reset(given, true))
        // must change wins over the minimum age: otherwise nobody could sign in until tomorrow
        await write(change(given, fresh()))
      })
    })

    describe('passwords as data', () => {
      const odd: [string, string][] = [
        ['256 characters', `Aa1-${'x'.repeat(252)}`],
        ['emoji beyond the basic plane', '🦊🦊🦊🦊 Kettu 12 👩‍👩‍👧'],
        ['quotes, backslashes, LDAP and SQL marks', `O'Reilly";\\--)(*|&=,+<>#;%00 9a`],
        ['spaces at both ends', '  Kolme sanaa 7  '],
        ['combining marks', `E\u0301te\u0301 nuit 2026 x\u0308`],
        ['right-to-left and Chinese', 'שלום-你好-Aa1-世界'],
      ]
      it.each(odd)('%s work, or are refused before the write', async (_what, password) => {
        const { ref } = await account()
        const before = await look(ref)
        const outcome = await set(ref, reset(password)).then(() => 'written', (error: ConnectorError) => error)
        if (outcome === 'written') {
          expect(await verify(ref, password)).toEqual({ verified: true, state: 'ok' })
          expect((await verify(ref, password.trim() + '.')).verified).toBe(false)
        } else {
          expect(outcome).toMatchObject({ reason: 'policy-refused', applied: 'no' })
          expect((await look(ref)).passwordMarker).toBe(before.passwordMarker)
        }
      })
      it('compares every character of a long one: nothing is cut off', async () => {
        const { ref } = await account()
        const long = `Aa1-${'x'.repeat(250)}`
        await set(ref, reset(`${long}y`))
        expect((await verify(ref, `${long}z`)).verified).toBe(false)
        expect((await verify(ref, long)).verified).toBe(false)
      })
      it.each(['', '   ', 'Abcdefgh1234\u0000', 'Abcdefgh1234\ud800', `Aa1-${'x'.repeat(253)}`])('refuses %j before the write', async (password) => {
        const { ref } = await account()
        await expectRefused(ref, reset(password), 'policy-refused')
      })
    })

    describe('the password marker', () => {
      it('moves with every effective write and with nothing else', async () => {
        const { ref, password } = await account()
        const seen: string[] = []
        const marker = async () => (await look(ref)).passwordMarker
        const start = await marker()
        await verify(ref, 'wrong')
        await verify(ref, password)
        await set(ref, reset('short')).catch(() => undefined)
        await lockOut(ref)
        await use((it) => it.unlock!(ref, soon()))
        await use((it) => it.deactivate!(ref, soon()))
        await use((it) => it.activate!(ref, soon()))
        expect(await marker()).toBe(start)
        const second = fresh()
        for (const write of [reset(second), change(second, fresh()), reset(fresh(), true)]) {
          await set(ref, write)
          seen.push(await marker())
        }
        expect(new Set([start, ...seen]).size).toBe(4)
      })
    })

    describe('many at once on one account', () => {
      it('lets one change win of those that start from the same password', async () => {
        const { ref, password } = await account()
        const wanted = Array.from({ length: 3 }, fresh)
        const outcomes = await Promise.allSettled(wanted.map((next) => set(ref, change(password, next))))
        const winners = wanted.filter((_, index) => outcomes[index]!.status === 'fulfilled')
        expect(winners).toHaveLength(1)
        expect(await verify(ref, winners[0]!)).toEqual({ verified: true, state: 'ok' })
      })
      it('ends several resets in one of the passwords, the marker moved once for each that succeeded', async () => {
        const { ref } = await account()
        const before = BigInt((await look(ref)).passwordMarker)
        const wanted = Array.from({ length: 4 }, fresh)
        const outcomes = await Promise.allSettled(wanted.map((next) => set(ref, reset(next))))
        const written = outcomes.filter(({ status }) => status === 'fulfilled').length
        expect(written).toBeGreaterThan(0)
        const moved = BigInt((await look(ref)).passwordMarker) - before
        if (fixture.markerCounts ?? true) expect(moved).toBe(BigInt(written))
        else expect(moved).toBeGreaterThan(0n)
        let working = 0
        for (const next of wanted) working += (await verify(ref, next)).verified ? 1 : 0
        expect(working).toBe(1)
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ applied: 'no' })
        }
      })
      it('compares no more wrong passwords than the threshold allows', async () => {
        const { ref } = await account()
        const results = await Promise.all(Array.from({ length: fixture.threshold * 3 }, () => verify(ref, fresh())))
        const compared = results.filter((result) => !result.verified && result.state === 'wrong')
        expect(compared.length).toBeLessThanOrEqual(fixture.threshold)
        expect(await look(ref)).toMatchObject({ locked: true })
      })
    })

    describe('deadlines', () => {
      it('sends nothing once the deadline has passed', async () => {
        const { ref } = await account()
        const before = await look(ref)
        await expect(use((it) => it.setPassword!(ref, reset(fresh()), soon(-1)))).rejects.toMatchObject({ reason: 'timed-out', applied: 'no' })
        expect((await look(ref)).passwordMarker).toBe(before.passwordMarker)
      })
      it('is healthy within its deadline and not after it', async () => {
        await expect(fixture.connector.health(soon())).resolves.toBeUndefined()
        await expect(fixture.connector.health(soon(-1))).rejects.toMatchObject({ reason: 'timed-out' })
      })
    })
  })
}
