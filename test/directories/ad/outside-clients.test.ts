import { randomUUID } from 'node:crypto'
import { SecretText } from '../../../src/kernel/secret-text.js'
import type { CallContext, DirectoryConnector } from '../../../src/modules/directories/index.js'
import { OutsideClients } from './outside-clients.js'
import { freshPassword as fresh, SambaAdmin } from './samba-admin.js'

let samba: SambaAdmin
let connector: DirectoryConnector
let clients: OutsideClients
beforeAll(async () => {
  samba = new SambaAdmin()
  connector = await samba.connector()
  clients = new OutsideClients(samba.facts)
})
afterAll(() => samba.close())

const soon = (): CallContext => ({ deadline: new Date(Date.now() + 10_000), correlationId: randomUUID() })
const OK = { code: 0 }

describe('clients that are not ours', () => {
  it('take the new password after a reset, and the old one nowhere', async () => {
    const { ref, login, password } = await samba.create()
    const next = fresh()
    await connector.use(soon(), (it) => it.setPassword!(ref, { kind: 'reset', newPassword: new SecretText(next), mustChange: false }, soon()))
    expect(await clients.kinit(login, next)).toMatchObject(OK)
    expect(await clients.smbclient(login, next)).toMatchObject(OK)
    expect(await clients.ldapsearch(login, next)).toMatchObject(OK)
    expect(await clients.kinit(login, password)).toMatchObject({ code: 1, said: expect.stringContaining('Password incorrect') })
    expect(await clients.smbclient(login, password)).toMatchObject({ code: 1, said: expect.stringContaining('NT_STATUS_LOGON_FAILURE') })
    expect(await clients.ldapsearch(login, password)).toMatchObject({ code: 49 })
  })
  it('take the new password after a change', async () => {
    const { ref, login, password } = await samba.create()
    const next = fresh()
    await connector.use(soon(), (it) => it.setPassword!(ref, { kind: 'change', currentPassword: new SecretText(password), newPassword: new SecretText(next) }, soon()))
    expect(await clients.kinit(login, next)).toMatchObject(OK)
    expect(await clients.kinit(login, password)).toMatchObject({ code: 1 })
  })
  it('ask for a new one after a reset that says so, and Latchkey sees what they set', async () => {
    const { ref, login } = await samba.create()
    const given = fresh()
    await connector.use(soon(), (it) => it.setPassword!(ref, { kind: 'reset', newPassword: new SecretText(given), mustChange: true }, soon()))
    expect(await clients.kinit(login, given)).toMatchObject({ code: 1, said: expect.stringContaining('Password expired') })
    const before = await connector.use(soon(), (it) => it.lookup(ref, soon()))
    const own = fresh()
    expect(await clients.kpasswd(login, given, own)).toMatchObject(OK)
    const after = await connector.use(soon(), (it) => it.lookup(ref, soon()))
    expect(after).toMatchObject({ mustChange: false })
    expect(BigInt(after.passwordMarker) - BigInt(before.passwordMarker)).toBe(1n)
    expect(await clients.kinit(login, own)).toMatchObject(OK)
  })
  it('are locked out by wrong passwords, seen by us, and let in after our unlock', async () => {
    const { ref, login, password } = await samba.create()
    for (let round = 0; round < 4; round += 1) await clients.kinit(login, 'wrong')
    expect(await clients.kinit(login, password)).toMatchObject({ code: 1, said: expect.stringContaining('revoked') })
    expect(await connector.use(soon(), (it) => it.lookup(ref, soon()))).toMatchObject({ locked: true, wrongPasswords: 4 })
    expect(await connector.use(soon(), (it) => it.unlock!(ref, soon()))).toEqual({ changed: true })
    expect(await clients.kinit(login, password)).toMatchObject(OK)
  })
  it('are shut out by deactivate and let in by activate', async () => {
    const { ref, login, password } = await samba.create()
    await connector.use(soon(), (it) => it.deactivate!(ref, soon()))
    expect(await clients.kinit(login, password)).toMatchObject({ code: 1, said: expect.stringContaining('revoked') })
    await connector.use(soon(), (it) => it.activate!(ref, soon()))
    expect(await clients.kinit(login, password)).toMatchObject(OK)
  })
})
