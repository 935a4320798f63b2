import { randomUUID } from 'node:crypto'
import { SecretText } from '../../../src/kernel/secret-text.js'
import type { AccountRef, CallContext, DirectoryConnection, DirectoryConnector } from '../../../src/modules/directories/index.js'
import { freshPassword as fresh, SambaAdmin } from './samba-admin.js'

let samba: SambaAdmin
let connector: DirectoryConnector
beforeAll(async () => {
  samba = new SambaAdmin()
  connector = await samba.connector()
})
afterAll(() => samba.close())

const soon = (): CallContext => ({ deadline: new Date(Date.now() + 10_000), correlationId: randomUUID() })
const look = (ref: AccountRef, on = connector) => on.use(soon(), (it) => it.lookup(ref, soon()))

describe('who is protected', () => {
  it.each([
    ['in-domain-admins', 'member of Domain Admins'],
    ['in-enterprise-admins', 'member of Enterprise Admins'],
    ['in-schema-admins', 'member of Schema Admins'],
    ['in-administrators', 'member of Administrators'],
    ['in-account-operators', 'member of Account Operators'],
    ['in-server-operators', 'member of Server Operators'],
    ['in-print-operators', 'member of Print Operators'],
    ['in-backup-operators', 'member of Backup Operators'],
    ['in-replicator', 'member of Replicator'],
    ['nested-admin', 'member of Domain Admins'],
    ['primary-admin', 'member of Domain Admins'],
    ['admin-count', 'it is marked as an administrator (adminCount)'],
    ['tagged', 'Protected Staff'],
    ['tagged-deputy', 'Protected Staff'],
    ['Administrator', 'it is the built-in Administrator'],
    ['krbtgt', 'it is krbtgt'],
    ['svc-latchkey', 'it is the account that Latchkey itself uses'],
    ['DC1$', 'it is no account of a person'],
  ])('%s: %s', async (login, because) => {
    const { ref } = await samba.person(login)
    expect(await look(ref)).toMatchObject({ protected: true, protectedBecause: expect.stringContaining(because) })
  })
  it.each(['ok', 'outside', 'disabled', 'svc-rights', 'other-ou'])('not %s', async (login) => {
    const { ref } = await samba.person(login)
    expect(await look(ref)).toMatchObject({ protected: false, protectedBecause: null })
  })

  it('is refused each write, and nothing is sent', async () => {
    // it lies where the service account may reset: only our own judgement keeps it
    const { ref, dn, password } = await samba.create({ groups: ['Protected Staff Deputies'] })
    const before = await samba.read(dn, 'uSNChanged')
    const writes: ((it: DirectoryConnection) => Promise<unknown>)[] = [
      (it) => it.setPassword!(ref, { kind: 'reset', newPassword: new SecretText(fresh()), mustChange: false }, soon()),
      (it) => it.setPassword!(ref, { kind: 'initialize', newPassword: new SecretText(fresh()), mustChange: true }, soon()),
      (it) => it.setPassword!(ref, { kind: 'change', currentPassword: new SecretText(password), newPassword: new SecretText(fresh()) }, soon()),
      (it) => it.unlock!(ref, soon()),
      (it) => it.activate!(ref, soon()),
      (it) => it.deactivate!(ref, soon()),
    ]
    for (const write of writes) await expect(connector.use(soon(), write)).rejects.toMatchObject({ reason: 'protected-account', applied: 'no' })
    expect(await samba.read(dn, 'uSNChanged')).toEqual(before)
  })

  it('at once when a group is put into a protected one, and no longer when it is taken out', async () => {
    const { ref, dn } = await samba.create()
    const group = `CN=g${randomUUID().slice(0, 8)},${samba.facts.serviceOu}`
    await (await samba.client()).add(group, { objectClass: 'group', sAMAccountName: group.slice(3, 12), groupType: '-2147483646', member: dn })
    expect(await look(ref)).toMatchObject({ protected: false })
    const admins = `CN=Domain Admins,CN=Users,${samba.facts.baseDn}`
    await samba.modify(admins, 'add', 'member', group)
    expect(await look(ref)).toMatchObject({ protected: true })
    await samba.modify(admins, 'delete', 'member', group)
    expect(await look(ref)).toMatchObject({ protected: false })
  })
})

describe('failing closed', () => {
  it('everybody is protected while a configured group is not found', async () => {
    const { ref } = await samba.create()
    const misled = await samba.connector({ protectedGroups: [`CN=Gone,${samba.facts.serviceOu}`] })
    expect(await look(ref, misled)).toMatchObject({ protected: true, protectedBecause: expect.stringContaining('cannot be found') })
  })
  it('a group may be named by its SID, which needs no look', async () => {
    const { ref } = await samba.person('tagged-deputy')
    const users = await samba.connector({ protectedGroups: ['S-1-5-32-545'] })
    expect(await look(ref, users)).toMatchObject({ protectedBecause: 'member of S-1-5-32-545' })
  })
  it.each(['svc-inside@latchkey.test', 'LATCHKEY\\svc-inside'])('knows itself when it signs in as %s, though it has the rights on itself', async (bindDn) => {
    const { ref } = await samba.person('svc-inside')
    const itself = await samba.connector({ bindDn })
    expect(await look(ref, itself)).toMatchObject({ protectedBecause: 'it is the account that Latchkey itself uses' })
  })
})
