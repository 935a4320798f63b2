import { randomUUID } from 'node:crypto'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { ConnectorError } from '../../../src/modules/directories/index.js'
import { NEW_PASSWORD, Workshop } from './workshop.js'

let shop: Workshop
beforeEach(async () => {
  shop = await Workshop.open()
})
afterEach(() => shop.close())

const refusal = { fault: 'refused', error: new ConnectorError('not-permitted', '00002098: INSUFF_ACCESS_RIGHTS') } as const

async function deadLetter(wishes: Parameters<Workshop['submit']>[1] = {}) {
  const ref = shop.memory.add('aino')
  const { step } = shop.worker()
  const task = await shop.submit(ref, wishes)
  shop.directory.plan(wishes.kind === 'unlock' ? 'unlock' : 'setPassword', refusal)
  await step()
  expect(await shop.task(task.id)).toMatchObject({ state: 'failed', code: 'CONNECTOR_FORBIDDEN' })
  return { ref, step, task }
}

describe('submit', () => {
  it('leaves nothing behind when the caller’s transaction rolls back', async () => {
    const ref = shop.memory.add('aino')
    const work = shop.db.database.transaction(async (tx) => {
      await shop.provisioning.submit(tx, shop.operation(ref))
      throw new Error('the caller changed its mind')
    })
    await expect(work).rejects.toThrow('changed its mind')
    expect(await shop.db.owner.query('SELECT id FROM provisioning_task')).toEqual([])
    expect(await shop.db.owner.query('SELECT id FROM audit_entry')).toEqual([])
  })

  it('lets one of sixteen parallel submits for an account through, and the transaction of a refused one goes on', async () => {
    const ref = shop.memory.add('aino')
    const accountId = randomUUID()
    const answers = await Promise.all(Array.from({ length: 16 }, () => shop.db.database.transaction(async (tx) => {
      try {
        await shop.provisioning.submit(tx, shop.operation(ref, { accountId }))
        return 'accepted'
      } catch (error) {
        expect(error).toMatchObject({ code: 'ACTION_IN_PROGRESS' })
        return (await tx.query('SELECT 1')).length === 1 ? 'refused' : 'broken'
      }
    })))
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'refused')).toHaveLength(15)
  })

  it('accepts the next operation once the first has ended', async () => {
    const ref = shop.memory.add('aino')
    const accountId = randomUUID()
    const { step } = shop.worker()
    await shop.submit(ref, { accountId })
    await step()
    expect(await shop.submit(ref, { accountId, newPassword: new SecretText('another one 42') })).toMatchObject({ state: 'queued' })
  })

  it('refuses what the directory cannot do before anything is written', async () => {
    shop.memory.capabilities.delete('unlock')
    shop.memory.capabilities.delete('mustChange')
    await expect(shop.submit(shop.memory.add('aino'), { kind: 'unlock' })).rejects.toMatchObject({
      code: 'OPERATION_NOT_SUPPORTED', detail: { params: { directory: 'Windows and email' } },
    })
    await expect(shop.submit(shop.memory.add('aino'), { mustChange: true })).rejects.toMatchObject({ code: 'OPERATION_NOT_SUPPORTED' })
    expect(await shop.db.owner.query('SELECT id FROM provisioning_task')).toEqual([])
  })

  it.each([
    ['reset', 'SELF', 'reset'], ['reset', 'ADMIN', 'reset'], ['reset', 'SELF', 'verify'], ['unlock', 'TICKET', 'unlock'], ['unlock', 'SELF', 'unlock'],
    ['deactivate', 'ADMIN', 'activate'], ['activate', 'ADMIN', 'activate'],
  ] as const)('refuses a %s asked by %s where the event task %s is switched off, and names the task', async (kind, origin, off) => {
    shop.stepsOff.add(off)
    const wishes = { kind, origin, ...(kind === 'reset' ? {} : { newPassword: null }) }
    await expect(shop.submit(shop.memory.add('aino'), wishes)).rejects.toMatchObject({
      code: 'OPERATION_NOT_SUPPORTED', detail: { params: { directory: 'Windows and email', task: expect.stringMatching(/^Local IGA/) as string } },
    })
    expect(await shop.db.owner.query('SELECT id FROM provisioning_task')).toEqual([])
  })

  it('takes what other tasks are about: Verify is of service requests, the others are of what they are called', async () => {
    shop.stepsOff.add('verify').add('unlock').add('add').add('remove')
    expect(await shop.submit(shop.memory.add('aino'), { origin: 'ADMIN' })).toMatchObject({ kind: 'reset', state: 'queued' })
  })

  it.each([
    ['a reset without a password', { newPassword: null }],
    ['an unlock with one', { kind: 'unlock', newPassword: new SecretText('x') }],
    ['a change without the current one', { kind: 'change', currentPassword: null }],
    ['a password without an end', { secretTtlSeconds: 0 }],
  ] as const)('throws on %s: a bug of the caller', async (_, wishes) => {
    await expect(shop.submit(shop.memory.add('aino'), wishes)).rejects.toThrow(Error)
    expect(await shop.db.owner.query('SELECT id FROM provisioning_task')).toEqual([])
  })

  it('lists by request in one go, with an empty list for a request without tasks', async () => {
    const requestId = randomUUID()
    const [first, second, empty] = [await shop.submit(shop.memory.add('aino'), { requestId }), await shop.submit(shop.memory.add('eero')), randomUUID()]
    const found = await shop.provisioning.listByRequests(shop.db.database, [requestId, second.requestId, empty])
    expect([...found].map(([id, tasks]) => [id, tasks.map((task) => task.id)])).toEqual([[requestId, [first.id]], [second.requestId, [second.id]], [empty, []]])
    expect(await shop.provisioning.listByRequests(shop.db.database, [])).toEqual(new Map())
  })
})

describe('the sealed password', () => {
  it('does not open on another row, is in no column in clear, and dies with its time in any state', async () => {
    const one = await shop.submit(shop.memory.add('aino'), { kind: 'change' })
    const other = await shop.submit(shop.memory.add('eero'))
    const sealed = (await shop.sealedSecret(one.id))!
    expect(shop.secret.open(sealed, one.id, one.accountId)?.currentPassword?.reveal()).toBe('the old password')
    expect(shop.secret.open(sealed, other.id, one.accountId)).toBeNull()
    expect(shop.secret.open(sealed, one.id, other.accountId)).toBeNull()
    const dump = JSON.stringify(await shop.db.owner.query('SELECT t::text AS row FROM provisioning_task t')) + sealed.toString('latin1')
    expect(dump).not.toContain(NEW_PASSWORD)
    expect(dump).not.toContain('the old password')
    await shop.endOf('secret_until', one.id)
    expect(await shop.tasks.eraseExpiredSecrets(shop.db.database)).toBe(1)
    expect(await shop.sealedSecret(one.id)).toBeNull()
    expect(await shop.sealedSecret(other.id)).not.toBeNull()
  })

  it('that is past its time is not used even before it is erased', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    await shop.endOf('secret_until', task.id)
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'failed', code: 'SECRET_EXPIRED', mayHaveChanged: false })
    expect(shop.memory.calls).toEqual([])
  })

  it('that was copied from another row is not written', async () => {
    const [ref, theirs] = [shop.memory.add('aino'), shop.memory.add('eero')]
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    const other = await shop.submit(theirs, { newPassword: new SecretText('meant for eero 9') })
    await shop.db.owner.execute('UPDATE provisioning_task SET sealed_secret = $2 WHERE id = $1', [task.id, await shop.sealedSecret(other.id)])
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'failed', code: 'SECRET_EXPIRED' })
    expect(ref.account.effectiveWrites).toEqual([])
  })
})

describe('re-run', () => {
  it('goes on in the same row with the kept password, and keeps what happened before', async () => {
    const { ref, step, task } = await deadLetter()
    expect(await shop.rerun(task.id)).toMatchObject({ id: task.id, state: 'queued', runs: 2, code: null, diagnostic: null, settledAt: null })
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded', attempts: 2 })
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
    expect(await shop.attempts(task.id)).toMatchObject([
      { no: 1, run: 1, result: 'failed', code: 'CONNECTOR_FORBIDDEN' }, { no: 2, run: 2, result: 'succeeded' },
    ])
    expect(await shop.trail(task.id)).toContain('provisioning.task.rerun intent')
  })

  it('never lengthens the life of the kept password', async () => {
    const { task } = await deadLetter()
    const before = (await shop.task(task.id)).secretUntil
    const again = await shop.rerun(task.id)
    expect(again.secretUntil).toEqual(before)
    expect(again.keepsTryingUntil!.getTime()).toBeLessThanOrEqual(before!.getTime())
  })

  it('asks for a new password when the old one is gone, and takes it', async () => {
    const { ref, step, task } = await deadLetter()
    await shop.endOf('secret_until', task.id)
    await expect(shop.rerun(task.id)).rejects.toMatchObject({ code: 'SECRET_EXPIRED' })
    await shop.tasks.eraseExpiredSecrets(shop.db.database)
    await expect(shop.rerun(task.id)).rejects.toMatchObject({ code: 'SECRET_EXPIRED' })
    expect(await shop.rerun(task.id, 'typed once more 8')).toMatchObject({ hasSecret: true, runs: 2 })
    await step()
    expect(ref.account.password).toBe('typed once more 8')
  })

  it('of a change needs the current password too, which goes with the seal', async () => {
    const { ref, step, task } = await deadLetter({ kind: 'change' })
    await shop.rerun(task.id, 'typed once more 8')
    await step()
    expect(ref.account.password).toBe('typed once more 8')
    const gone = await deadLetter({ kind: 'change' })
    await shop.endOf('secret_until', gone.task.id)
    await expect(shop.rerun(gone.task.id, 'typed once more 8')).rejects.toMatchObject({ code: 'SECRET_EXPIRED' })
  })

  it('is refused from every state but failed', async () => {
    const { step } = shop.worker()
    const open = await shop.submit(shop.memory.add('aino'))
    await expect(shop.rerun(open.id)).rejects.toMatchObject({ code: 'RERUN_REFUSED' })
    await step()
    await expect(shop.rerun(open.id)).rejects.toMatchObject({ code: 'RERUN_REFUSED' })
    const refused = await shop.submit(shop.memory.add('eero', { enabled: false }))
    await step()
    await expect(shop.rerun(refused.id)).rejects.toMatchObject({ code: 'RERUN_REFUSED' })
    await expect(shop.rerun(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('stops at five runs', async () => {
    const { step, task } = await deadLetter({ kind: 'unlock' })
    for (let run = 2; run <= 5; run += 1) {
      expect(await shop.rerun(task.id)).toMatchObject({ runs: run })
      shop.directory.plan('unlock', refusal)
      await step()
    }
    await expect(shop.rerun(task.id)).rejects.toMatchObject({ code: 'RERUN_REFUSED', detail: { params: { runs: 5, maxRuns: 5 } } })
  })

  it('waits for another open operation on the account', async () => {
    const { ref, task } = await deadLetter()
    await shop.submit(ref, { accountId: task.accountId })
    await expect(shop.rerun(task.id)).rejects.toMatchObject({ code: 'ACTION_IN_PROGRESS' })
  })

  it('asked for sixteen times at once happens once', async () => {
    const { task } = await deadLetter()
    const answers = await Promise.allSettled(Array.from({ length: 16 }, () => shop.rerun(task.id)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await shop.task(task.id)).toMatchObject({ runs: 2 })
  })
})
