import type { FeedAccount } from '../../../src/modules/directories/index.js'
import { ImportReports } from '../../../src/modules/identity/index.js'
import { describeAccountFeed } from '../../contracts/account-feed.contract.js'
import { feedAccount, PagedDirectory } from '../../fakes/paged-directory.js'
import { openImportWorld, type ImportWorld } from './import-world.js'

class SecondDirectory extends PagedDirectory {
  override readonly kind = 'second'
}
let directory: PagedDirectory
let second: SecondDirectory
let world: ImportWorld
let id: string
let secondId: string

beforeEach(async () => {
  directory = new PagedDirectory()
  second = new SecondDirectory()
  world = await openImportWorld([directory, second], { pageSize: 3, goneBatch: 2 })
  id = await world.configure({ kind: 'paged', settings: {} })
  secondId = await world.configure({ kind: 'second', settings: {} })
})
afterEach(() => world.close())

const many = (count: number) => Array.from({ length: count }, () => directory.put(feedAccount()))
const accounts = () => world.query<{ native_id: string; person_id: string | null; unmatched: string | null; gone: boolean; login: string; enabled: boolean; privileged: boolean }>(
  'SELECT native_id, person_id, unmatched, gone_at IS NOT NULL AS gone, login, enabled, privileged FROM account ORDER BY login')
const contactsOf = (personId: string) => world.query<{ value: string; recent: boolean; behind_account: boolean; self_writable: boolean; source: string }>(
  'SELECT value, changed_at IS NOT NULL AS recent, behind_account, self_writable, source FROM contact_point WHERE person_id = $1 ORDER BY position, value', [personId])
const trail = () => world.query<{ action: string; outcome: string; facts: Record<string, unknown> }>('SELECT action, outcome, facts FROM audit_entry ORDER BY id')

describe('a first import', () => {
  it('makes people, accounts, contacts and names to be found by, and counts them', async () => {
    const aino = directory.put(feedAccount({
      logins: ['aino.korhonen', 'aino@norrhavn.example'], displayName: 'Aino Korhonen', givenName: 'Aino', familyName: 'Korhonen', department: 'Finance',
      mail: ['Aino.Korhonen@norrhavn.example'], secondaryMail: ['aino@posti.example'], mobile: ['040 123 0042', 'not a number'],
    }))
    many(7)
    const run = await world.import(id)
    expect(run).toMatchObject({ state: 'completed', kind: 'full', read: 8, added: 8, changed: 0, unchanged: 0, unmatched: 0, gone: 0 })
    for (const typed of ['aino.korhonen', 'AINO@norrhavn.example', '+358401230042', '0401230042', 'aino@posti.example', 'aino.korhonen@norrhavn.example']) {
      expect(await world.personOf(typed)).toMatchObject({ displayName: 'Aino Korhonen', givenName: 'Aino', familyName: 'Korhonen', privileged: false })
    }
    const person = await world.personOf('aino.korhonen')
    expect(await world.people.listAccounts(world.database, person.id)).toMatchObject([{ nativeId: aino.nativeId, login: 'aino.korhonen', enabled: true }])
    expect(await contactsOf(person.id)).toEqual([
      { value: 'Aino.Korhonen@norrhavn.example', recent: false, behind_account: true, self_writable: false, source: `directory:${id}` },
      { value: 'aino@posti.example', recent: false, behind_account: false, self_writable: false, source: `directory:${id}` },
      { value: '+358401230042', recent: false, behind_account: false, self_writable: false, source: `directory:${id}` },
    ])
    expect((await world.people.listContactPoints(world.database, person.id)).map(({ verified, recentlyChanged }) => ({ verified, recentlyChanged })))
      .toEqual(Array.from({ length: 3 }, () => ({ verified: true, recentlyChanged: false })))
    expect(await world.mails()).toEqual([])
    expect(await trail()).toMatchObject([
      { action: 'identity.import.started', outcome: 'intent', facts: { kind: 'full', known: 0 } },
      { action: 'identity.import.ended', outcome: 'success', facts: { state: 'completed', added: 8, gone: 0 } },
    ])
  })

  it('finds nothing to write the second time, and leaves revisions alone', async () => {
    many(7)
    await world.import(id)
    const before = await world.query('SELECT id, revision, xmin::text FROM person ORDER BY id')
    expect(await world.import(id)).toMatchObject({ state: 'completed', added: 0, changed: 0, unchanged: 7 })
    expect(await world.query('SELECT id, revision, xmin::text FROM person ORDER BY id')).toEqual(before)
  })

  it('writes nothing in a dry run, and counts the same', async () => {
    many(7)
    expect(await world.import(id, 'full', { dryRun: true })).toMatchObject({ state: 'completed', dryRun: true, read: 7, added: 7 })
    expect(await accounts()).toEqual([])
    expect(await world.import(id, 'incremental')).toMatchObject({ kind: 'full', added: 7 })
  })

  it('takes hostile text as text', async () => {
    const nasty = `x'; DROP TABLE person; -- "\\ \u202E🙂`
    directory.put(feedAccount({ logins: [nasty], displayName: nasty, mail: [nasty, 'a@b', '<script>@x.y', 'ok@example.test'], mobile: [nasty], manager: nasty }))
    expect(await world.import(id)).toMatchObject({ state: 'completed', added: 1 })
    expect((await world.query<{ value: string }>('SELECT value FROM contact_point')).map(({ value }) => value)).toEqual(['ok@example.test'])
    expect(await world.personOf(nasty)).toMatchObject({ displayName: nasty })
  })
})

describe('changes', () => {
  it('are read from the mark of the last run', async () => {
    const [one, two, three] = many(3)
    await world.import(id)
    directory.change(one!.nativeId, { enabled: false })
    directory.change(two!.nativeId, { logins: ['renamed'] })
    const born = directory.put(feedAccount())
    expect(await world.import(id, 'incremental')).toMatchObject({ kind: 'incremental', state: 'completed', read: 3, added: 1, changed: 2, gone: 0 })
    expect(await accounts()).toEqual(expect.arrayContaining([
      expect.objectContaining({ native_id: one!.nativeId, enabled: false }), expect.objectContaining({ native_id: two!.nativeId, login: 'renamed' }),
      expect.objectContaining({ native_id: three!.nativeId, enabled: true, gone: false }), expect.objectContaining({ native_id: born.nativeId }),
    ]))
    await expect(world.personOf(two!.logins[0]!)).rejects.toThrow('none')
    expect(await world.personOf('renamed')).toMatchObject({ revision: 2 })
    expect(directory.reads).toEqual(['all', 'changes'])
  })

  it('mark who was deleted, free the name for the next one, and bring back who returns', async () => {
    const people = many(30)
    const leaver = people[0]!
    await world.import(id)
    const old = await world.personOf(leaver.logins[0]!)
    directory.remove(leaver.nativeId)
    expect(await world.import(id, 'incremental')).toMatchObject({ state: 'completed', gone: 1 })
    expect((await accounts()).filter(({ gone }) => gone)).toMatchObject([{ native_id: leaver.nativeId, person_id: old.id }])
    expect(await world.people.listAccounts(world.database, old.id)).toEqual([])
    directory.put(feedAccount({ logins: leaver.logins }))
    await world.import(id, 'incremental')
    const successor = await world.personOf(leaver.logins[0]!)
    expect(successor.id).not.toBe(old.id)
    directory.put(leaver)
    expect(await world.import(id, 'incremental')).toMatchObject({ changed: 1, added: 0 })
    expect(await world.people.listAccounts(world.database, old.id)).toMatchObject([{ nativeId: leaver.nativeId }])
  })

  it('are read as a whole when the mark leads nowhere any more', async () => {
    many(3)
    await world.import(id)
    directory.epoch = 2
    many(1)
    expect(await world.import(id, 'incremental')).toMatchObject({ kind: 'full', state: 'completed', added: 1, unchanged: 3 })
    expect(await world.import(id, 'incremental')).toMatchObject({ kind: 'incremental' })
  })

  it('are read as a whole when a key turns up that nobody knew', async () => {
    const known = many(2)
    await world.import(id)
    const moved = directory.smuggle(feedAccount())
    directory.seen = [...known, moved].map(({ nativeId }) => nativeId)
    expect(await world.import(id, 'incremental')).toMatchObject({ kind: 'full', added: 1, unchanged: 2 })
  })

  it('show somebody who became privileged', async () => {
    const [one] = many(2)
    await world.import(id)
    directory.change(one!.nativeId, { privileged: true })
    await world.import(id, 'incremental')
    expect(await world.personOf(one!.logins[0]!)).toMatchObject({ privileged: true })
  })
})

describe('accounts that are gone', () => {
  const remove = (count: number): void => { for (const key of [...directory.entries.keys()].slice(0, count)) directory.remove(key) }

  it('are marked up to five percent, and above that nothing is until somebody confirms', async () => {
    many(40)
    await world.import(id)
    remove(2)
    expect(await world.import(id, 'incremental')).toMatchObject({ state: 'completed', gone: 2, known: 40 })
    remove(2) // of 38: more than five percent
    directory.put(feedAccount({ logins: ['newcomer'] }))
    const stopped = await world.import(id, 'incremental')
    expect(stopped).toMatchObject({ state: 'needs-confirmation', gone: 2, added: 1, known: 38 })
    expect((await accounts()).filter(({ gone }) => gone)).toHaveLength(2)
    expect(await world.personOf('newcomer')).toBeDefined()
    expect((await trail()).at(-1)).toMatchObject({ action: 'identity.import.ended', outcome: 'refused' })
    // not confirmed: the next one stops again, in a whole read too
    expect(await world.import(id)).toMatchObject({ state: 'needs-confirmation', gone: 2 })
    expect(await world.import(id, 'incremental', { confirmGone: true })).toMatchObject({ state: 'completed', gone: 2 })
    expect((await accounts()).filter(({ gone }) => gone)).toHaveLength(4)
    expect(await world.import(id, 'incremental')).toMatchObject({ state: 'completed', gone: 0 })
  })

  it('are not confirmed beyond what was looked at', async () => {
    many(40)
    await world.import(id)
    remove(4)
    expect(await world.import(id, 'full')).toMatchObject({ state: 'needs-confirmation', gone: 4 })
    remove(20)
    expect(await world.import(id, 'full', { confirmGone: true })).toMatchObject({ state: 'needs-confirmation', gone: 24 })
    expect(await world.import(id, 'full', { confirmGone: true })).toMatchObject({ state: 'completed', gone: 24 })
  })

  it('need a run that stopped before they can be confirmed', async () => {
    many(40)
    await world.import(id)
    remove(10)
    expect(await world.import(id, 'full', { confirmGone: true })).toMatchObject({ state: 'needs-confirmation', gone: 10 })
  })

  it('are never guessed from a read that broke off', async () => {
    many(9)
    await world.import(id)
    directory.beforePage = (page) => { if (page === 2) throw new Error('the wire was cut') }
    await expect(world.import(id)).rejects.toThrow('the wire was cut')
    expect((await accounts()).filter(({ gone }) => gone)).toEqual([])
    directory.beforePage = () => undefined
    expect(await world.import(id)).toMatchObject({ state: 'completed', unchanged: 9, gone: 0 })
  })
})

describe('joining accounts to people', () => {
  const rules = { correlation: [{ account: 'employeeNumber', person: 'employeeNumber' }, { account: 'uid', person: 'login' }] }
  beforeEach(async () => {
    await world.configuration.save(world.database, id, rules)
    await world.configuration.save(world.database, secondId, { ...rules, createsPeople: false })
  })

  it('goes by the rules in their order, normalised, with every value of an attribute', async () => {
    directory.put(feedAccount({ logins: ['aino'], correlation: { employeeNumber: ['4711', ' 0815 '], uid: ['Aino'] } }))
    directory.put(feedAccount({ logins: ['bertil'], correlation: { uid: ['bertil'] } }))
    directory.put(feedAccount({ logins: ['carl'], correlation: { uid: ['carl'] } }))
    await world.import(id)
    second.put(feedAccount({ logins: ['a1'], correlation: { employeeNumber: ['0815'], uid: ['carl'] } }))
    second.put(feedAccount({ logins: ['b1'], correlation: { employeeNumber: [], uid: ['BERTIL '] } }))
    expect(await world.import(secondId)).toMatchObject({ added: 2, unmatched: 0 })
    expect((await world.personOf('a1')).id).toBe((await world.personOf('aino')).id)
    expect((await world.personOf('b1')).id).toBe((await world.personOf('bertil')).id)
    expect((await world.personOf('bertil')).revision).toBe(2)
  })

  it('leaves open what nobody or more than one has, shows it, and joins it once it is settled', async () => {
    directory.put(feedAccount({ logins: ['aino'], correlation: { employeeNumber: ['1'] } }))
    const bertil = directory.put(feedAccount({ logins: ['bertil'], correlation: { employeeNumber: ['2'] } }))
    await world.import(id)
    const torn = second.put(feedAccount({ logins: ['torn'], correlation: { employeeNumber: ['1', '2'], uid: ['aino'] } }))
    second.put(feedAccount({ logins: ['nobodys'], correlation: { employeeNumber: ['99'] } }))
    expect(await world.import(secondId)).toMatchObject({ added: 0, unmatched: 2 })
    expect((await accounts()).filter(({ unmatched }) => unmatched)).toMatchObject([
      { login: 'nobodys', unmatched: 'nobody', person_id: null }, { login: 'torn', unmatched: 'several', person_id: null },
    ])
    await expect(world.personOf('torn')).rejects.toThrow('none')
    directory.change(bertil.nativeId, {})
    directory.put(bertil, { employeeNumber: ['3'] })
    await world.import(id, 'incremental')
    expect(await world.import(secondId)).toMatchObject({ changed: 1, unmatched: 1 })
    expect((await accounts()).find(({ native_id }) => native_id === torn.nativeId)).toMatchObject({ unmatched: null })
    expect((await world.personOf('torn')).id).toBe((await world.personOf('aino')).id)
  })

  it('gives a second account of one directory to nobody, on one page and on two, unless people may have several', async () => {
    const twins = Array.from({ length: 5 }, (_, n) => directory.put(feedAccount({ logins: [`twin${n}`], correlation: { uid: ['twin'] } })))
    expect(await world.import(id)).toMatchObject({ added: 1, unmatched: 4 })
    expect((await accounts()).filter(({ unmatched }) => unmatched === 'taken')).toHaveLength(4)
    await world.configuration.save(world.database, id, { ...rules, severalAccounts: true })
    expect(await world.import(id)).toMatchObject({ changed: 4, unmatched: 0 })
    expect(await world.people.listAccounts(world.database, (await world.personOf('twin3')).id)).toHaveLength(twins.length)
  })

  it('leaves an account with its person when its joining values change, and says so, and whose they are now', async () => {
    const reports = new ImportReports(world.database, world.runs)
    const [moved, fresh, other] = ['moved', 'fresh', 'other'].map((login, n) =>
      directory.put(feedAccount({ logins: [login], correlation: { employeeNumber: [`${n}`] } }))) as [FeedAccount, FeedAccount, FeedAccount]
    expect(await world.import(id)).toMatchObject({ added: 3, kept: 0 })
    const before = (await world.personOf('moved')).id
    directory.put({ ...moved, displayName: 'Another Name' }, { employeeNumber: ['0'] })
    expect(await world.import(id, 'incremental')).toMatchObject({ changed: 1, kept: 0 })
    directory.put(moved, { employeeNumber: ['2'] })
    directory.put(fresh, { employeeNumber: ['77'] })
    const run = await world.import(id, 'incremental')
    expect(run).toMatchObject({ changed: 2, kept: 2, unmatched: 0 })
    expect((await world.personOf('moved')).id).toBe(before)
    expect(await reports.kept(id, run.id, 10)).toMatchObject([
      { login: 'moved', why: 'elsewhere', others: ['other'] }, { login: 'fresh', why: 'changed', others: [] },
    ])
    expect((await trail()).at(-1)!.facts).toMatchObject({ kept: 2 })
    // what names somebody else stays on the list of later runs, which write nothing of it
    directory.change(other.nativeId, { displayName: 'Third' })
    const later = await world.import(id, 'incremental')
    expect(later).toMatchObject({ kept: 0 })
    expect((await reports.kept(id, later.id, 10)).map(({ login }) => login)).toEqual(['moved'])
  })

  it('names the accounts that an unmatched one competes with', async () => {
    directory.put(feedAccount({ logins: ['one'], correlation: { employeeNumber: ['5'] } }))
    directory.put(feedAccount({ logins: ['two'], correlation: { employeeNumber: ['5'] } }))
    expect(await world.import(id)).toMatchObject({ added: 1, unmatched: 1 })
    expect(await new ImportReports(world.database, world.runs).unmatched(id, 10)).toMatchObject([{ login: 'two', why: 'taken', others: ['one'] }])
  })

  it('treats two people who are called the same at sign-in as nobody in particular', async () => {
    await world.configuration.save(world.database, id, {})
    directory.put(feedAccount({ logins: ['same'] }))
    directory.put(feedAccount({ logins: ['same'] }))
    expect(await world.import(id)).toMatchObject({ added: 2 })
    await expect(world.personOf('same')).rejects.toThrow('several')
  })

  it.each(['displayName', 'cn', 'sn', 'givenName'])('refuses to join by %s', async (name) => {
    await expect(world.configuration.save(world.database, id, { correlation: [{ account: name, person: 'x' }] })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it('knows managers by their place once everybody has been read', async () => {
    directory.put(feedAccount({ logins: ['worker'], manager: 'uid=BOSS,ou=people' }))
    directory.put(feedAccount({ logins: ['boss'], dn: 'uid=boss,ou=people' }))
    await world.import(id)
    const boss = await world.personOf('boss')
    expect(await world.query('SELECT manager_id FROM person WHERE id = $1', [(await world.personOf('worker')).id])).toEqual([{ manager_id: boss.id }])
  })
})

describeAccountFeed('the paged directory of these tests', async () => {
  const fake = new PagedDirectory()
  return {
    connector: fake.connector,
    joining: { attribute: 'employeeNumber', values: ['1', '2'] },
    rich: true,
    async create() {
      const { nativeId, logins: [login], dn } = fake.put(feedAccount({ correlation: { employeeNumber: ['1', '2'] } }))
      return { nativeId, login: login!, dn: dn! }
    },
    disable: async ({ nativeId }) => fake.change(nativeId, { enabled: false }),
    async rename(person, login) {
      fake.change(person.nativeId, { logins: [login] })
      return { ...person, login }
    },
    remove: async ({ nativeId }) => fake.remove(nativeId),
    protect: async ({ nativeId }) => fake.change(nativeId, { privileged: true }),
    setMail: async ({ nativeId }, mail) => fake.change(nativeId, { mail }),
    moveOut: async ({ nativeId }) => fake.remove(nativeId),
    close: async () => undefined,
  }
})
