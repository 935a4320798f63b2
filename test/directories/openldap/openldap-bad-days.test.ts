import { randomUUID } from 'node:crypto'
import type { AccountRef, DirectoryConnector } from '../../../src/modules/directories/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { createTestAuthority } from '../../smtp/certificates.js'
import { DOCUMENTED_ACCESS, PLACES } from '../slapd/configuration.mjs'
import { runningDirectories } from '../harness/directories.js'
import { startSlapd, type RunningSlapd, type SlapdOptions } from '../slapd/start-slapd.mjs'
import { fresh, OpenldapWorld, soon } from './openldap-world.js'

const ended: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})
const openSite = async (options: SlapdOptions = {}): Promise<{ slapd: RunningSlapd; world: OpenldapWorld }> => {
  const slapd = await startSlapd(options)
  ended.push(() => slapd.stop())
  const world = await OpenldapWorld.open(slapd)
  ended.push(() => world.close().catch(() => undefined))
  return { slapd, world }
}
const nobody: AccountRef = { nativeId: randomUUID(), login: 'nobody' }
const reset = (connector: DirectoryConnector, ref: AccountRef, password: string, ms = 10_000): Promise<void> =>
  connector.use(soon(ms), (it) => it.setPassword!(ref, { kind: 'reset', newPassword: new SecretText(password), mustChange: false }, soon(ms)))
const verify = (connector: DirectoryConnector, ref: AccountRef, password: string) => connector.use(soon(), (it) => it.verify!(ref, new SecretText(password), soon()))

describe('a server', () => {
  it('that is down is said to be unreachable, and works again the moment it is back', async () => {
    const { slapd, world } = await openSite()
    const person = await world.person()
    const connector = await world.connector()
    await connector.health(soon())
    await slapd.halt()
    await expect(reset(connector, person.ref, fresh())).rejects.toMatchObject({ reason: 'unreachable', applied: 'no' })
    await expect(connector.health(soon())).rejects.toMatchObject({ reason: 'unreachable' })
    await slapd.resume()
    const next = fresh()
    await reset(connector, person.ref, next)
    expect(await verify(connector, person.ref, next)).toEqual({ verified: true, state: 'ok' })
  })
  it('that stalls costs the call under way its time, and the next call goes to the other one', async () => {
    const { slapd, world } = await openSite()
    const shared = runningDirectories().slapd
    const connector = await world.connector({ servers: [slapd.url, shared.url], ca: slapd.ca + shared.ca, bindPassword: slapd.bindPassword })
    // several connections lie idle in the pool when it happens
    await Promise.all([1, 2, 3].map(() => connector.use(soon(), (it) => it.lookup(nobody, soon()).catch(() => undefined))))
    slapd.freeze()
    const elsewhere = await OpenldapWorld.open(shared)
    ended.push(() => elsewhere.close())
    const person = await elsewhere.person()
    await expect(reset(connector, person.ref, fresh(), 700)).rejects.toMatchObject({ reason: 'timed-out', applied: 'no' })
    const started = performance.now()
    await reset(connector, person.ref, fresh())
    expect(performance.now() - started).toBeLessThan(3_000)
    const again = performance.now()
    await connector.health(soon())
    expect(performance.now() - again).toBeLessThan(1_000)
    slapd.thaw()
  })
  it.each<[string, () => SlapdOptions['certificate'], RegExp]>([
    ['has expired', () => certificate(['ldap.example.test'], { expired: true }), /CERT_HAS_EXPIRED/],
    ['is for another name', () => certificate(['elsewhere.example.test']), /ALTNAME/],
  ])('whose certificate %s is told nothing, not even a password', async (_what, make, words) => {
    const slapd = await startSlapd({ certificate: make()! })
    ended.push(() => slapd.stop())
    const { world } = await openSite()
    const connector = await world.connector({ servers: [slapd.url], ca: slapd.ca })
    await expect(connector.health(soon())).rejects.toMatchObject({ reason: 'unreachable', diagnostic: expect.stringMatching(words), applied: 'no' })
  })
  it('whose authority nobody named is told nothing', async () => {
    const { world } = await openSite()
    const connector = await world.connector({ ca: createTestAuthority('somebody else').ca })
    await expect(connector.health(soon())).rejects.toMatchObject({ reason: 'unreachable', diagnostic: expect.stringMatching(/SIGNATURE|ISSUER|SELF_SIGNED/) })
  })
})

const certificate = (names: string[], options = {}) => {
  const authority = createTestAuthority()
  return { ca: authority.ca, ...authority.issue(names, options) }
}

describe('the service account', () => {
  it('with another password, or locked, is a fault of the configuration and not of the person', async () => {
    const { slapd, world } = await openSite()
    const person = await world.person()
    const wrong = await world.connector({ bindPassword: 'not-this-one' })
    await expect(reset(wrong, person.ref, fresh())).rejects.toMatchObject({ reason: 'bad-credentials', applied: 'no' })
    await world.admin.set(slapd.bindDn, { pwdAccountLockedTime: '000001010000Z' })
    await expect(reset(await world.connector(), person.ref, fresh())).rejects.toMatchObject({ reason: 'bad-credentials', diagnostic: expect.stringContaining('account-locked') })
  })
  it.each([
    ['write passwords', 'attrs=userPassword by dn.exact', (it: DirectoryConnector, ref: AccountRef) => reset(it, ref, fresh())],
    ['unlock', 'attrs=pwdReset,pwdAccountLockedTime', (it: DirectoryConnector, ref: AccountRef) => it.use(soon(), (to) => to.deactivate!(ref, soon()))],
  ])('that may not %s is said to lack the right', async (_what, line, act) => {
    const { world } = await openSite({ access: DOCUMENTED_ACCESS.map((rule) => (rule.includes(line) ? rule.replace(/" (=w|write) /, '" read ') : rule)) })
    const person = await world.person()
    await expect(act(await world.connector(), person.ref)).rejects.toMatchObject({ reason: 'not-permitted', applied: 'no' })
  })
  it('that sees nobody any more does not say that everybody is gone', async () => {
    const { world } = await openSite({ access: [`access to dn.subtree="${PLACES.peopleDn}" by dn.exact="${PLACES.bindDn}" none by * break`, ...DOCUMENTED_ACCESS] })
    const person = await world.person()
    await expect((await world.connector()).use(soon(), (it) => it.lookup(person.ref, soon()))).rejects.toMatchObject({ reason: 'not-permitted' })
  })
})

describe('several servers of one directory', () => {
  it('the second takes over when the first is gone', async () => {
    const { slapd, world } = await openSite()
    const person = await world.person()
    const connector = await world.connector({ servers: ['ldaps://127.0.0.1:1', slapd.url] })
    const next = fresh()
    await reset(connector, person.ref, next)
    expect(await verify(connector, person.ref, next)).toEqual({ verified: true, state: 'ok' })
  })
})
