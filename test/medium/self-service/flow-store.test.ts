import { randomBytes, randomUUID } from 'node:crypto'
import type { FlowState } from '../../../src/contract/self-service.contract.js'
import { FLOW_TRANSITIONS } from '../../../src/modules/self-service/flow-states.js'
import { FlowStore } from '../../../src/modules/self-service/persistence/flow.store.js'
import { SelfServiceSettings } from '../../../src/modules/self-service/self-service-settings.js'
import type { Tx } from '../../../src/platform/database/database.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const STATES = Object.keys(FLOW_TRANSITIONS) as FlowState[]
const store = new FlowStore(new SelfServiceSettings())
let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.close())

async function person(): Promise<string> {
  const id = randomUUID()
  await test.owner.execute(`INSERT INTO person (id, display_name, given_name, family_name) VALUES ($1, 'Testi Henkilö', 'Testi', 'Henkilö')`, [id])
  return id
}

type Flow = { id: string; cookie: Buffer; personId: string | null }
async function flow(state: FlowState, of: { personId?: string | null; subject?: Buffer } = {}): Promise<Flow> {
  const [id, cookie, personId] = [randomUUID(), randomBytes(32), of.personId === undefined ? await person() : of.personId]
  await store.insert(test.database, {
    id, kind: 'reset', person_id: personId, subject_key: of.subject ?? randomBytes(32), identifier_key: randomBytes(32), language: 'en', typed_mask: null, cookie_hash: cookie,
  })
  await test.owner.execute('UPDATE self_service_flow SET state = $2 WHERE id = $1', [id, state])
  return { id, cookie, personId }
}
const stateOf = async ({ id }: { id: string }): Promise<FlowState> => (await store.find(test.database, id))!.state
const age = (flowId: string, column: 'touched_at' | 'created_at', seconds: number): Promise<number> =>
  test.owner.execute(`UPDATE self_service_flow SET ${column} = now() - make_interval(secs => $2) WHERE id = $1`, [flowId, seconds])

describe('moving a flow', () => {
  const pairs = STATES.flatMap((from) => STATES.map((to) => [from, to] as const))

  it.each(pairs)('%s → %s happens exactly when the table says so, for the person and for the worker', async (from, to) => {
    const allowed = FLOW_TRANSITIONS[from].includes(to)
    for (const mover of ['person', 'worker'] as const) {
      const moving = await flow(from)
      const moved = await store.move(test.database, moving.id, to, mover === 'worker' ? 'worker' : { cookieHash: moving.cookie })
      expect([mover, moved]).toEqual([mover, allowed])
      expect([mover, await stateOf(moving)]).toEqual([mover, allowed ? to : from])
    }
  })

  it.each(STATES.filter((state) => FLOW_TRANSITIONS[state].length > 0))('out of %s needs the cookie of its browser', async (from) => {
    const moving = await flow(from)
    for (const cookieHash of [randomBytes(32), Buffer.alloc(0), moving.cookie.subarray(0, 31)]) {
      expect(await store.move(test.database, moving.id, FLOW_TRANSITIONS[from][0]!, { cookieHash })).toBe(false)
    }
    expect(await stateOf(moving)).toBe(from)
  })

  it.each([
    ['choosing-method', 'locked', 'touched_at', 300], ['awaiting-code', 'verified', 'touched_at', 300],
    ['awaiting-code', 'verified', 'created_at', 900], ['verified', 'applying', 'touched_at', 300],
    ['verified', 'applying', 'created_at', 900], ['failed', 'applying', 'created_at', 3_600],
  ] as const)('%s → %s is over for the person when %s is %i s old, not a moment before', async (from, to, column, seconds) => {
    const [early, late] = [await flow(from), await flow(from)]
    await age(early.id, column, seconds - 5)
    await age(late.id, column, seconds)
    expect(await store.move(test.database, early.id, to, { cookieHash: early.cookie })).toBe(true)
    expect(await store.move(test.database, late.id, to, { cookieHash: late.cookie })).toBe(false)
    expect((await store.find(test.database, late.id))!.alive).toBe(false)
  })

  it('by the worker does not depend on how long the directory took', async () => {
    const slow = await flow('applying')
    await age(slow.id, 'created_at', 100_000)
    await age(slow.id, 'touched_at', 100_000)
    expect(await store.move(test.database, slow.id, 'completed', 'worker')).toBe(true)
  })

  it('at the same moment succeeds once', async () => {
    const raced = await flow('verified')
    const moves = await Promise.all(Array.from({ length: 16 }, () => store.move(test.database, raced.id, 'applying', { cookieHash: raced.cookie }, { countSubmission: true })))
    expect(moves.filter(Boolean)).toHaveLength(1)
    expect((await store.find(test.database, raced.id))!.submissions).toBe(1)
  })

  it('keeps what it is not told to change', async () => {
    const moving = await flow('awaiting-code')
    const evidenceId = randomUUID()
    const cookieHash = randomBytes(32)
    await store.move(test.database, moving.id, 'verified', { cookieHash: moving.cookie }, { evidenceId, cookieHash })
    await store.move(test.database, moving.id, 'applying', { cookieHash })
    expect(await store.find(test.database, moving.id)).toMatchObject({ evidence_id: evidenceId, cookie_hash: cookieHash, request_id: null, submissions: 0, locked_until: null })
  })

  it.each(['verified', 'applying', 'completed', 'partly-completed', 'failed'] as const)('of a decoy to %s is refused by the table itself', async (state) => {
    const decoy = await flow('awaiting-code', { personId: null })
    await expect(test.owner.execute('UPDATE self_service_flow SET state = $2 WHERE id = $1', [decoy.id, state])).rejects.toThrow(/check/)
  })
})

describe('waiting for a code', () => {
  const ask = (asking: Flow) => test.database.transaction((tx) => store.moveToAwaitingCode(tx, asking.id, asking.cookie, () => Promise.resolve(false)))

  it('is open to five of a subject; the sixth hears when the first place is free', async () => {
    const subject = randomBytes(32)
    const flows: Flow[] = []
    for (let n = 0; n < 6; n += 1) flows.push(await flow('choosing-method', { personId: null, subject }))
    for (const waiting of flows.slice(0, 5)) expect(await ask(waiting)).toEqual({ moved: true })
    await age(flows[2]!.id, 'touched_at', 200)
    const refused = await ask(flows[5]!)
    if (refused.moved) throw new Error('a sixth flow waits')
    expect((refused.freeAt!.getTime() - Date.now()) / 1000).toBeGreaterThan(80)
    expect((refused.freeAt!.getTime() - Date.now()) / 1000).toBeLessThan(110)
    expect(await stateOf(flows[5]!)).toBe('choosing-method')
    expect(await ask(flows[0]!)).toEqual({ moved: true })
  })

  it('is open to one’s own browser although strangers hold every place, and asks about it only then', async () => {
    const subject = randomBytes(32)
    let asked = 0
    const askFrom = (own: boolean, asking: Flow) => test.database.transaction((tx) => store.moveToAwaitingCode(tx, asking.id, asking.cookie, () => {
      asked += 1
      return Promise.resolve(own)
    }))
    for (let n = 0; n < 5; n += 1) expect(await askFrom(true, await flow('choosing-method', { personId: null, subject }))).toEqual({ moved: true })
    expect(asked).toBe(0)
    const late = await flow('choosing-method', { personId: null, subject })
    expect(await askFrom(false, late)).toMatchObject({ moved: false, freeAt: expect.any(Date) as Date })
    expect(await askFrom(true, late)).toEqual({ moved: true })
    expect(await askFrom(true, await flow('expired', { personId: null, subject }))).toMatchObject({ moved: false })
  })

  it('counts neither other subjects nor flows that have ended, idle or absolute', async () => {
    const subject = randomBytes(32)
    for (let n = 0; n < 5; n += 1) await flow('awaiting-code', { personId: null })
    for (const [column, seconds] of [['touched_at', 301], ['created_at', 901]] as const) {
      for (let n = 0; n < 5; n += 1) await age((await flow('awaiting-code', { personId: null, subject })).id, column, seconds)
    }
    for (const state of ['expired', 'locked', 'choosing-method'] as const) await flow(state, { personId: null, subject })
    expect(await ask(await flow('choosing-method', { personId: null, subject }))).toEqual({ moved: true })
  })

  it('is no matter of places for a flow that cannot wait: another cookie, a dead one, a finished one', async () => {
    const waiting = await flow('choosing-method')
    expect(await ask({ ...waiting, cookie: randomBytes(32) })).toEqual({ moved: false, freeAt: null })
    await age(waiting.id, 'touched_at', 301)
    expect(await ask(waiting)).toEqual({ moved: false, freeAt: null })
    for (const state of ['verified', 'completed', 'expired', 'locked'] as const) expect(await ask(await flow(state))).toEqual({ moved: false, freeAt: null })
    expect(await ask({ ...waiting, id: randomUUID() })).toEqual({ moved: false, freeAt: null })
  })
})

describe('verifying one flow', () => {
  it('closes the person’s unsubmitted flows and nobody else’s', async () => {
    const personId = await person()
    const keep = await flow('awaiting-code', { personId })
    const [open, waiting, applying, done] = [
      await flow('choosing-method', { personId }), await flow('awaiting-code', { personId }), await flow('applying', { personId }), await flow('completed', { personId }),
    ]
    const stranger = await flow('awaiting-code')
    await test.database.transaction((tx) => store.closeOthers(tx, personId, keep.id))
    const states = []
    for (const each of [keep, open, waiting, applying, done, stranger]) states.push(await stateOf(each))
    expect(states).toEqual(['awaiting-code', 'expired', 'expired', 'applying', 'completed', 'awaiting-code'])
  })

  it('and another of the same person at the same moment ends with one of them, without a deadlock', async () => {
    const personId = await person()
    const flows = [await flow('awaiting-code', { personId }), await flow('awaiting-code', { personId })]
    let bothBegan: () => void = () => undefined
    const began = new Promise<void>((resolve) => { bothBegan = resolve })
    let count = 0
    const verify = (mine: Flow) => test.database.transaction(async (tx: Tx) => {
      await tx.query('SELECT 1')
      if ((count += 1) === 2) bothBegan()
      await began
      await store.closeOthers(tx, personId, mine.id)
      if (!(await store.move(tx, mine.id, 'verified', { cookieHash: mine.cookie }))) throw new Error('closed by the other')
    })
    const ends = await Promise.allSettled(flows.map(verify))
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((ends.find((end) => end.status === 'rejected') as PromiseRejectedResult).reason).toMatchObject({ message: 'closed by the other' })
    expect([await stateOf(flows[0]!), await stateOf(flows[1]!)].sort()).toEqual(['expired', 'verified'])
  })

  it('leaves a person one verified flow, whoever forgets to close the others', async () => {
    const personId = await person()
    await flow('verified', { personId })
    const second = await flow('awaiting-code', { personId })
    await expect(store.move(test.database, second.id, 'verified', { cookieHash: second.cookie })).rejects.toThrow('one_verified_flow_a_person')
  })
})

describe('looking and touching', () => {
  it('a touch keeps a living flow awake and wakes no dead one', async () => {
    const [living, dead] = [await flow('verified'), await flow('verified')]
    await age(living.id, 'touched_at', 290)
    await age(dead.id, 'touched_at', 301)
    for (const each of [living, dead]) await store.touch(test.database, each.id)
    expect((await store.find(test.database, living.id))!.expires_at.getTime()).toBeGreaterThan(Date.now() + 290_000)
    expect((await store.find(test.database, dead.id))!.alive).toBe(false)
  })

  it('a touch cannot lengthen a flow beyond its fifteen minutes', async () => {
    const busy = await flow('verified')
    await age(busy.id, 'created_at', 890)
    await store.touch(test.database, busy.id)
    expect((await store.find(test.database, busy.id))!.expires_at.getTime()).toBeLessThan(Date.now() + 15_000)
  })
})
