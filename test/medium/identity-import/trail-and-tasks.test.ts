import { feedAccount, PagedDirectory } from '../../fakes/paged-directory.js'
import { openImportWorld, type ImportWorld } from './import-world.js'

let directory: PagedDirectory
let world: ImportWorld
let id: string
beforeEach(async () => {
  directory = new PagedDirectory()
  world = await openImportWorld([directory], { pageSize: 3, trailPatienceMs: 40, trailLookMs: 5 })
  id = await world.configure({ kind: 'paged', settings: {} })
})
afterEach(() => world.close())

const many = (count: number) => Array.from({ length: count }, () => directory.put(feedAccount()))
const accounts = () => world.query<{ login: string; person_id: string | null; unmatched: string | null; gone: boolean }>(
  'SELECT login, person_id, unmatched, gone_at IS NOT NULL AS gone FROM account ORDER BY login')
const ends = () => world.query<{ outcome: string; error_code: string | null; facts: Record<string, unknown> }>(
  `SELECT outcome, facts FROM audit_entry WHERE action = 'identity.import.ended' ORDER BY id`)
async function switchTo(step: 'add' | 'remove', enabled: boolean): Promise<void> {
  await world.tasks.switchEventTask(world.database, id, step, enabled)
  await world.directories.reload()
}

describe('a trail that cannot be kept', () => {
  it('lets no import begin, and says why', async () => {
    many(2)
    world.trail.closedBecause = 'no audit sequencer has run for 9.1 s'
    expect(await world.importer.run({ directoryId: id, kind: 'full', by: 'test' })).toEqual({ started: false, reason: 'trail', why: 'no audit sequencer has run for 9.1 s' })
    expect(await world.query('SELECT id FROM import_run')).toEqual([])
    expect(directory.reads).toEqual([])
  })

  it('ends a run before the next page with its reason; the next one goes on from what is on record', async () => {
    many(8)
    directory.beforePage = (page) => { if (page === 2) world.trail.closedBecause = 'the oldest unchained audit row is 7.0 s old' }
    const stopped = await world.import(id)
    expect(stopped).toMatchObject({ state: 'failed', errorCode: 'AUDIT_UNAVAILABLE', diagnostic: 'the oldest unchained audit row is 7.0 s old' })
    expect(stopped.read).toBeLessThan(8)
    expect(await accounts()).toHaveLength(stopped.read)
    expect(await ends()).toMatchObject([{ outcome: 'failure', facts: { errorCode: 'AUDIT_UNAVAILABLE' } }])
    world.trail.closedBecause = null
    directory.beforePage = () => undefined
    expect(await world.import(id)).toMatchObject({ state: 'completed', read: 8, added: 8 - stopped.read, unchanged: stopped.read })
  })

  it('is asked before each page, and waited for when it is back in a moment', async () => {
    many(8)
    directory.beforePage = (page) => {
      if (page !== 1) return
      world.trail.closedBecause = 'behind'
      world.trail.looks = -1
    }
    const watched = setInterval(() => { if (world.trail.looks > 1) world.trail.closedBecause = null }, 1)
    expect(await world.import(id)).toMatchObject({ state: 'completed', added: 8 })
    clearInterval(watched)
    expect(world.trail.looks).toBeGreaterThan(3)
  })

  it('does not keep somebody waiting who stops the import', async () => {
    const patient = await openImportWorld([directory], { pageSize: 3, trailPatienceMs: 600_000, trailLookMs: 5 })
    const patientId = await patient.configure({ kind: 'paged', settings: {} })
    many(8)
    const stop = new AbortController()
    directory.beforePage = (page) => { if (page === 2) patient.trail.closedBecause = 'behind' }
    const watched = setInterval(() => { if (patient.trail.closedBecause && patient.trail.looks > 4) stop.abort(new Error('enough')) }, 1)
    expect(await patient.import(patientId, 'full', { signal: stop.signal })).toMatchObject({ state: 'failed', errorCode: 'STOPPED' })
    clearInterval(watched)
    await patient.close()
  })
})

describe('the event task Add', () => {
  it('switched off gives new accounts to nobody and says so; switched on again they are taken over', async () => {
    const known = many(2)
    await world.import(id)
    await switchTo('add', false)
    const late = directory.put(feedAccount({ logins: ['late'] }))
    directory.change(known[0]!.nativeId, { department: 'Finance' })
    expect(await world.import(id, 'incremental')).toMatchObject({ state: 'completed', added: 0, changed: 1, unmatched: 1, switchedOff: ['add'] })
    expect((await accounts()).find(({ login }) => login === late.logins[0])).toMatchObject({ person_id: null, unmatched: 'switched-off' })
    expect((await ends()).at(-1)).toMatchObject({ facts: { switchedOff: 'add', unmatched: 1 } })
    await switchTo('add', true)
    expect(await world.import(id, 'full')).toMatchObject({ state: 'completed', changed: 1, unmatched: 0, switchedOff: [] })
    expect(await world.personOf('late')).toBeDefined()
  })
})

describe('the event task Remove', () => {
  it('switched off leaves gone accounts as they are and says so, however many they are; switched on again they are marked', async () => {
    const [first] = many(30)
    await world.import(id)
    directory.remove(first!.nativeId)
    await switchTo('remove', false)
    expect(await world.import(id, 'full')).toMatchObject({ state: 'completed', gone: 1, switchedOff: ['remove'] })
    expect((await accounts()).filter(({ gone }) => gone)).toEqual([])
    await switchTo('remove', true)
    expect(await world.import(id, 'full')).toMatchObject({ state: 'completed', gone: 1, switchedOff: [] })
    expect((await accounts()).filter(({ gone }) => gone)).toMatchObject([{ login: first!.logins[0] }])
  })
})
