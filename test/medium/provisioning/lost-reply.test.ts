import { ConnectorError } from '../../../src/modules/directories/index.js'
import { NEW_PASSWORD, Workshop } from './workshop.js'

let shop: Workshop
beforeEach(async () => {
  shop = await Workshop.open()
})
afterEach(() => shop.close())

const unreachable = { fault: 'refused', error: new ConnectorError('unreachable', 'connect ECONNREFUSED') } as const

describe('a reply that never came', () => {
  it('is not read back before the write could have landed, and never sent again meanwhile', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'reply-lost' })
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking', code: 'CONNECTOR_UNAVAILABLE', hasSecret: true })
    const calls = shop.memory.calls.length
    expect(await step()).toBe(0) // not due
    await shop.db.owner.execute('UPDATE provisioning_task SET run_at = now()') // somebody wakes too early
    expect(await step()).toBe(1)
    expect(shop.memory.calls).toHaveLength(calls)
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking' })
    expect(await shop.trail(task.id)).toContain('provisioning.attempt.lost unknown')
  })

  it.each([['reset', true], ['reset', false], ['change', false]] as const)(
    '%s with mustChange %s that was applied ends well with one write and one bind, though history would refuse a second', async (kind, mustChange) => {
      const ref = shop.memory.add('aino')
      const { step } = shop.worker()
      const task = await shop.submit(ref, { kind, mustChange })
      shop.directory.plan('setPassword', { fault: 'reply-lost' })
      await step()
      await shop.skipWaiting()
      await step()
      expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded', changed: true, hasSecret: false, code: null })
      expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
      expect(shop.memory.calls.filter((call) => call === 'setPassword')).toHaveLength(1)
      expect(shop.memory.calls.filter((call) => call === 'verify')).toHaveLength(1)
      expect(await shop.attempts(task.id)).toMatchObject([{ result: 'succeeded', probes: 1 }])
      expect(await shop.trail(task.id)).toEqual([
        'provisioning.task.submitted intent', 'provisioning.attempt.started intent', 'provisioning.attempt.lost unknown',
        'provisioning.task.succeeded success',
      ])
    })

  it('is sent again when it is proved that it was not applied', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'request-lost' })
    await step()
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'queued', hasSecret: true })
    expect(shop.memory.calls).not.toContain('verify')
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded', attempts: 2 })
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
    expect(await shop.attempts(task.id)).toMatchObject([{ no: 1, result: 'not-applied' }, { no: 2, result: 'succeeded' }])
  })

  it('that lands after our wait but before its deadline is met as ours', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    let land!: () => void
    const landing = new Promise<void>((resolve) => {
      land = resolve
    })
    shop.directory.plan('setPassword', { fault: 'lands-late', landing })
    await step()
    await shop.db.owner.execute('UPDATE provisioning_task SET run_at = now()')
    await step() // too early to ask: a read now would see the old marker and send it twice
    land()
    await shop.directory.landed()
    expect(await shop.settle(step, task.id)).toMatchObject({ state: 'succeeded', attempts: 1 })
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
  })

  it('with somebody else’s write in between is stopped: theirs stays, ours is not sent again', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'request-lost' })
    await step()
    shop.memory.setElsewhere(ref.nativeId, 'set by an administrator')
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'failed', mayHaveChanged: false, code: 'ACTION_IN_PROGRESS' })
    expect(ref.account.password).toBe('set by an administrator')
    expect(ref.account.wrongPasswords).toBe(1) // the one counted bind
    await shop.skipWaiting()
    expect(await step()).toBe(0)
  })

  it.each([['unlock', { locked: true }], ['activate', { enabled: false }], ['deactivate', { enabled: true }]] as const)(
    '%s is told by the state of the account, applied or not', async (kind, facts) => {
      const { step } = shop.worker()
      const applied = await shop.submit(shop.memory.add('aino', facts), { kind })
      shop.directory.plan(kind, { fault: 'reply-lost' })
      await step()
      await shop.skipWaiting()
      await step()
      expect(await shop.task(applied.id)).toMatchObject({ state: 'succeeded', changed: true, attempts: 1 })
      const lost = await shop.submit(shop.memory.add('eero', facts), { kind })
      shop.directory.plan(kind, { fault: 'request-lost' })
      await step()
      expect(await shop.settle(step, lost.id)).toMatchObject({ state: 'succeeded', changed: true, attempts: 2 })
      expect(shop.memory.calls).not.toContain('verify')
    })

  it('a connector that breaks in the middle of its write counts as a lost reply, not as a failure', async () => {
    const { step } = shop.worker()
    const task = await shop.submit(shop.memory.add('aino'))
    shop.directory.plan('setPassword', { fault: 'refused', error: new TypeError('a bug') })
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking' })
    expect(await shop.settle(step, task.id)).toMatchObject({ state: 'succeeded' })
  })
})

describe('while it is not known', () => {
  it('keeps asking with back-off when the directory is away or the account locked, and binds three times at most', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'reply-lost' }).plan('lookup', { fault: 'after', first: () => undefined }, unreachable)
    await step()
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking', diagnostic: 'connect ECONNREFUSED' })
    ref.account.locked = true
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking' })
    expect(shop.memory.calls).not.toContain('verify')
    ref.account.locked = false
    shop.directory.plan('verify', unreachable, unreachable, unreachable)
    for (let round = 0; round < 6; round += 1) {
      await shop.skipWaiting()
      await step()
    }
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking' })
    expect(await shop.attempts(task.id)).toMatchObject([{ probes: 3, ended_at: null }])
  })

  it('does not bind when one more wrong password could lock the account', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'reply-lost' })
    await step()
    ref.account.wrongPasswords = 4
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'checking' })
    expect(shop.memory.calls).not.toContain('verify')
  })

  it('closes at the end of the password as failed, with the word that it may have changed', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'reply-lost' })
    await step()
    await shop.endOf('check_until', task.id)
    await shop.endOf('secret_until', task.id)
    await shop.tasks.eraseExpiredSecrets(shop.db.database)
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'failed', code: 'OUTCOME_UNKNOWN', mayHaveChanged: true, changed: null, hasSecret: false })
    expect(await shop.attempts(task.id)).toMatchObject([{ result: 'unknown' }])
    expect((await shop.trail(task.id)).at(-1)).toBe('provisioning.task.failed unknown')
    expect(shop.memory.calls).not.toContain('verify')
  })

  it('closes at that end with certainty when the last look shows that nothing changed', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'request-lost' })
    await step()
    for (const end of ['retry_until', 'check_until', 'secret_until'] as const) await shop.endOf(end, task.id)
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'failed', code: 'CONNECTOR_UNAVAILABLE', mayHaveChanged: false, changed: false })
  })

  it('an account that is gone closes the question', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'reply-lost' })
    await step()
    shop.memory.accounts.delete(ref.nativeId)
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'failed', code: 'ACCOUNT_NOT_FOUND' })
  })
})

describe('certainly not applied', () => {
  it.each(['unreachable', 'throttled', 'timed-out'] as const)('%s is tried again with back-off until its time is over, then a dead letter keeps the password', async (reason) => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    const away = { fault: 'refused', error: new ConnectorError(reason, 'not now', 'no') } as const
    shop.directory.plan('use', away).plan('setPassword', away)
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'retrying', attempts: 1, hasSecret: true })
    await shop.skipWaiting()
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'retrying', attempts: 2 })
    await shop.endOf('retry_until', task.id)
    shop.directory.plan('lookup', away)
    await shop.skipWaiting()
    await step()
    const dead = await shop.task(task.id)
    expect(dead).toMatchObject({ state: 'failed', attempts: 3, mayHaveChanged: false, hasSecret: true, diagnostic: 'not now' })
    expect((await shop.attempts(task.id)).map(({ phase, result }) => `${phase} ${result}`)).toEqual(['reading failed', 'writing failed', 'reading failed'])
    expect(ref.account.effectiveWrites).toEqual([])
    expect(await shop.rerun(task.id)).toMatchObject({ state: 'queued', runs: 2 })
    expect(await shop.settle(step, task.id)).toMatchObject({ state: 'succeeded' })
  })

  it('never tries longer than half of the password’s life, so that a re-run has the other half', async () => {
    const task = await shop.submit(shop.memory.add('aino'), { secretTtlSeconds: 120 })
    expect(task.keepsTryingUntil!.getTime() - task.createdAt.getTime()).toBe(60_000)
    expect(task.secretUntil!.getTime() - task.createdAt.getTime()).toBe(120_000)
  })
})
