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
  world = await openImportWorld([directory, second], { pageSize: 3 })
  id = await world.configure({ kind: 'paged', settings: {} })
  secondId = await world.configure({ kind: 'second', settings: {} })
})
afterEach(() => world.close())

const joined = { correlation: [{ account: 'uid', person: 'login' }], mailboxesBehind: ['norrhavn.example'] }
const contacts = async (login: string) => (await world.people.listContactPoints(world.database, (await world.personOf(login)).id))
  .map(({ value, recentlyChanged, behindAccount }) => ({ value, recentlyChanged, behindAccount }))
const changedRows = () => world.query<{ facts: Record<string, unknown>; personal: Buffer | null; person_id: string }>(
  `SELECT facts, personal, person_id FROM audit_entry WHERE action = 'identity.contact.changed' ORDER BY id`)

describe('a contact that changes after it was first read', () => {
  beforeEach(() => world.configuration.save(world.database, id, { ...joined, personWrites: ['mobile', 'secondaryMail'] }))

  it('is young, recorded, and the old address hears of it where people can write it themselves', async () => {
    const { nativeId } = directory.put(feedAccount({ logins: ['emma'], mail: ['emma@norrhavn.example'], secondaryMail: ['old@posti.example'], mobile: ['+358401230042'] }))
    await world.import(id)
    expect(await contacts('emma')).toEqual([
      { value: 'emma@norrhavn.example', recentlyChanged: false, behindAccount: true },
      { value: 'old@posti.example', recentlyChanged: false, behindAccount: false },
      { value: '+358401230042', recentlyChanged: false, behindAccount: false },
    ])
    directory.change(nativeId, { secondaryMail: ['new@posti.example'] })
    await world.import(id, 'incremental')
    expect(await contacts('emma')).toContainEqual({ value: 'new@posti.example', recentlyChanged: true, behindAccount: false })
    expect(await world.mails()).toMatchObject([{ template: 'contact-changed', to: 'old@posti.example', params: { contact: 'mail' } }])
    expect(JSON.stringify(await world.mails())).not.toContain('new@posti.example')
    await expect(world.personOf('old@posti.example')).rejects.toThrow('none')
    expect(await world.personOf('new@posti.example')).toMatchObject({ revision: 2 })
  })

  it('tells the addresses known before when the old value was a number, and never the one just added', async () => {
    const { nativeId } = directory.put(feedAccount({ logins: ['emma'], mail: ['emma@norrhavn.example'], mobile: ['+358401230042'] }))
    await world.import(id)
    directory.change(nativeId, { mobile: ['+358409999999'], secondaryMail: ['thief@posti.example'] })
    await world.import(id, 'incremental')
    expect([...new Set((await world.mails()).map(({ to }) => to))]).toEqual(['emma@norrhavn.example'])
    expect(await changedRows()).toHaveLength(2)
  })

  it('is told to nobody where only administrators can write it, but recorded with both values sealed', async () => {
    await world.configuration.save(world.database, id, { ...joined, personWrites: [] })
    const { nativeId } = directory.put(feedAccount({ logins: ['emma'], secondaryMail: ['old@posti.example'] }))
    await world.import(id)
    directory.change(nativeId, { secondaryMail: ['new@posti.example'] })
    await world.import(id, 'incremental')
    expect(await world.mails()).toEqual([])
    const [row] = await changedRows()
    expect(row).toMatchObject({ facts: { field: 'secondaryMail', kind: 'mail', selfWritable: false }, person_id: (await world.personOf('emma')).id })
    expect(JSON.stringify(row)).not.toMatch(/posti/)
  })

  it('is no change when it is only written differently', async () => {
    const { nativeId } = directory.put(feedAccount({ logins: ['emma'], mail: ['Emma@Norrhavn.example'], mobile: ['040 123 0042'] }))
    await world.import(id)
    directory.change(nativeId, { mail: ['emma@norrhavn.example'], mobile: ['+358 (0)40 1230042'] })
    await world.import(id, 'incremental')
    expect((await contacts('emma')).map(({ recentlyChanged }) => recentlyChanged)).toEqual([false, false])
    expect(await changedRows()).toEqual([])
  })

  it('is young too when a later account brings it to somebody who was known', async () => {
    await world.configuration.save(world.database, secondId, joined)
    directory.put(feedAccount({ logins: ['emma'], correlation: { uid: ['emma'] } }))
    second.put(feedAccount({ logins: ['somebody'] }))
    await world.import(id)
    await world.import(secondId)
    second.put(feedAccount({ logins: ['emma2'], correlation: { uid: ['emma'] }, secondaryMail: ['thief@posti.example'] }))
    await world.import(secondId, 'incremental')
    expect(await contacts('emma')).toEqual([{ value: 'thief@posti.example', recentlyChanged: true, behindAccount: false }])
  })

  it('is left alone where somebody else entered it', async () => {
    const { nativeId } = directory.put(feedAccount({ logins: ['emma'], secondaryMail: ['a@posti.example'] }))
    await world.import(id)
    const { id: personId } = await world.personOf('emma')
    await world.query(`INSERT INTO contact_point (id, person_id, kind, value, source) VALUES (gen_random_uuid(), $1, 'mail', 'Desk@posti.example', 'desk')`, [personId])
    directory.change(nativeId, { secondaryMail: ['desk@posti.example'] })
    await world.import(id, 'incremental')
    expect((await contacts('emma')).map(({ value }) => value)).toEqual(['Desk@posti.example'])
    directory.change(nativeId, { secondaryMail: [] })
    await world.import(id, 'incremental')
    expect((await contacts('emma')).map(({ value }) => value)).toEqual(['Desk@posti.example'])
  })
})

describe('several sources', () => {
  beforeEach(async () => {
    await world.configuration.save(world.database, id, joined)
    await world.configuration.save(world.database, secondId, joined)
    directory.put(feedAccount({ logins: ['emma'], correlation: { uid: ['emma'] }, department: 'Finance', secondaryMail: ['first@posti.example'], givenName: 'Emma' }))
    second.put(feedAccount({ logins: ['emma.s'], correlation: { uid: ['emma'] }, department: 'Sales', secondaryMail: ['second@posti.example'], mobile: ['+358401111111'], givenName: 'Emmi' }))
  })
  const facts = async () => (await world.query<{ given_name: string; department: string }>('SELECT given_name, department FROM person'))[0]

  it('are weighed field by field in the configured order', async () => {
    await world.configuration.savePrecedence(world.database, 'department', [secondId, id])
    await world.configuration.savePrecedence(world.database, 'givenName', [id, secondId])
    await world.configuration.savePrecedence(world.database, 'secondaryMail', [secondId])
    await world.import(id)
    await world.import(secondId)
    expect(await facts()).toEqual({ given_name: 'Emma', department: 'Sales' })
    expect((await contacts('emma')).map(({ value }) => value)).toEqual(['second@posti.example', '+358401111111'])
  })

  it('step in for each other when one has nothing to say any more', async () => {
    await world.configuration.savePrecedence(world.database, 'secondaryMail', [id, secondId])
    await world.import(id)
    await world.import(secondId)
    expect((await contacts('emma')).map(({ value }) => value)).toContain('first@posti.example')
    const [entry] = [...directory.entries.values()]
    directory.change(entry!.account.nativeId, { secondaryMail: [] })
    await world.import(id, 'incremental')
    expect((await contacts('emma')).map(({ value }) => value)).toContain('second@posti.example')
  })
})

describe('one run of a directory at a time', () => {
  it('a second one is told so, and two directories do not wait for each other', async () => {
    directory.put(feedAccount())
    let go = (): void => undefined
    const gate = new Promise<void>((resolve) => { go = resolve })
    let waiting = (): void => undefined
    const isWaiting = new Promise<void>((resolve) => { waiting = resolve })
    directory.beforePage = () => { waiting(); return gate }
    const first = world.import(id)
    await isWaiting
    expect(await world.importer.run({ directoryId: id, kind: 'full', by: 'test' })).toEqual({ started: false, reason: 'already-running' })
    expect(await world.import(secondId)).toMatchObject({ state: 'completed' })
    expect(await world.runs.list(world.database, id, 1)).toMatchObject([{ state: 'running', finishedAt: null }])
    go()
    expect(await first).toMatchObject({ state: 'completed', added: 1 })
  })

  it('one that died is called interrupted by the next, which begins anew and comes out right', async () => {
    for (let n = 0; n < 9; n += 1) directory.put(feedAccount())
    const dead = '0193aaaa-0000-7000-8000-00000000dead'
    await world.query(`INSERT INTO import_run (id, directory_id, kind, state, started_by) VALUES ($1, $2, 'full', 'running', 'dead')`, [dead, id])
    await world.query(`INSERT INTO import_seen (run_id, native_id) VALUES ($1, 'x')`, [dead])
    expect(await world.import(id)).toMatchObject({ state: 'completed', added: 9 })
    expect(await world.runs.find(world.database, dead)).toMatchObject({ state: 'interrupted' })
    expect(await world.query('SELECT * FROM import_seen')).toEqual([])
  })

  it('one that was taken for dead writes nothing more', async () => {
    for (let n = 0; n < 9; n += 1) directory.put(feedAccount())
    directory.beforePage = async (page) => {
      if (page === 2) await world.query(`UPDATE import_run SET state = 'interrupted', finished_at = now() WHERE state = 'running'`)
    }
    await expect(world.import(id)).rejects.toThrow('taken this import over')
    expect((await world.query('SELECT * FROM account')).length).toBeLessThan(9)
    directory.beforePage = () => undefined
    expect(await world.import(id)).toMatchObject({ state: 'completed', read: 9 })
    expect(await world.query('SELECT DISTINCT person_id FROM account')).toHaveLength(9)
  })

  it('stops between pages when it is told to, and says so', async () => {
    for (let n = 0; n < 9; n += 1) directory.put(feedAccount())
    const stop = new AbortController()
    directory.beforePage = (page) => { if (page === 1) stop.abort(new Error('stopped')) }
    expect(await world.import(id, 'full', { signal: stop.signal })).toMatchObject({ state: 'failed', errorCode: 'STOPPED' })
    expect(await world.import(id)).toMatchObject({ state: 'completed', read: 9 })
  })
})
