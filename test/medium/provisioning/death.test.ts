import type { CheckpointLabel } from '../../../src/kernel/checkpoints.js'
import type { Fault } from '../../fakes/faulty-connector.js'
import { withSuperuser } from '../harness/roles.js'
import { Died, NEW_PASSWORD, Workshop } from './workshop.js'

let shop: Workshop
beforeEach(async () => {
  shop = await Workshop.open({ settleForMs: 10_000 })
  await shop.db.owner.query('CREATE TABLE IF NOT EXISTS test_heard (task_id uuid, state text)')
  await shop.db.owner.query('GRANT INSERT ON test_heard TO PUBLIC')
  shop.provisioning.addSettleListener(async (tx, task) => {
    await tx.execute('INSERT INTO test_heard VALUES ($1, $2)', [task.id, task.state])
  })
})
afterEach(() => shop.close())

const LABELS = [
  'task.claimed', 'task.intent-committed', 'task.before-write', 'task.after-write', 'settle.before-commit', 'settle.after-commit',
] as const satisfies CheckpointLabel[]

/** Whatever died: one effective write, one settle heard, an outcome behind every intent, and no password left. */
async function expectDoneOnce(id: string, effectiveWrites: string[]): Promise<void> {
  expect(await shop.task(id)).toMatchObject({ state: 'succeeded', changed: true, hasSecret: false, mayHaveChanged: false })
  expect(effectiveWrites).toEqual([NEW_PASSWORD])
  expect(await shop.db.owner.query('SELECT state FROM test_heard WHERE task_id = $1', [id])).toEqual([{ state: 'succeeded' }])
  expect(await shop.db.owner.query('SELECT no FROM provisioning_attempt WHERE ended_at IS NULL')).toEqual([])
  const trail = await shop.trail(id)
  expect(trail.filter((row) => row === 'provisioning.task.succeeded success')).toHaveLength(1)
  expect(trail.indexOf('provisioning.attempt.started intent')).toBeLessThan(trail.indexOf('provisioning.task.succeeded success'))
}

describe.each([
  ['a quiet directory', []],
  ['a reply that is lost', [{ fault: 'reply-lost' }]],
  ['a request that is lost', [{ fault: 'request-lost' }]],
] as [string, Fault[]][])('with %s', (_, faults) => {
  it.each(LABELS)('a process that dies at %s loses nothing and repeats nothing', async (label) => {
    const ref = shop.memory.add('aino')
    const [dying, next] = [shop.worker(), shop.worker()]
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', ...faults)
    dying.checkpoints.dieAt(label)
    const died = await dying.step().then(() => false, (error: unknown) => error instanceof Died)
    expect(died || !dying.checkpoints.reached.includes(label)).toBe(true)
    await shop.settle(next.step, task.id)
    await expectDoneOnce(task.id, ref.account.effectiveWrites)
  })

  it.each(['reconcile.before-read', 'settle.before-commit', 'settle.after-commit'] as const)(
    'a process that dies while asking, at %s, leaves the question to the next', async (label) => {
      const ref = shop.memory.add('aino')
      const [first, dying, next] = [shop.worker(), shop.worker(), shop.worker()]
      const task = await shop.submit(ref)
      shop.directory.plan('setPassword', ...faults)
      first.checkpoints.dieAt('task.after-write')
      await first.step().catch(() => undefined)
      await shop.letLeasesRunOut()
      dying.checkpoints.dieAt(label)
      await expect(dying.step()).rejects.toThrow(Died)
      await shop.settle(next.step, task.id)
      await expectDoneOnce(task.id, ref.account.effectiveWrites)
    })
})

describe('Postgres connections broken', () => {
  const terminate = async (): Promise<void> => {
    const [row] = await shop.db.owner.query<{ name: string }>('SELECT current_database() AS name')
    await withSuperuser('postgres', (admin) => admin.query(
      `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = $1 AND usename = 'app'`, [row!.name]))
  }

  it.each([...LABELS, 'reconcile.before-read'] as const)('at %s lose nothing and repeat nothing', async (label) => {
    const ref = shop.memory.add('aino')
    const { step, checkpoints } = shop.worker()
    const task = await shop.submit(ref)
    if (label === 'reconcile.before-read') shop.directory.plan('setPassword', { fault: 'reply-lost' })
    let broken = false
    checkpoints.at = async (reached) => {
      if (reached !== label || broken) return
      broken = true
      await terminate()
    }
    for (let round = 0; round < 8 && !(await shop.task(task.id).catch(() => null))?.settledAt; round += 1) {
      await step().catch(() => undefined)
      await shop.letLeasesRunOut()
    }
    expect(broken).toBe(true)
    await expectDoneOnce(task.id, ref.account.effectiveWrites)
  })

  it('during the settle itself are tried again at once, without waiting for the lease', async () => {
    const ref = shop.memory.add('aino')
    const { step, checkpoints } = shop.worker()
    const task = await shop.submit(ref)
    let breaks = 2
    checkpoints.at = async (reached) => {
      if (reached === 'settle.before-commit' && breaks-- > 0) await terminate()
    }
    await step()
    await expectDoneOnce(task.id, ref.account.effectiveWrites)
    expect(shop.memory.calls).not.toContain('verify')
  })
})
