import { LdapFailure, LdapServers, type LdapLease } from '../../../src/integrations/ldap/index.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { AdFeed } from '../../../src/modules/directories/ad/ad-changes.js'
import { AdSettings } from '../../../src/modules/directories/ad/ad-settings.js'
import { CursorExpired } from '../../../src/modules/directories/index.js'
import { feedRequest, gathered } from '../../contracts/account-feed.contract.js'
import { SambaAdmin } from './samba-admin.js'

const DIRSYNC = '1.2.840.113556.1.4.841'
let samba: SambaAdmin
const opened: LdapServers[] = []
beforeAll(() => { samba = new SambaAdmin() })
afterAll(async () => {
  await Promise.all(opened.map((servers) => servers.close()))
  await samba.close()
})

/** The domain as an account sees it to which DirSync is refused, or whose answers `change`. */
function feed({ refuse = false, change = (entries) => entries }: { refuse?: boolean; change?: (entries: Awaited<ReturnType<LdapLease['search']>>) => typeof entries } = {}): AdFeed {
  const settings = AdSettings.parse(samba.settings())
  const servers = new LdapServers({ urls: settings.servers, tls: { ca: settings.ca, serverName: settings.serverName }, bind: { dn: settings.bindDn, password: new SecretText(samba.facts.servicePassword) } })
  opened.push(servers)
  const use = servers.use.bind(servers)
  servers.use = (deadline, work, on) => use(deadline, (lease) => work({
    ...lease,
    search: async (search, until) => {
      if (refuse && search.controls?.some(({ type }) => type === DIRSYNC)) throw new LdapFailure({ kind: 'refused', code: 50, diagnostic: '00002098: no' })
      return change(await lease.search(search, until))
    },
  }), on)
  return new AdFeed(settings, servers)
}
const markOf = (cursor: string): Record<string, unknown> => JSON.parse(cursor) as Record<string, unknown>

describe('changes of a domain', () => {
  it('are told by sequence number and keys where DirSync is refused: changed, new, deleted and moved out', async () => {
    const [changed, deleted, moved] = [await samba.create(), await samba.create(), await samba.create()]
    const refused = feed({ refuse: true })
    const first = await gathered(refused.readAll(feedRequest()))
    expect(markOf(first.cursor)).toMatchObject({ cookie: null, usn: expect.stringMatching(/^\d+$/) })
    await samba.modify(changed.dn, 'replace', 'mail', 'new@example.test')
    await (await samba.client()).del(deleted.dn)
    await (await samba.client()).modifyDN(moved.dn, `${moved.dn.split(',')[0]},${samba.facts.elsewhereOu}`)
    const born = await samba.create()
    const second = await gathered(refused.readChanges(first.cursor, feedRequest()))
    expect(second.accounts.get(changed.ref.nativeId)).toMatchObject({ mail: ['new@example.test'] })
    expect(second.accounts.has(born.ref.nativeId)).toBe(true)
    expect([changed, deleted, moved, born].map(({ ref }) => second.isGone(ref.nativeId))).toEqual([false, true, true, false])
    expect(second.accounts.size).toBeLessThan(first.accounts.size)
  })

  it('are told by DirSync where it is not, and read anew as soon as it no longer is', async () => {
    const first = await gathered(feed().readAll(feedRequest()))
    expect(markOf(first.cursor).cookie).toEqual(expect.any(String))
    await expect(gathered(feed({ refuse: true }).readChanges(first.cursor, feedRequest()))).rejects.toBeInstanceOf(CursorExpired)
  })

  it.each([
    ['another copy of the database', { invocation: '00'.repeat(16) }],
    ['a sequence that went backwards', { usn: '99999999999' }],
    ['a server that was taken out', { server: 'ldaps://dc9.example.test:636' }],
    ['a cookie that is none', { cookie: Buffer.from('garbage').toString('base64') }],
    ['other units', { scope: 'another' }],
  ])('are read anew after %s', async (_what, spoilt) => {
    const one = feed()
    const { cursor } = await gathered(one.readAll(feedRequest()))
    await expect(gathered(one.readChanges(JSON.stringify({ ...markOf(cursor), ...spoilt }), feedRequest()))).rejects.toBeInstanceOf(CursorExpired)
  })

  it('are read anew after a unit was moved or renamed with everybody in it, and not for a new one', async () => {
    const client = await samba.client()
    const { Attribute } = await import('ldapts')
    const unit = `OU=F${Date.now()},${samba.facts.peopleOu}`
    const one = feed()
    const before = await gathered(one.readAll(feedRequest()))
    await client.add(unit, [new Attribute({ type: 'objectClass', values: ['organizationalUnit'] })])
    const inside = await samba.create({ ou: unit })
    const after = await gathered(one.readChanges(before.cursor, feedRequest()))
    expect(after.accounts.has(inside.ref.nativeId)).toBe(true)
    await client.modifyDN(unit, unit.replace('OU=F', 'OU=G'))
    await expect(gathered(one.readChanges(after.cursor, feedRequest()))).rejects.toBeInstanceOf(CursorExpired)
  })

  it('are refused honestly when a unit is not there', async () => {
    const settings = AdSettings.parse(samba.settings({ organizationalUnits: [`OU=Nowhere,${samba.facts.baseDn}`] }))
    const servers = new LdapServers({ urls: settings.servers, tls: { ca: settings.ca, serverName: settings.serverName }, bind: { dn: settings.bindDn, password: new SecretText(samba.facts.servicePassword) } })
    opened.push(servers)
    await expect(gathered(new AdFeed(settings, servers).readAll(feedRequest()))).rejects.toMatchObject({ reason: 'not-permitted' })
  })
})
