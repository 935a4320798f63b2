import { ConnectorError } from '../../../src/modules/directories/index.js'
import { NEW_PASSWORD, Workshop } from './workshop.js'

let shop: Workshop
beforeEach(async () => {
  shop = await Workshop.open()
})
afterEach(() => shop.close())

describe('a task that goes well', () => {
  it('writes once, erases the password and leaves intent and outcome in the trail', async () => {
    const { nativeId, login, account } = shop.memory.add('aino')
    const { step, checkpoints } = shop.worker()
    const task = await shop.submit({ nativeId, login }, { mustChange: true })
    expect(task).toMatchObject({ state: 'queued', attempts: 0, runs: 1, hasSecret: true, mustChange: true })
    expect(await step()).toBe(1)
    expect(account).toMatchObject({ password: NEW_PASSWORD, mustChange: true, effectiveWrites: [NEW_PASSWORD] })
    expect(await shop.task(task.id)).toMatchObject({
      state: 'succeeded', attempts: 1, changed: true, hasSecret: false, code: null, mayHaveChanged: false, keepsTryingUntil: null,
    })
    expect(await shop.sealedSecret(task.id)).toBeNull()
    expect(await shop.trail(task.id)).toEqual([
      'provisioning.task.submitted intent', 'provisioning.attempt.started intent', 'provisioning.task.succeeded success',
    ])
    expect(await shop.attempts(task.id)).toMatchObject([{ no: 1, phase: 'writing', result: 'succeeded' }])
    expect(checkpoints.reached).toEqual([
      'task.claimed', 'task.intent-committed', 'task.before-write', 'task.after-write', 'settle.before-commit', 'settle.after-commit',
    ])
  })

  it('has committed its intent, and holds no transaction, when the directory is called', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    let trail: string[] = []
    let open = -1
    shop.directory.plan('setPassword', {
      fault: 'after',
      first: async () => {
        trail = await shop.trail(task.id)
        const [row] = await shop.db.owner.query<{ open: number }>(
          `SELECT count(*)::int AS open FROM pg_locks WHERE relation = 'provisioning_task'::regclass AND mode = 'RowExclusiveLock'
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
        open = row!.open
      },
    })
    await step()
    expect(trail).toContain('provisioning.attempt.started intent')
    expect(open).toBe(0)
  })

  it('changes with the current password', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref, { kind: 'change' })
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded' })
    expect(ref.account.password).toBe(NEW_PASSWORD)
  })

  it.each([
    ['unlock', { locked: true }, true],
    ['unlock', { locked: false }, false],
    ['activate', { enabled: false }, true],
    ['activate', { enabled: true }, false],
    ['deactivate', { enabled: true }, true],
    ['deactivate', { enabled: false }, false],
  ] as const)('%s of an account that is %j succeeds with changed=%s', async (kind, facts, changed) => {
    const ref = shop.memory.add('aino', facts)
    const { step } = shop.worker()
    const task = await shop.submit(ref, { kind })
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded', changed })
  })
})

describe('a final no', () => {
  it.each([
    ['policy-refused', 'refused', 'DIRECTORY_POLICY_REJECTED'],
    ['history', 'refused', 'DIRECTORY_POLICY_REJECTED'],
    ['too-young', 'refused', 'DIRECTORY_POLICY_REJECTED'],
    ['wrong-current-password', 'refused', 'CURRENT_PASSWORD_WRONG'],
    ['account-locked', 'refused', 'ACCOUNT_LOCKED'],
    ['account-disabled', 'refused', 'ACCOUNT_DISABLED'],
    ['account-expired', 'refused', 'ACCOUNT_EXPIRED'],
    ['protected-account', 'refused', 'PRIVILEGED_TARGET'],
    ['no-such-account', 'refused', 'ACCOUNT_NOT_FOUND'],
    ['unsupported', 'refused', 'OPERATION_NOT_SUPPORTED'],
    ['not-permitted', 'failed', 'CONNECTOR_FORBIDDEN'],
    ['bad-credentials', 'failed', 'CONNECTOR_MISCONFIGURED'],
  ] as const)('%s ends as %s with %s and the words of the directory', async (reason, state, code) => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.directory.plan('setPassword', { fault: 'refused', error: new ConnectorError(reason, 'its own words: 0000052D') })
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state, code, diagnostic: 'its own words: 0000052D', mayHaveChanged: false, changed: false })
    expect(await shop.task(task.id)).toMatchObject({ hasSecret: state === 'failed' })
    expect(ref.account.effectiveWrites).toEqual([])
    expect(await shop.attempts(task.id)).toMatchObject([{ result: state, code, phase: 'writing' }])
  })

  it('an operation whose event task was switched off after the submit is not carried out, and says so', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.stepsOff.add('reset')
    await step()
    expect(await shop.task(task.id)).toMatchObject({
      state: 'refused', code: 'OPERATION_NOT_SUPPORTED', params: { task: 'Local IGA Admin Actions: Reset' },
      diagnostic: 'the event task "Local IGA Admin Actions: Reset" is switched off', mayHaveChanged: false, hasSecret: false,
    })
    expect(shop.memory.calls).toEqual([])
  })

  it.each([
    ['protected', { protected: true }, 'PRIVILEGED_TARGET'],
    ['disabled', { enabled: false }, 'ACCOUNT_DISABLED'],
    ['expired', { expired: true }, 'ACCOUNT_EXPIRED'],
  ] as const)('an account that is %s is refused before any write, for every origin', async (_, facts, code) => {
    const { step } = shop.worker()
    for (const origin of ['SELF', 'TICKET', 'ADMIN'] as const) {
      for (const kind of ['reset', 'unlock'] as const) {
        const task = await shop.submit(shop.memory.add('aino', facts), { origin, kind })
        await step()
        expect(await shop.task(task.id)).toMatchObject({ state: 'refused', code, hasSecret: false })
        expect(await shop.attempts(task.id)).toMatchObject([{ phase: 'reading', result: 'refused' }])
      }
    }
    expect(shop.memory.calls).not.toContain('setPassword')
    expect(shop.memory.calls).not.toContain('unlock')
  })

  it('a change is not tried when one more wrong password could lock the account', async () => {
    const ref = shop.memory.add('aino', { wrongPasswords: 4 })
    const { step } = shop.worker()
    const task = await shop.submit(ref, { kind: 'change' })
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'refused', code: 'SIGN_IN_LOCKED' })
    expect(shop.memory.calls).not.toContain('setPassword')
  })

  it('a write gate refuses with its code, and the directory is not called at all', async () => {
    const { step } = shop.worker()
    shop.provisioning.addWriteGate(async () => null)
    shop.provisioning.addWriteGate(async (_on, task) => (task.login === 'aino' ? 'IDENTITY_LOCKED' : null))
    const task = await shop.submit(shop.memory.add('aino'))
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'refused', code: 'IDENTITY_LOCKED', hasSecret: false })
    expect(shop.memory.calls).toEqual([])
  })

  it('is settled also when the words of the directory cannot be stored as they are', async () => {
    const { step } = shop.worker()
    const task = await shop.submit(shop.memory.add('aino'))
    shop.directory.plan('setPassword', { fault: 'refused', error: new ConnectorError('policy-refused', `no\0\ud800${'x'.repeat(5_000)}`) })
    await step()
    const { state, diagnostic } = await shop.task(task.id)
    expect(state).toBe('refused')
    expect(diagnostic).toHaveLength(2_000)
  })
})

describe('no audit, no action', () => {
  it('refuses to submit, and to write, while the trail cannot be kept', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    shop.health.reason = 'the sequencer is behind'
    await expect(shop.submit(shop.memory.add('eero'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
    await step()
    expect(await shop.task(task.id)).toMatchObject({ state: 'retrying', code: 'AUDIT_UNAVAILABLE' })
    expect(shop.memory.calls).toEqual([])
    shop.health.reason = null
    expect(await shop.settle(step, task.id)).toMatchObject({ state: 'succeeded' })
  })

  it('does not write when the intent row cannot be written', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    const task = await shop.submit(ref)
    await shop.db.owner.execute(`ALTER TABLE audit_entry ADD CONSTRAINT broken CHECK (action <> 'provisioning.attempt.started') NOT VALID`)
    await step()
    await shop.db.owner.execute('ALTER TABLE audit_entry DROP CONSTRAINT broken')
    expect(await shop.task(task.id)).toMatchObject({ state: 'retrying', code: 'AUDIT_UNAVAILABLE' })
    expect(ref.account.effectiveWrites).toEqual([])
  })
})

describe('the settle transaction', () => {
  it('commits what listeners do with the outcome, or nothing', async () => {
    const ref = shop.memory.add('aino')
    const { step } = shop.worker()
    let broken = true
    const seen: string[] = []
    shop.provisioning.addSettleListener(async (_tx, task) => {
      seen.push(`${task.state} ${task.changed}`)
      if (broken) throw new Error('a listener that fails')
    })
    const task = await shop.submit(ref)
    await expect(step()).rejects.toThrow('a listener that fails')
    expect(await shop.task(task.id)).toMatchObject({ state: 'running' })
    expect(await shop.trail(task.id)).not.toContain('provisioning.task.succeeded success')
    broken = false
    expect(await shop.settle(step, task.id)).toMatchObject({ state: 'succeeded' })
    expect(ref.account.effectiveWrites).toEqual([NEW_PASSWORD])
    expect(seen).toEqual(['succeeded true', 'succeeded true'])
  })
})
