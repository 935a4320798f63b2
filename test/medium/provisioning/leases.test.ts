import { jest } from '@jest/globals'
import { NEW_PASSWORD, Workshop } from './workshop.js'

let shop: Workshop
beforeEach(async () => {
  shop = await Workshop.open()
})
afterEach(() => shop.close())

const gate = (): { opened: Promise<void>; open: () => void } => {
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

describe('two workers', () => {
  it('sixteen claimers at once: exactly one gets a task', async () => {
    await shop.submit(shop.memory.add('aino'))
    const workers = Array.from({ length: 16 }, () => shop.worker().worker)
    const claims = await Promise.all(workers.map((worker) => worker.claim(5, 20)))
    expect(claims.map((rows) => rows.length).reduce((sum, count) => sum + count)).toBe(1)
  })

  it('share many tasks without doing any of them twice', async () => {
    const refs = Array.from({ length: 40 }, (_, index) => shop.memory.add(`person-${index}`))
    for (const ref of refs) await shop.submit(ref)
    const workers = [shop.worker(), shop.worker(), shop.worker()]
    while ((await Promise.all(workers.map(({ step }) => step()))).some((count) => count > 0));
    expect(refs.map(({ account }) => account.effectiveWrites)).toEqual(refs.map(() => [NEW_PASSWORD]))
  })

  it('one that lost its lease before its intent writes nothing', async () => {
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const [slow, quick] = [shop.worker(), shop.worker()]
    const lookup = gate()
    shop.directory.plan('lookup', { fault: 'held', until: lookup.opened })
    const claimed = await shop.claimOne(slow.worker)
    const slowRun = slow.worker.handle(claimed)
    await shop.letLeasesRunOut()
    await quick.step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded' })
    lookup.open()
    await slowRun
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
    expect(await shop.attempts(task.id)).toHaveLength(1)
  })

  it('one whose lease ran out before its intent writes nothing, also when nobody has taken over yet', async () => {
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const { worker, step } = shop.worker()
    shop.directory.plan('lookup', {
      fault: 'after',
      first: async () => void (await shop.db.owner.execute(`UPDATE provisioning_task SET lease_until = now() - interval '1 second'`)),
    })
    await worker.handle(await shop.claimOne(worker))
    expect(ref.account.effectiveWrites).toEqual([])
    expect(await shop.attempts(task.id)).toEqual([])
    expect(await shop.settle(step, task.id)).toMatchObject({ state: 'succeeded', attempts: 1 })
  })

  it('one that lost its lease in the middle of its write settles nothing; the other finds the write and settles', async () => {
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const [slow, quick] = [shop.worker(), shop.worker()]
    const write = gate()
    shop.directory.plan('setPassword', { fault: 'held', until: write.opened })
    const reached = gate()
    slow.checkpoints.at = (label) => label === 'task.before-write' ? reached.open() : undefined
    const slowRun = shop.claimOne(slow.worker).then((claimed) => slow.worker.handle(claimed))
    await reached.opened
    await shop.db.owner.execute(`UPDATE provisioning_task SET lease_until = now() - interval '1 second'`)
    await quick.step() // takes it over as checking; too early to ask
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking' })
    expect(ref.account.effectiveWrites).toEqual([])
    write.open()
    await slowRun // its settle meets a newer fence
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking', hasSecret: true })
    expect(await shop.settle(quick.step, task.id)).toMatchObject({ state: 'succeeded', attempts: 1 })
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
  })

  it('a stopped process gives its lease back, and the next one asks instead of writing again', async () => {
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const [leaving, next] = [shop.worker(), shop.worker()]
    const [reached, stopped] = [gate(), gate()]
    leaving.checkpoints.at = async (label) => {
      if (label !== 'task.after-write') return
      reached.open()
      await stopped.opened // the process is stopped before it can settle
    }
    const claimed = await shop.claimOne(leaving.worker)
    const run = leaving.worker.handle(claimed)
    await reached.opened
    await shop.db.database.execute('UPDATE provisioning_task SET lease_until = NULL WHERE id = $1 AND fence = $2', [claimed.hold.id, claimed.hold.fence])
    expect(await next.step()).toBe(1)
    expect(await shop.settle(next.step, task.id)).toMatchObject({ state: 'succeeded' })
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
    stopped.open()
    await run
  })
})

describe('a call that never ends', () => {
  // only what the call window is made of; Postgres and the microtasks keep real time
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'queueMicrotask', 'Date', 'hrtime'] })
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  /** Runs the one task there is, and lets its budget run out once it has got as far as the held call. */
  async function runPast(call: 'lookup' | 'setPassword') {
    const [begun, held] = [gate(), gate()]
    shop.directory.plan(call, { fault: 'after', first: () => { begun.open(); return held.opened } })
    const conversations = jest.spyOn(shop.directory, 'use')
    const { worker, checkpoints } = shop.worker()
    const run = shop.claimOne(worker).then((claimed) => worker.handle(claimed))
    await begun.opened
    jest.advanceTimersByTime(shop.settings.callBudgetMs + 1_000)
    await run
    /** What was left alone has come to its own end. */
    const ended = async () => void (await Promise.allSettled(conversations.mock.results.map(({ value }) => value as Promise<unknown>)))
    return { held, checkpoints, ended }
  }

  it('is left alone; when it goes on later it may not begin its write', async () => {
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const { held, checkpoints, ended } = await runPast('lookup')
    expect(await shop.task(task.id)).toMatchObject({ state: 'retrying', code: 'CONNECTOR_UNAVAILABLE' })
    held.open()
    await ended()
    expect(ref.account.effectiveWrites).toEqual([])
    expect(checkpoints.reached).not.toContain('task.intent-committed')
  })

  it('in its write is unknown, not failed', async () => {
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const { held } = await runPast('setPassword')
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking' })
    held.open()
  })

  it('does not write when the time is up before the write', async () => {
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const { step, checkpoints } = shop.worker()
    checkpoints.at = (label) => {
      if (label === 'task.before-write') jest.advanceTimersByTime(shop.settings.callBudgetMs)
    }
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'retrying' })
    expect(ref.account.effectiveWrites).toEqual([])
    expect(await shop.attempts(task.id)).toMatchObject([{ phase: 'writing', result: 'failed' }])
  })
})

it('a poisonous task does not keep others from being done, and ends as a dead letter', async () => {
  const poison = await shop.submit(shop.memory.add('poison'))
  const { worker } = shop.worker()
  shop.provisioning.addWriteGate(async (_on, task) => {
    if (task.id === poison.id) throw new Error('a bug met by this task only')
    return null
  })
  const others = [await shop.submit(shop.memory.add('aino')), await shop.submit(shop.memory.add('eero'))]
  const claimed = await worker.claim(10, 20)
  const answers = await Promise.allSettled(claimed.map((task) => worker.handle(task)))
  expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  for (const { id } of others) expect(await shop.task(id)).toMatchObject({ state: 'succeeded' })
  await shop.letLeasesRunOut()
  await shop.endOf('retry_until', poison.id)
  await worker.handle(await shop.claimOne(worker))
  expect(await shop.task(poison.id)).toMatchObject({ state: 'failed', code: 'INTERNAL' })
})
