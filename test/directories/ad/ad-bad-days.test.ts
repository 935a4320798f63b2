import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { AdConnectorFactory } from '../../../src/modules/directories/ad/ad-connector.js'
import { AdSettings } from '../../../src/modules/directories/ad/ad-settings.js'
import { serverOf } from '../../../src/modules/directories/domain/password-marker.js'
import type { AccountRef, CallContext, DirectoryConnector } from '../../../src/modules/directories/index.js'
import { createTestAuthority } from '../../smtp/certificates.js'
import { FaultProxy, type Interception } from '../fault-proxy.js'
import { freshPassword as fresh, SambaAdmin } from './samba-admin.js'

let samba: SambaAdmin
let interception: Interception
const proxies: FaultProxy[] = []
beforeAll(() => {
  samba = new SambaAdmin()
  const { keyFile, certFile, ca, serverName } = samba.facts
  interception = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8'), ca, serverName }
})
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()))
})
afterAll(() => samba.close())

const soon = (ms = 10_000, sameServerAs?: string): CallContext =>
  ({ deadline: new Date(Date.now() + ms), correlationId: randomUUID(), ...(sameServerAs === undefined ? {} : { sameServerAs }) })
/** The same domain as if it had so many controllers. */
const controllers = async (count: number) => {
  const lines = await Promise.all(Array.from({ length: count }, () => FaultProxy.start({ host: samba.facts.ip, port: 636 }, interception)))
  proxies.push(...lines)
  return { lines, connector: await samba.connector({ servers: lines.map(({ port }) => `ldaps://127.0.0.1:${port}`) }) }
}
const look = (connector: DirectoryConnector, ref: AccountRef, context = soon()) => connector.use(context, (it) => it.lookup(ref, context))
const reset = (connector: DirectoryConnector, ref: AccountRef, password = fresh(), context = soon()): Promise<void> =>
  connector.use(context, (it) => it.setPassword!(ref, { kind: 'reset', newPassword: new SecretText(password), mustChange: false }, context))

describe('a controller', () => {
  it('that is gone is unreachable, nothing was applied, and it works again the moment it is back', async () => {
    const { lines: [line], connector } = await controllers(1)
    const { ref } = await samba.create()
    await connector.health(soon())
    line!.refuse()
    await expect(reset(connector, ref)).rejects.toMatchObject({ reason: 'unreachable', applied: 'no' })
    line!.serve()
    await reset(connector, ref)
  })
  it('that hangs costs no more than the deadline', async () => {
    const { lines: [line], connector } = await controllers(1)
    const { ref } = await samba.create()
    line!.silence()
    await expect(look(connector, ref, soon(300))).rejects.toMatchObject({ reason: 'timed-out', applied: 'no' })
  })
  it.each([
    ['an authority that nobody named', () => ({ ca: createTestAuthority().ca })],
    ['the public authorities only', () => ({ ca: null })],
    ['a certificate for another name', () => ({ serverName: 'dc2.latchkey.test' })],
  ])('is told nothing with %s', async (_what, over) => {
    const suspicious = await samba.connector(over())
    await expect(suspicious.health(soon())).rejects.toMatchObject({ reason: 'unreachable', applied: 'no', diagnostic: expect.stringMatching(/certificate|altnames|CERT|LEAF/i) })
  })
  it('is spoken to after StartTLS as well', async () => {
    const { ref } = await samba.create()
    const connector = await samba.connector({ servers: [samba.facts.plainUrl] })
    await reset(connector, ref)
  })
})

describe('several controllers', () => {
  it('the second takes over when the first is gone', async () => {
    const { lines: [first, second], connector } = await controllers(2)
    const { ref } = await samba.create()
    await reset(connector, ref)
    expect([first!.requests.includes('modify'), second!.connections]).toEqual([true, 0])
    first!.refuse()
    // who finds the broken line may have to hear of it; nothing was applied, and the next is at the other one
    await reset(connector, ref).catch((error: unknown) => expect(error).toMatchObject({ reason: 'unreachable', applied: 'no' }))
    await reset(connector, ref)
    expect(second!.requests).toContain('modify')
  })
  it('look and write of one conversation are at the same one, and the marker says which', async () => {
    const { lines, connector } = await controllers(2)
    const { ref } = await samba.create()
    await connector.use(soon(), async (it) => {
      const { passwordMarker } = await it.lookup(ref, soon())
      expect(serverOf(passwordMarker)).toBe(`ldaps://127.0.0.1:${lines[0]!.port}`)
      lines[0]!.refuse()
      // in the middle of a conversation nobody goes to another one
      await expect(it.setPassword!(ref, { kind: 'reset', newPassword: new SecretText(fresh()), mustChange: false }, soon())).rejects.toMatchObject({ reason: 'unreachable' })
    })
    expect(lines[1]!.connections).toBe(0)
  })
  it('what became of a write is asked where it was sent, and nowhere else', async () => {
    const { lines: [first, second], connector } = await controllers(2)
    const { ref } = await samba.create()
    const { passwordMarker } = await look(connector, ref)
    first!.plan({ operation: 'modify' }, { kind: 'reset-after' })
    await expect(reset(connector, ref)).rejects.toMatchObject({ reason: 'unreachable', applied: 'unknown' })
    first!.refuse()
    // another one may not have heard of it yet: its "unchanged" would be a lie
    await expect(look(connector, ref, soon(10_000, passwordMarker))).rejects.toMatchObject({ reason: 'unreachable' })
    expect(second!.connections).toBe(0)
    first!.serve()
    expect((await look(connector, ref, soon(10_000, passwordMarker))).passwordMarker).not.toBe(passwordMarker)
  })
  it('one that is no longer configured is not replaced by another', async () => {
    const { connector } = await controllers(2)
    const { ref } = await samba.create()
    await expect(look(connector, ref, soon(10_000, '7 ldaps://gone.example:636'))).rejects.toMatchObject({ reason: 'unreachable' })
  })
})

describe('a write without an answer', () => {
  it.each(['unlock', 'deactivate'] as const)('%s is unknown too', async (kind) => {
    const { lines: [line], connector } = await controllers(1)
    const { ref, dn } = await samba.create({ groups: ['Quick Unlock'] })
    for (let round = 0; kind === 'unlock' && round < 4; round += 1) await connector.use(soon(), (it) => it.verify!(ref, new SecretText('wrong'), soon()))
    line!.plan({ operation: 'modify' }, { kind: 'reset-after' })
    await expect(connector.use(soon(), (it) => it[kind]!(ref, soon()))).rejects.toMatchObject({ applied: 'unknown' })
    expect(await look(connector, ref)).toMatchObject(kind === 'unlock' ? { locked: false } : { enabled: false })
    expect(await samba.read(dn, 'objectClass')).toBeDefined()
  })
  it('names no password, whatever happens', async () => {
    const { lines: [line], connector } = await controllers(1)
    const { ref, password } = await samba.create()
    const next = fresh()
    const told: string[] = []
    const tell = (error: unknown): void => void told.push(JSON.stringify(error, Object.getOwnPropertyNames(error)))
    for (const kind of ['reset-after', 'reset-before', 'request-dropped'] as const) {
      line!.plan({ operation: 'modify' }, { kind })
      await reset(connector, ref, next, soon(1_000)).catch(tell)
    }
    await connector.use(soon(), (it) => it.setPassword!(ref, { kind: 'change', currentPassword: new SecretText(`${password}x`), newPassword: new SecretText(next) }, soon())).catch(tell)
    await reset(connector, ref, 'Aa1-short').catch(tell)
    expect(told).toHaveLength(5)
    for (const secret of [next, password, 'Aa1-short', samba.facts.servicePassword]) expect(told.join()).not.toContain(secret)
  })
})

describe('settings', () => {
  const refused = (over: Record<string, unknown>) => AdSettings.safeParse(samba.settings(over)).success === false
  it.each<[string, Record<string, unknown>]>([
    ['no server', { servers: [] }],
    ['plain text is not to be had', { servers: ['http://dc1'] }],
    ['a path', { servers: ['ldaps://dc1/DC=x'] }],
    ['an authority that is none', { ca: 'trust me' }],
    ['two authorities', { caFile: '/some/file' }],
    ['no unit', { organizationalUnits: [] }],
    ['a unit that is no name', { organizationalUnits: ['People'] }],
    ['more connections than help', { connections: 5 }],
    ['a switch for verification', { rejectUnauthorized: false }],
    ['an empty password', { bindPassword: '' }],
  ])('are refused with %s', (_what, over) => {
    expect(refused(over)).toBe(true)
  })
  it('are tried by the factory before they are saved', async () => {
    const factory = new AdConnectorFactory()
    await factory.test(AdSettings.parse(samba.settings()), soon())
    await factory.test(AdSettings.parse(samba.settings({ ca: null, caFile: samba.facts.caFile })), soon())
    await expect(factory.test(AdSettings.parse(samba.settings({ bindPassword: 'wrong' })), soon())).rejects.toMatchObject({ reason: 'bad-credentials' })
    await expect(factory.test(AdSettings.parse(samba.settings({ baseDn: 'DC=other,DC=test' })), soon())).rejects.toMatchObject({ reason: 'not-permitted' })
    await expect(factory.test(AdSettings.parse(samba.settings({ ca: null, caFile: '/nowhere' })), soon())).rejects.toMatchObject({ reason: 'bad-credentials' })
  })
})
