import { ConnectorError, type AccountRef, type AccountState, type DirectoryConnector, type SetPassword } from '../../../src/modules/directories/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { createTestAuthority } from '../../smtp/certificates.js'
import { FaultProxy, type Fault } from '../fault-proxy.js'
import { runningDirectories } from '../harness/directories.js'
import { fresh, OpenldapWorld, soon } from './openldap-world.js'

const { slapd } = runningDirectories()
const authority = createTestAuthority('Authority of the proxy')
const onTheWay = authority.issue([slapd.serverName])
let world: OpenldapWorld
let proxy: FaultProxy
let connector: DirectoryConnector
beforeAll(async () => { world = await OpenldapWorld.open(slapd) })
afterAll(() => world.close())
beforeEach(async () => {
  proxy = await FaultProxy.start({ host: '127.0.0.1', port: slapd.ports[1] }, { ...onTheWay, ca: slapd.ca, serverName: slapd.serverName })
  connector = await world.connector({ servers: [through()], ca: authority.ca })
})
afterEach(async () => {
  await connector.close()
  await proxy.close()
})
const through = (): string => `ldaps://127.0.0.1:${proxy.port}`
const reset = (newPassword: string, mustChange = false): SetPassword => ({ kind: 'reset', newPassword: new SecretText(newPassword), mustChange })
const set = (ref: AccountRef, write: SetPassword, ms = 10_000): Promise<void> => connector.use(soon(ms), (it) => it.setPassword!(ref, write, soon(ms)))
const look = (ref: AccountRef): Promise<AccountState> => connector.use(soon(), (it) => it.lookup(ref, soon()))
const verify = (ref: AccountRef, password: string) => connector.use(soon(), (it) => it.verify!(ref, new SecretText(password), soon()))
const failure = (work: Promise<unknown>): Promise<ConnectorError> => work.then(() => { throw new Error('it succeeded') }, (error: unknown) => {
  if (error instanceof ConnectorError) return error
  throw error
})
const modifies = (): number => proxy.requests.filter((operation) => operation === 'modify').length

describe('a password write without an answer', () => {
  it.each<[string, Fault, boolean, string]>([
    ['whose reply is dropped', { kind: 'reply-dropped' }, true, 'timed-out'],
    ['whose reply dribbles in', { kind: 'reply-trickled', msPerByte: 400 }, true, 'timed-out'],
    ['whose connection is reset after it', { kind: 'reset-after' }, true, 'unreachable'],
    ['that never arrives', { kind: 'request-dropped' }, false, 'timed-out'],
    ['whose connection is reset before it', { kind: 'reset-before' }, false, 'unreachable'],
  ])('%s is unknown, is sent once, and the marker tells afterwards what it did', async (_what, fault, wasApplied, reason) => {
    const person = await world.person()
    const before = await look(person.ref)
    const next = fresh()
    const planned = proxy.plan({ operation: 'modify' }, fault)
    expect(await failure(set(person.ref, reset(next), 900))).toMatchObject({ reason, applied: 'unknown' })
    await planned.hit
    if (wasApplied) await planned.answered
    expect(modifies()).toBe(1)
    const after = await look(person.ref)
    expect(after.passwordMarker !== before.passwordMarker).toBe(wasApplied)
    expect(await verify(person.ref, next)).toEqual(wasApplied ? { verified: true, state: 'ok' } : { verified: false, state: 'wrong' })
    // why nobody sends it again without looking: history calls our own success a violation
    const again = set(person.ref, reset(next))
    if (wasApplied) expect(await failure(again)).toMatchObject({ reason: 'history', applied: 'no' })
    else await again
  })
  it('is told by the server that was asked, or not at all', async () => {
    const both = await world.connector({ servers: [through(), slapd.url], ca: authority.ca + slapd.ca })
    const person = await world.person()
    const { passwordMarker } = await both.use(soon(), (it) => it.lookup(person.ref, soon()))
    proxy.plan({ operation: 'modify' }, { kind: 'reset-after' })
    expect(await failure(both.use(soon(), (it) => it.setPassword!(person.ref, reset(fresh()), soon())))).toMatchObject({ applied: 'unknown' })
    const there = { ...soon(), sameServerAs: passwordMarker }
    expect((await both.use(there, (it) => it.lookup(person.ref, soon()))).passwordMarker).not.toBe(passwordMarker)
    proxy.refuse()
    expect(await failure(both.use(there, (it) => it.lookup(person.ref, soon())))).toMatchObject({ reason: 'unreachable' })
    expect((await both.use(soon(), (it) => it.lookup(person.ref, soon()))).passwordMarker).toMatch(slapd.url)
  })
  it('is told apart from one before it within the same second', async () => {
    const person = await world.person()
    await set(person.ref, reset(fresh()))
    const before = await look(person.ref)
    proxy.plan({ operation: 'modify' }, { kind: 'reset-after' })
    expect(await failure(set(person.ref, reset(fresh())))).toMatchObject({ applied: 'unknown' })
    expect((await look(person.ref)).passwordMarker).not.toBe(before.passwordMarker)
  })
})

describe('other steps', () => {
  it('an unlock without an answer is unknown too', async () => {
    const person = await world.person()
    for (let n = 0; n < 4; n += 1) await verify(person.ref, fresh())
    proxy.plan({ operation: 'modify' }, { kind: 'reset-after' })
    expect(await failure(connector.use(soon(), (it) => it.unlock!(person.ref, soon())))).toMatchObject({ applied: 'unknown' })
    expect(await look(person.ref)).toMatchObject({ locked: false })
  })
  it.each<[string, Fault]>([['dropped', { kind: 'reply-dropped' }], ['reset', { kind: 'reset-after' }]])('a question whose answer is %s has changed nothing', async (_what, fault) => {
    const person = await world.person()
    await look(person.ref)
    proxy.plan({ operation: 'search' }, fault)
    expect(await failure(set(person.ref, reset(fresh()), 500))).toMatchObject({ applied: 'no' })
    expect(modifies()).toBe(0)
  })
  it('a bind whose answer is dropped proves nothing', async () => {
    const person = await world.person()
    await look(person.ref)
    proxy.plan({ operation: 'bind' }, { kind: 'reply-dropped' })
    const answer = connector.use(soon(500), (it) => it.verify!(person.ref, new SecretText(person.password), soon(500)))
    expect(await failure(answer)).toMatchObject({ reason: 'timed-out', applied: 'no' })
  })
  it('connections that died in the pool cost one question at most, and no write', async () => {
    const person = await world.person()
    await Promise.all([look(person.ref), look(person.ref), look(person.ref)])
    proxy.resetAll()
    // the news of it may be on its way
    await set(person.ref, reset(fresh())).catch((error: unknown) => expect(error).toMatchObject({ reason: 'unreachable', applied: 'no' }))
    expect(await look(person.ref)).toMatchObject({ enabled: true })
  })
  it('a server that hangs is left for the next one within the time for connecting', async () => {
    const both = await world.connector({ servers: [through(), slapd.url], ca: authority.ca + slapd.ca })
    const person = await world.person()
    proxy.silence()
    const started = performance.now()
    await both.use(soon(), (it) => it.lookup(person.ref, soon()))
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})

describe('in the middle of a reset', () => {
  /** Between our look and our modify somebody else acts. */
  const meanwhile = async (person: Awaited<ReturnType<OpenldapWorld['person']>>, act: () => Promise<void>, next = fresh()): Promise<{ outcome: Promise<void>; next: string }> => {
    await look(person.ref)
    let go!: () => void
    const acted = new Promise<void>((resolve) => { go = resolve })
    const planned = proxy.plan({ operation: 'modify' }, { kind: 'request-delayed', until: acted })
    const outcome = set(person.ref, reset(next))
    outcome.catch(() => undefined)
    await planned.hit
    await act()
    go()
    return { outcome, next }
  }
  it('an account that is disabled stays disabled, and keeps its password', async () => {
    const person = await world.person()
    const { outcome } = await meanwhile(person, () => world.admin.set(person.dn, { pwdAccountLockedTime: '000001010000Z' }))
    expect(await failure(outcome)).toMatchObject({ reason: 'account-disabled', applied: 'no' })
    expect(await world.admin.read(person.dn, 'pwdAccountLockedTime')).toEqual(['000001010000Z'])
  })
  it('an entry that is moved is found again by its key', async () => {
    const person = await world.person()
    await world.admin.add(`ou=new-${person.login},${slapd.peopleDn}`, { objectClass: 'organizationalUnit', ou: `new-${person.login}` })
    const { outcome, next } = await meanwhile(person, () => world.admin.move(person.dn, `uid=${person.login},ou=new-${person.login},${slapd.peopleDn}`))
    await outcome
    expect(await verify(person.ref, next)).toEqual({ verified: true, state: 'ok' })
  })
  it('an entry that is deleted is said to be gone', async () => {
    const person = await world.person()
    const { outcome } = await meanwhile(person, () => world.admin.remove(person.dn))
    expect(await failure(outcome)).toMatchObject({ reason: 'no-such-account', applied: 'no' })
  })
  it('somebody else who takes over the name keeps the password', async () => {
    const person = await world.person()
    let heir!: Awaited<ReturnType<OpenldapWorld['person']>>
    const { outcome } = await meanwhile(person, async () => {
      await world.admin.remove(person.dn)
      heir = await world.person({}, { login: person.login })
    })
    expect(await failure(outcome)).toMatchObject({ reason: 'no-such-account', applied: 'no' })
    expect(await verify(heir.ref, heir.password)).toEqual({ verified: true, state: 'ok' })
  })
})

describe('two of us at one account', () => {
  it('every reset is done or certainly not, and one of the passwords opens', async () => {
    const person = await world.person({ pwdPolicySubentry: world.policy('never-locks') })
    const others = [connector, await world.connector()]
    const wanted = Array.from({ length: 6 }, fresh)
    const outcomes = await Promise.allSettled(wanted.map((next, n) => others[n % 2]!.use(soon(), (it) => it.setPassword!(person.ref, reset(next), soon()))))
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ applied: 'no' })
    const done = wanted.filter((_, n) => outcomes[n]!.status === 'fulfilled')
    expect(done.length).toBeGreaterThan(0)
    const answers = await Promise.all(done.map((next) => verify(person.ref, next)))
    expect(answers.filter(({ verified }) => verified)).toHaveLength(1)
  })
})
