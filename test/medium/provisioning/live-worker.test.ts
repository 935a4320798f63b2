import { ConnectorError } from '../../../src/modules/directories/index.js'
import type { Task } from '../../../src/modules/provisioning/index.js'
import { QueueRunner, QueueSettings } from '../../../src/platform/queue/index.js'
import { NEW_PASSWORD, Workshop } from './workshop.js'

/** The worker as the product runs it: woken by the queue, never stepped by the test. The sweep is an hour away. */
let shop: Workshop
const queues: QueueRunner[] = []
beforeEach(async () => {
  shop = await Workshop.open({ retryBaseMs: 5, retryCapMs: 20, landingGraceMs: 0 })
})
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.stop()))
  await shop.close()
})

function process(works = true) {
  const queue = new QueueRunner(shop.db.database, Object.assign(new QueueSettings(), { works, sweepMs: 3_600_000, stopWithinMs: 50 }))
  queues.push(queue)
  const { worker, checkpoints } = shop.worker(queue)
  worker.onModuleInit()
  const provisioning = shop.makeProvisioning(queue)
  const submit = (ref: { nativeId: string; login: string }): Promise<Task> =>
    shop.db.database.transaction((tx) => provisioning.submit(tx, shop.operation(ref)))
  return { queue, checkpoints, submit }
}

async function settled(id: string): Promise<Task> {
  const end = performance.now() + 10_000
  for (;;) {
    const task = await shop.task(id)
    if (task.settledAt) return task
    if (performance.now() > end) throw new Error(`still ${task.state}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

it('does what was accepted as soon as it is committed', async () => {
  const { queue, submit } = process()
  await queue.start()
  const ref = shop.memory.add('aino')
  expect(await settled((await submit(ref)).id)).toMatchObject({ state: 'succeeded' })
  expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
})

it('does in another process what an API process has accepted and does not live to see', async () => {
  const [api, worker] = [process(false), process()]
  await Promise.all([api.queue.start(), worker.queue.start()])
  const task = await api.submit(shop.memory.add('aino'))
  await api.queue.stop()
  expect(await settled(task.id)).toMatchObject({ state: 'succeeded' })
  expect(api.checkpoints.reached).toEqual([])
})

it('comes back by itself to what has to be tried again, without waiting for the sweep', async () => {
  const { queue, submit } = process()
  await queue.start()
  const away = { fault: 'refused', error: new ConnectorError('unreachable', 'ECONNREFUSED') } as const
  shop.directory.plan('use', away, away, away)
  expect(await settled((await submit(shop.memory.add('aino'))).id)).toMatchObject({ state: 'succeeded', attempts: 4 })
})

it('finds work from before its start, a hundred at a time, each once, in two processes', async () => {
  const accepted = []
  const refs = Array.from({ length: 100 }, (_, index) => shop.memory.add(`person-${index}`))
  for (const ref of refs) accepted.push(await shop.submit(ref))
  const both = [process(), process()]
  await Promise.all(both.map(({ queue }) => queue.start()))
  for (const { id } of accepted) expect(await settled(id)).toMatchObject({ state: 'succeeded', attempts: 1 })
  expect(refs.map(({ account }) => account.effectiveWrites)).toEqual(refs.map(() => [NEW_PASSWORD]))
})

it('gives its lease back when it is stopped in the middle, and the next process takes it up at once', async () => {
  const [leaving, next] = [process(), process()]
  await leaving.queue.start()
  let begun!: () => void
  const inCall = new Promise<void>((resolve) => {
    begun = resolve
  })
  let answer!: () => void
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  shop.directory.plan('lookup', { fault: 'after', first: () => { begun(); return answered } })
  const ref = shop.memory.add('aino')
  const task = await leaving.submit(ref)
  await inCall
  await leaving.queue.stop()
  await next.queue.start()
  expect(await settled(task.id)).toMatchObject({ state: 'succeeded' })
  answer()
  expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
})

it('tells the depth and the age of what waits', async () => {
  const { queue } = process(false)
  await shop.submit(shop.memory.add('aino'))
  await shop.submit(shop.memory.add('eero'))
  await shop.db.owner.execute(`UPDATE provisioning_task SET run_at = now() - interval '90 seconds' WHERE login = 'aino'`)
  const [gauge] = await queue.gauges()
  expect(gauge).toMatchObject({ name: 'provisioning', depth: 2, running: 0 })
  expect(gauge!.oldestSeconds).toBeGreaterThanOrEqual(90)
})

it('a directory that could not be opened is waited for: its task is not refused as unsupported', async () => {
  const { queue, submit } = process()
  await queue.start()
  const declared = [...shop.memory.capabilities]
  shop.memory.capabilities.clear()
  shop.directory.plan('use', { fault: 'refused', error: new ConnectorError('unreachable', 'its settings are wrong') })
  const task = await submit(shop.memory.add('aino'))
  for (const capability of declared) shop.memory.capabilities.add(capability)
  expect(await settled(task.id)).toMatchObject({ state: 'succeeded' })
})
