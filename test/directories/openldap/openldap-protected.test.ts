import type { AccountState, DirectoryConnector } from '../../../src/modules/directories/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { startSlapd, type RunningSlapd } from '../slapd/start-slapd.mjs'
import { DOCUMENTED_ACCESS, PLACES } from '../slapd/configuration.mjs'
import { fresh, OpenldapWorld, soon } from './openldap-world.js'

const HIDDEN = `cn=hidden,${PLACES.groupsDn}`
let slapd: RunningSlapd
let world: OpenldapWorld
beforeAll(async () => {
  slapd = await startSlapd({ access: [`access to dn.base="${HIDDEN}" attrs=member by * none`, ...DOCUMENTED_ACCESS] })
  world = await OpenldapWorld.open(slapd)
})
afterAll(async () => {
  await world.close()
  await slapd.stop()
})
type Person = Awaited<ReturnType<OpenldapWorld['person']>>
const look = (connector: DirectoryConnector, { ref }: Person): Promise<AccountState> => connector.use(soon(), (it) => it.lookup(ref, soon()))

describe('who is protected', () => {
  it.each([
    ['directly', 'groupOfNames', 'member', 0], ['as a unique member', 'groupOfUniqueNames', 'uniqueMember', 0], ['through one group', 'groupOfNames', 'member', 1],
    ['through three groups', 'groupOfNames', 'member', 3],
  ])('%s', async (_what, objectClass, attribute, depth) => {
    const [boss, other] = [await world.person(), await world.person()]
    let group = await world.admin.addGroup([boss.dn], { objectClass, attribute })
    for (let n = 0; n < depth; n += 1) group = await world.admin.addGroup([group])
    const connector = await world.connector({ protectedGroups: [group.replace('cn=', 'CN = ')] })
    expect(await look(connector, boss)).toMatchObject({ protected: true, protectedBecause: expect.stringContaining('member of') })
    expect(await look(connector, other)).toMatchObject({ protected: false, protectedBecause: null })
  })
  it('groups in a circle are looked through once', async () => {
    const person = await world.person()
    const first = await world.admin.addGroup([person.dn])
    const second = await world.admin.addGroup([first])
    await world.admin.addMember(first, second)
    const connector = await world.connector({ protectedGroups: [await world.admin.addGroup([world.slapd.adminDn])] })
    expect(await look(connector, person)).toMatchObject({ protected: false })
  })
  it('from the moment somebody is put in, without a pause', async () => {
    const person = await world.person()
    const group = await world.admin.addGroup([world.slapd.adminDn])
    const connector = await world.connector({ protectedGroups: [group] })
    expect(await look(connector, person)).toMatchObject({ protected: false })
    await world.admin.addMember(group, person.dn)
    const write = connector.use(soon(), (it) => it.setPassword!(person.ref, { kind: 'reset', newPassword: new SecretText(fresh()), mustChange: false }, soon()))
    await expect(write).rejects.toMatchObject({ reason: 'protected-account', applied: 'no' })
  })
  it('our own service account', async () => {
    const ours = await world.person({}, { login: 'our-own', password: 'Our-0wn-password' })
    const own = await world.connector({ bindDn: ours.dn.replace('uid=our-own', 'UID=Our-Own'), bindPassword: ours.password, groupsDn: null })
    // it sees itself only as far as ordinary people do; that is enough to be recognised
    expect(await look(own, ours)).toMatchObject({ protected: true, protectedBecause: expect.stringContaining('signs in with') })
  })
})

describe('what cannot be seen counts as protected', () => {
  it('a protected group that does not show its members', async () => {
    const [hidden, anybody] = [await world.person(), await world.person()]
    await world.admin.addGroup([hidden.dn], { name: 'hidden' })
    const connector = await world.connector({ protectedGroups: [HIDDEN] })
    for (const person of [hidden, anybody]) expect(await look(connector, person)).toMatchObject({ protected: true })
    expect((await look(connector, anybody)).protectedBecause).toContain('cannot be read')
  })
  it('a group inside a protected one that does not show its members', async () => {
    const connector = await world.connector({ protectedGroups: [await world.admin.addGroup([HIDDEN])] })
    expect(await look(connector, await world.person())).toMatchObject({ protected: true, protectedBecause: expect.stringContaining(HIDDEN) })
  })
  it('a protected group that is not there', async () => {
    const connector = await world.connector({ protectedGroups: [`cn=gone,${PLACES.groupsDn}`] })
    expect(await look(connector, await world.person())).toMatchObject({ protected: true })
  })
})
