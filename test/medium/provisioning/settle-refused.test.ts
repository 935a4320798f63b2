import { until } from '../../api/harness/until.js'
import { NEW_PASSWORD, Workshop, type ScriptedCheckpoints } from './workshop.js'

let shop: Workshop
afterEach(async () => {
  await shop.db.owner.query('GRANT INSERT ON audit_entry TO app')
  await shop.close()
})

const leaseOf = async (id: string): Promise<Date | null> => {
  const [row] = await shop.db.owner.query<{ lease_until: Date | null }>('SELECT lease_until FROM provisioning_task WHERE id = $1', [id])
  return row!.lease_until
}
/** The trail's table takes no row from the moment the directory has answered. */
function refuseTrailAfterWrite(checkpoints: ScriptedCheckpoints): void {
  checkpoints.at = async (label) => {
    if (label === 'task.after-write') await shop.db.owner.query('REVOKE INSERT ON audit_entry FROM app')
  }
}

describe('an outcome that the trail refuses', () => {
  it('is kept by the worker that knows it, under a lease that it renews, and settled when the trail takes rows again', async () => {
    shop = await Workshop.open()
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const [knowing, other] = [shop.worker(), shop.worker()]
    refuseTrailAfterWrite(knowing.checkpoints)
    const claimed = await shop.claimOne(knowing.worker)
    const lease = await leaseOf(task.id)
    const run = knowing.worker.handle(claimed)
    await until(async () => ((await leaseOf(task.id))! > lease! ? true : null))
    expect(await other.step()).toBe(0)
    expect(await shop.task(task.id)).toMatchObject({ state: 'running' })
    await shop.db.owner.query('GRANT INSERT ON audit_entry TO app')
    await run
    expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded', changed: true, hasSecret: false })
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
    expect(shop.memory.calls).not.toContain('verify') // nobody had to ask the directory what was known here
  })

  it('is left to the next worker, which asks the directory, when the trail stays away for too long', async () => {
    shop = await Workshop.open({ settleForMs: 0 })
    const ref = shop.memory.add('aino')
    const task = await shop.submit(ref)
    const { worker, checkpoints, step } = shop.worker()
    refuseTrailAfterWrite(checkpoints)
    await expect(worker.handle(await shop.claimOne(worker))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    checkpoints.at = () => undefined
    await shop.db.owner.query('GRANT INSERT ON audit_entry TO app')
    expect(await shop.settle(step, task.id)).toMatchObject({ state: 'succeeded' })
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
  })

  it('by a mistake of ours is not tried again: the row is left to its lease at once', async () => {
    shop = await Workshop.open()
    const task = await shop.submit(shop.memory.add('aino'))
    let heard = 0
    shop.provisioning.addSettleListener(() => {
      heard += 1
      return Promise.reject(new TypeError('a listener with a bug'))
    })
    const { step } = shop.worker()
    await expect(step()).rejects.toThrow(TypeError)
    expect(heard).toBe(1)
    expect(await shop.task(task.id)).toMatchObject({ state: 'running' })
  })

  it('by a deadlock with somebody else is settled at once, too', async () => {
    shop = await Workshop.open()
    const task = await shop.submit(shop.memory.add('aino'))
    let deadlocks = 2
    shop.provisioning.addSettleListener(async (tx) => {
      if (deadlocks-- > 0) await tx.query(`DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$`)
    })
    const { step } = shop.worker()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded' })
  })
})
