import { randomUUID } from 'node:crypto'
import { Global, Module } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { Directories, DirectoriesModule, LocalDirectoryAdmin, type AccountRef, type CallContext, type NewLocalAccount, type SetPassword } from '../../../src/modules/directories/index.js'
import { PasswordHasher } from '../../../src/integrations/argon2/password-hasher.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { LocalAccounts } from '../../../src/modules/directories/local/local-accounts.js'
import { LocalConnection } from '../../../src/modules/directories/local/local-connection.js'
import { LocalSettings } from '../../../src/modules/directories/local/local-settings.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { Database, type Tx } from '../../../src/platform/database/database.js'
import { CHEAP, openDirectories } from './local-directory.js'

const soon = (ms = 10_000): CallContext => ({ deadline: new Date(Date.now() + ms), correlationId: randomUUID() })
const fresh = (): string => `Gx7-${randomUUID()}`
const reset = (newPassword: string): SetPassword => ({ kind: 'reset', newPassword: new SecretText(newPassword), mustChange: false })

describe('the local directory', () => {
  let world: Awaited<ReturnType<typeof openDirectories>>
  let id: string
  beforeAll(async () => {
    world = await openDirectories()
    id = await world.configure({
      settings: { ...CHEAP, rules: { historyLength: 3 }, maxAgeDays: 90, lockout: { threshold: 3, windowSeconds: 600, durationSeconds: 600 } },
    })
  })
  afterAll(() => world.close())

  const account = async (wish: Partial<NewLocalAccount> = {}): Promise<AccountRef & { password: string }> => {
    const login = `u${randomUUID()}`
    const password = fresh()
    const nativeId = await world.admin.create(world.database, id, { login, displayName: 'Aino Testi', password: new SecretText(password), ...wish })
    return { nativeId, login, password }
  }
  const look = (ref: AccountRef) => world.directories.use(id, soon(), (it) => it.lookup(ref, soon()))
  const verify = (ref: AccountRef, password: string) => world.directories.use(id, soon(), (it) => it.verify!(ref, new SecretText(password), soon()))
  const set = (ref: AccountRef, write: SetPassword, context = soon()) => world.directories.use(id, context, (it) => it.setPassword!(ref, write, context))
  /** Lets time pass for one account: all its times move into the past. */
  const later = (ref: AccountRef, seconds: number) => world.owner(`UPDATE local_account SET locked_at = locked_at - make_interval(secs => $2),
    bad_window_started_at = bad_window_started_at - make_interval(secs => $2), password_set_at = password_set_at - make_interval(secs => $2) WHERE id = $1`, [ref.nativeId, seconds])

  it('opens by itself when the lockout has run its time, with the tries forgotten', async () => {
    const ref = await account()
    for (let attempt = 0; attempt < 3; attempt += 1) await verify(ref, 'wrong')
    await later(ref, 599)
    expect(await look(ref)).toMatchObject({ locked: true, unlocksAt: expect.any(Date) })
    await later(ref, 2)
    expect(await look(ref)).toMatchObject({ locked: false, lockedAt: null, unlocksAt: null, wrongPasswords: 0 })
    await verify(ref, 'wrong')
    expect(await look(ref)).toMatchObject({ locked: false, wrongPasswords: 1 })
    expect(await verify(ref, ref.password)).toMatchObject({ verified: true })
  })

  it('counts within the window only', async () => {
    const ref = await account()
    await verify(ref, 'wrong')
    await verify(ref, 'wrong')
    await later(ref, 601)
    await verify(ref, 'wrong')
    expect(await look(ref)).toMatchObject({ locked: false, wrongPasswords: 1 })
  })

  it('lets a password expire by its age, unless it never does', async () => {
    const [aged, forever] = [await account(), await account({ passwordNeverExpires: true })]
    await Promise.all([later(aged, 90 * 86_400 + 1), later(forever, 90 * 86_400 + 1)])
    expect(await look(aged)).toMatchObject({ passwordExpired: true, passwordExpiresAt: expect.any(Date) })
    expect(await verify(aged, aged.password)).toEqual({ verified: true, state: 'password-expired' })
    expect(await look(forever)).toMatchObject({ passwordExpired: false, passwordExpiresAt: null })
    expect(await verify(forever, forever.password)).toEqual({ verified: true, state: 'ok' })
  })

  it('remembers exactly as many passwords as it says, as argon2id hashes', async () => {
    const ref = await account()
    for (let write = 0; write < 5; write += 1) await set(ref, reset(fresh()))
    const rows = await world.database.query<{ hash: string }>('SELECT password_hash AS hash FROM local_password_history WHERE account_id = $1', [ref.nativeId])
    expect(rows).toHaveLength(3)
    expect(rows.every(({ hash }) => hash.startsWith('$argon2id$v=19$m=4096,t=1,p=1$'))).toBe(true)
    // the first one has been forgotten, so it may come back
    await expect(set(ref, reset(ref.password))).resolves.toBeUndefined()
  })

  it('takes composed and combining letters for the same password', async () => {
    const ref = await account()
    await set(ref, reset('Kahvila-e\u0301te\u0301-7'))
    expect(await verify(ref, 'Kahvila-été-7')).toEqual({ verified: true, state: 'ok' })
  })

  it('refuses the login and the name inside a password', async () => {
    const ref = await account({ login: `meri.${randomUUID().slice(0, 4)}`, displayName: 'Ruusu Laaksonen' })
    for (const password of ['Xx-LAAKSONEN-77', 'Xx-meri-7777-9']) {
      await expect(set(ref, reset(password))).rejects.toMatchObject({ reason: 'policy-refused', violations: [{ rule: 'not-person' }] })
    }
  })

  it('says nothing about an account without a password but that it was wrong', async () => {
    const ref = await account({ password: null })
    expect(await verify(ref, 'nobody has this password')).toEqual({ verified: false, state: 'wrong' })
  })

  it('ends in time, with nothing written, when somebody else holds the row', async () => {
    const ref = await account()
    const before = (await look(ref)).passwordMarker
    await world.database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM local_account WHERE id = $1 FOR UPDATE', [ref.nativeId])
      // the statement's own time-out answers first ('no'); whichever does, it is over in time
      const failure = await set(ref, reset(fresh()), soon(400)).catch((error: unknown) => error)
      expect(failure).toMatchObject({ reason: 'timed-out' })
    })
    expect((await look(ref)).passwordMarker).toBe(before)
  })

  it('shows a write of somebody else by the marker', async () => {
    const ref = await account()
    const before = (await look(ref)).passwordMarker
    const foreign = fresh()
    await world.admin.setPassword(world.database, ref.nativeId, new SecretText(foreign))
    expect((await look(ref)).passwordMarker).not.toBe(before)
    expect(await verify(ref, foreign)).toEqual({ verified: true, state: 'ok' })
  })

  it('takes no two logins that differ in case only', async () => {
    const ref = await account()
    await expect(account({ login: ref.login.toUpperCase() })).rejects.toThrow(/local_account_login_key/)
    expect(await world.admin.findByLogin(world.database, id, ref.login.toUpperCase())).toBe(ref.nativeId)
  })

  it('never shows an account of another directory', async () => {
    const ref = await account()
    const other = await world.configure()
    await expect(world.directories.use(other, soon(), (it) => it.lookup(ref, soon()))).rejects.toMatchObject({ reason: 'no-such-account' })
    await expect(world.directories.use(other, soon(), (it) => it.setPassword!(ref, reset(fresh()), soon()))).rejects.toMatchObject({ reason: 'no-such-account' })
    expect(await world.directories.use(other, soon(), (it) => it.verify!(ref, new SecretText(ref.password), soon()))).toEqual({ verified: false, state: 'wrong' })
    expect(await verify(ref, ref.password)).toMatchObject({ verified: true })
  })

  it('does the same work for an account that is not there, a wrong password and a locked account', async () => {
    let hashes = 0
    let transactions = 0
    class CountingHasher extends PasswordHasher {
      override verify(phc: string, password: string): Promise<boolean> {
        hashes += 1
        return super.verify(phc, password)
      }
    }
    const counting = { transaction: (work: (tx: Tx) => Promise<unknown>) => { transactions += 1; return world.database.transaction(work) } } as Database
    const settings = LocalSettings.parse({ ...CHEAP, lockout: { threshold: 2 } })
    const hasher = new CountingHasher()
    const decoy = hasher.hash('nobody', settings.argon2)
    const connection = new LocalConnection(counting, new LocalAccounts(id, settings), settings, hasher, () => decoy)
    const work = async (ref: AccountRef) => {
      hashes = 0
      transactions = 0
      const { state } = await connection.verify(ref, new SecretText('Wrong-password-1'), soon())
      return { state, hashes, transactions }
    }
    const ref = await account()
    expect(await work(ref)).toEqual({ state: 'wrong', hashes: 1, transactions: 2 })
    expect(await work({ nativeId: randomUUID(), login: 'nobody' })).toEqual({ state: 'wrong', hashes: 1, transactions: 2 })
    await work(ref)
    expect(await work(ref)).toEqual({ state: 'locked', hashes: 1, transactions: 2 })
    // the decoy costs what a real one costs: the same parameters
    expect((await decoy).split('$').slice(0, 4)).toEqual((await world.database.query<{ hash: string }>(
      'SELECT password_hash AS hash FROM local_account WHERE id = $1', [ref.nativeId]))[0]!.hash.split('$').slice(0, 4))
  })

  it('is wired by the module', async () => {
    @Global()
    @Module({
      providers: [{ provide: Database, useValue: world.database }, { provide: KeyRing, useValue: new KeyRing([{ id: 1, key: Buffer.alloc(32, 7) }]) }],
      exports: [Database, KeyRing],
    })
    class Platform {}
    const module = await Test.createTestingModule({ imports: [Platform, DirectoriesModule] }).compile()
    await module.init()
    const directories = module.get(Directories)
    expect(directories.capabilities(id)).toEqual(world.directories.capabilities(id))
    expect(module.get(LocalDirectoryAdmin)).toBeInstanceOf(LocalDirectoryAdmin)
    await directories.onApplicationShutdown()
  })
})
