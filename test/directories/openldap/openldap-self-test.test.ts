import { accessLines, asSlapdConf, type AccessLines } from '../../../src/modules/directories/openldap/openldap-access.js'
import { OpenldapSettings } from '../../../src/modules/directories/openldap/openldap-settings.js'
import type { PermissionReport, PermissionRow } from '../../../src/modules/directories/index.js'
import { PLACES, POLICIES } from '../slapd/configuration.mjs'
import { startSlapd, type RunningSlapd, type SlapdOptions } from '../slapd/start-slapd.mjs'
import { OpenldapWorld, settingsOf, soon } from './openldap-world.js'

/** A site that gives nobody anything but what the guide says. */
const SITE_BEFORE = [`access to dn.subtree="${PLACES.othersDn}" attrs=entry,objectClass,uid by users read`]
const SITE_AFTER = ['access to attrs=userPassword by self =xw by anonymous auth by * none', 'access to * by * none']
const LINES = accessLines(OpenldapSettings.parse(settingsOf({ ...PLACES, url: 'ldaps://localhost', ca: '-----BEGIN CERTIFICATE-----', serverName: 'x.test', bindPassword: 'x',
  defaultPolicyDn: `cn=default,${PLACES.policiesDn}` } as RunningSlapd)))
const accessWith = (changes: Partial<Record<keyof AccessLines, string | null>> = {}): string[] => [
  ...SITE_BEFORE, ...Object.entries({ ...LINES, ...changes }).flatMap(([, line]) => (line === null ? [] : [asSlapdConf(line)])), ...SITE_AFTER,
]

type Site = { slapd: RunningSlapd; world: OpenldapWorld; report(settings?: Record<string, unknown>): Promise<PermissionReport> }
const sites: Site[] = []
const openSite = async (options: SlapdOptions): Promise<Site> => {
  const slapd = await startSlapd({ policies: { default: POLICIES['default']! }, ...options })
  const world = await OpenldapWorld.open(slapd)
  const [spare, outside, boss] = [await world.person({}, { login: 'latchkey-spare' }), await world.person({}, { below: slapd.othersDn, login: 'nobody' }), await world.person({}, { login: 'the-boss' })]
  const bosses = await world.admin.addGroup([boss.dn])
  const report = async (changes: Record<string, unknown> = {}) => {
    const connector = await world.connector({
      protectedGroups: [bosses], selfTest: { account: spare.login, outsideDn: outside.dn, protectedAccount: boss.login }, ...changes,
    })
    return connector.permissionSelfTest!(soon())
  }
  const site = { slapd, world, report }
  sites.push(site)
  return site
}
afterEach(async () => {
  for (const { world, slapd } of sites.splice(0)) {
    await world.close()
    await slapd.stop()
  }
})
const red = ({ rows }: PermissionReport): PermissionRow[] => rows.filter(({ ok }) => !ok)

describe('the permission self-test', () => {
  it('is green with the documented lines and nothing else, twice in a row', async () => {
    const { report } = await openSite({ access: accessWith() })
    for (const run of [await report(), await report()]) {
      expect(red(run)).toEqual([])
      expect(run.ok).toBe(true)
      expect(run.rows.map(({ operation }) => operation)).toEqual(expect.arrayContaining(
        ['connect', 'lookup', 'rules', 'reset', 'must-change', 'change', 'unlock', 'deactivate', 'activate', 'protected', 'boundary']))
    }
  })

  it.each<[keyof AccessLines, string[]]>([
    ['password', ['reset', 'change']],
    ['flags', ['must-change', 'unlock', 'deactivate', 'activate']],
    ['state', ['lookup']],
    ['entries', ['lookup']],
    ['policies', ['rules']],
    ['groups', ['protected']],
  ])('names what is missing without the line for %s, and the line', async (name, operations) => {
    const { report } = await openSite({ access: accessWith({ [name]: null }) })
    const run = await report()
    expect(run.ok).toBe(false)
    const missing = red(run).filter(({ remedy }) => remedy!.includes(LINES[name]))
    expect(new Set(missing.map(({ operation }) => operation))).toEqual(new Set(operations))
  })

  it('finds a right too many: passwords elsewhere, other attributes, stored hashes', async () => {
    const everything = `to * by dn.exact="${PLACES.bindDn}" write by * break`
    const { report } = await openSite({ access: [asSlapdConf(everything), ...accessWith()] })
    const boundary = (await report()).rows.filter(({ operation }) => operation === 'boundary')
    expect(boundary.map(({ ok, howKnown }) => ({ ok, howKnown }))).toEqual([{ ok: false, howKnown: 'tried' }, { ok: false, howKnown: 'tried' }, { ok: false, howKnown: 'read' }])
  })

  it('finds out that passwords are stored as they are sent, without being able to read one', async () => {
    const { report } = await openSite({ access: accessWith(), hashOnModify: false })
    expect(red(await report())).toEqual([expect.objectContaining({ operation: 'reset', right: 'passwords are stored hashed', remedy: expect.stringContaining('ppolicy_hash_cleartext') }),
      expect.objectContaining({ operation: 'must-change', howKnown: 'not-proved' })])
  })

  it('finds policies under which nothing of it works', async () => {
    const { report } = await openSite({ access: accessWith(), policies: { default: { pwdLockout: 'FALSE', pwdCheckQuality: 2, pwdMinLength: 12 }, strict: { pwdSafeModify: 'TRUE' } } })
    const found = red(await report())
    expect(found.map(({ operation, remedy }) => [operation, remedy])).toEqual([
      ['reset', expect.stringContaining('pwdSafeModify: FALSE in cn=strict')], ['must-change', expect.stringContaining('pwdMustChange: TRUE')], ['deactivate', expect.stringContaining('pwdLockout: TRUE')],
    ])
  })

  it('is never green where nobody named what to try it on', async () => {
    const { report } = await openSite({ access: accessWith() })
    const run = await report({ selfTest: {}, protectedGroups: [], defaultPolicyDn: null })
    expect(run.ok).toBe(false)
    const notProved = run.rows.filter(({ howKnown }) => howKnown === 'not-proved')
    expect(new Set(notProved.map(({ operation }) => operation))).toEqual(
      new Set(['rules', 'lookup', 'reset', 'change', 'must-change', 'unlock', 'deactivate', 'activate', 'protected', 'boundary']))
    expect(notProved.every(({ ok, remedy }) => !ok && remedy)).toBe(true)
  })

  it('leaves the test account neither locked nor flagged', async () => {
    const { report, world } = await openSite({ access: accessWith() })
    await report()
    const dn = `uid=latchkey-spare,${PLACES.peopleDn}`
    expect(await world.admin.read(dn, 'pwdAccountLockedTime')).toEqual([])
    expect(await world.admin.read(dn, 'pwdReset')).toEqual([])
  })
})
