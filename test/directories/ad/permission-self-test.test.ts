import { randomUUID } from 'node:crypto'
import type { PermissionReport } from '../../../src/modules/directories/index.js'
import { OutsideClients } from './outside-clients.js'
import { SambaAdmin } from './samba-admin.js'

let samba: SambaAdmin
beforeAll(() => { samba = new SambaAdmin() })
afterAll(() => samba.close())

const report = async (over: Record<string, unknown>): Promise<PermissionReport> =>
  (await samba.connector(over)).permissionSelfTest!({ deadline: new Date(Date.now() + 15_000), correlationId: randomUUID() })
const red = ({ rows }: PermissionReport) => rows.filter(({ ok }) => !ok)
/** The unit of rights, whose service account lacks only the right to read fine-grained policies. */
const rightsUnit = (testAccount?: string): Record<string, unknown> => ({
  bindDn: samba.facts.rightsServiceDn, organizationalUnits: [samba.facts.rightsOu], protectedGroups: [], ...(testAccount ? { selfTest: { account: testAccount } } : {}),
})
const UNREADABLE_POLICIES = ['declaredPasswordRules']
const RIGHTS: [right: string, guid: string, operation: string][] = [
  ['Reset Password', '00299570-246d-11d0-a768-00aa006e0529', 'reset'],
  ['write pwdLastSet', 'bf967a0a-0de6-11d0-a285-00aa003049e2', 'mustChange'],
  ['write lockoutTime', '28630ebf-41d5-11d1-a9c1-0000f80367c1', 'unlock'],
  ['write userAccountControl', 'bf967a68-0de6-11d0-a285-00aa003049e2', 'activate'],
]

describe('permission self-test', () => {
  it('is green with the documented delegation', async () => {
    const { login, ref, dn } = await samba.create()
    const result = await report({ selfTest: { account: login } })
    expect(red(result)).toEqual([])
    expect(result).toMatchObject({ ok: true, identity: expect.stringContaining('svc-latchkey') })
    expect(new Set(result.rows.map(({ operation }) => operation))).toEqual(
      new Set(['connect', 'lookup', 'reset', 'mustChange', 'unlock', 'activate', 'change', 'declaredPasswordRules', 'boundary']))
    // the account is left as a person who may come in and must change
    expect(await samba.read(dn, 'userAccountControl', 'pwdLastSet')).toMatchObject({ userAccountControl: '512', pwdLastSet: '0' })
    expect(JSON.stringify(result)).not.toContain(samba.facts.servicePassword)
    expect(ref.login).toBe(login)
  })

  it('is never green without a test account, and changes nobody then', async () => {
    const before = await samba.read(await samba.dnOf('rights-a'), 'uSNChanged')
    const result = await report({})
    expect(red(result)).toMatchObject([{ howKnown: 'not-proved', operation: 'reset', remedy: expect.stringContaining('selfTest.account') }])
    expect(result.ok).toBe(false)
    expect(await samba.read(await samba.dnOf('rights-a'), 'uSNChanged')).toEqual(before)
  })

  it('says so when the test account is not there', async () => {
    expect(red(await report({ selfTest: { account: 'nobody*)(cn=*' } }))).toMatchObject([{ found: 'there is no such account' }])
  })

  it.each(RIGHTS)('names %s when it is taken away, with the command that gives it', async (right, guid, operation) => {
    const { login } = await samba.create({ ou: samba.facts.rightsOu })
    const giveBack = await samba.takeAway(samba.facts.rightsOu, guid)
    try {
      const missing = red(await report(rightsUnit(login))).filter(({ operation: of }) => of !== 'declaredPasswordRules')
      expect(missing.map(({ operation: of, howKnown }) => `${of} ${howKnown}`)).toEqual([`${operation} read`, `${operation} tried`])
      for (const { right: named, remedy } of missing) {
        expect(named).toContain(right)
        expect(remedy).toContain(`dsacls "${samba.facts.rightsOu}" /I:S /G "svc-rights@${samba.facts.realm.toLowerCase()}:`)
        expect(remedy).toContain(right.replace('write ', ''))
        expect(remedy).toContain(`samba-tool dsacl set --objectdn="${samba.facts.rightsOu}" --sddl="(OA;CIIO;`)
      }
    } finally {
      await giveBack()
    }
    expect(red(await report(rightsUnit(login))).map(({ operation: of }) => of)).toEqual(UNREADABLE_POLICIES)
  })

  it('judges by the access list without a test account too', async () => {
    const giveBack = await samba.takeAway(samba.facts.rightsOu, RIGHTS[0]![1])
    try {
      expect(red(await report(rightsUnit())).map(({ operation, howKnown }) => `${operation} ${howKnown}`)).toEqual(
        ['reset read', 'declaredPasswordRules read', 'reset not-proved'])
    } finally {
      await giveBack()
    }
  })

  it('turns green by running exactly the commands that it prints', async () => {
    const name = `New ${randomUUID().slice(0, 8)}`
    const unit = `OU=${name},${samba.facts.baseDn}`
    await (await samba.client()).add(unit, { objectClass: 'organizationalUnit' })
    const [service, { login }] = [await samba.create({ ou: samba.facts.serviceOu }), await samba.create({ ou: unit })]
    const wanted = { bindDn: service.dn, bindPassword: service.password, organizationalUnits: [unit], selfTest: { account: login } }
    const before = red(await report(wanted))
    expect(before.map(({ operation }) => operation)).toEqual(
      ['reset', 'mustChange', 'unlock', 'activate', 'declaredPasswordRules', 'reset', 'mustChange', 'unlock', 'activate'])
    const clients = new OutsideClients(samba.facts)
    const commands = new Set(before.map(({ remedy }) => remedy!.split('on Samba: ')[1]!))
    expect(commands.size).toBe(5)
    for (const command of commands) await clients.sambaTool(command)
    expect(red(await report(wanted))).toEqual([])
  }, 60_000)

  it('shows a service account with too much power', async () => {
    const service = await samba.create({ ou: samba.facts.serviceOu, groups: ['Account Operators'] })
    const { login } = await samba.create()
    const result = red(await report({ bindDn: service.dn, bindPassword: service.password, selfTest: { account: login } }))
    expect(result.filter(({ operation }) => operation === 'boundary')).toEqual([
      expect.objectContaining({ right: 'be no administrator', found: 'it is a member of Account Operators' }),
      expect.objectContaining({ right: 'have no right on an administrator (adminCount)', found: expect.stringContaining('Reset Password') }),
      expect.objectContaining({ right: 'have no right outside the configured units', found: expect.stringContaining('Reset Password') }),
    ])
  })

  it('shows a unit that is not there, and protected groups that are not found', async () => {
    const { login } = await samba.create()
    const missing = `OU=Missing,${samba.facts.baseDn}`
    const rows = red(await report({ selfTest: { account: login }, organizationalUnits: [samba.facts.peopleOu, missing], protectedGroups: [`CN=Gone,${samba.facts.serviceOu}`] }))
    expect(rows.map(({ right }) => right)).toEqual(expect.arrayContaining([`see people below ${missing}`, 'find the protected groups']))
  })
})
