import type { FlowView } from '../../../src/contract/self-service.contract.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { settled, verify } from '../harness/walk.js'

let app: TestApp
beforeAll(async () => {
  app = await TestApp.open({ directories: [{ lockout: { durationSeconds: 0 } }, {}] })
})
afterAll(() => app.close())

async function unlock(person: TestPerson, accountAt = 0) {
  const browser = app.browser()
  const flow = await verify(browser, app.smtp, person.login, person.mail, 'unlocks')
  const answer = await browser.post<FlowView>(`/self-service/unlocks/${flow.id}/unlock`, { accounts: [flow.accounts![accountAt]!.id] })
  expect(answer.status).toBe(202)
  return { flow, outcome: await settled(browser, answer.body, 'unlocks') }
}

describe('an account locked by wrong passwords', () => {
  it('is shown with its live state and unlocked with the password it has', async () => {
    const person = await app.person({ login: 'leena.makinen', in: [0, 1], flags: { lockedAt: new Date() } })
    await app.local.set(app.test.owner, person.nativeIds[1]!, { lockedAt: null })
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(false)
    const { flow, outcome } = await unlock(person)
    expect(flow.accounts!.map((account) => account.lock!.locked)).toEqual([true, false])
    expect(outcome).toMatchObject({ state: 'completed', request: { kind: 'unlock', outcomes: [{ state: 'succeeded', noChangeNeeded: false }] } })
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
    expect((await app.smtp.nextMail({ to: person.mail, after: 1 })).subject).toBe('Your account was unlocked')
  })

  it('may be reset as well: being locked out is no reason for a decoy', async () => {
    const person = await app.person({ login: 'locked.resets', flags: { lockedAt: new Date() } })
    await verify(app.browser(), app.smtp, person.login, person.mail)
  })

  it('counts as done when it was not locked, and says so', async () => {
    const person = await app.person({ login: 'not.locked' })
    const { outcome } = await unlock(person)
    expect(outcome.request!.outcomes).toMatchObject([{ state: 'succeeded', noChangeNeeded: true }])
  })

  it('stays disabled when it is disabled: unlocking enables nothing', async () => {
    const person = await app.person({ login: 'disabled.and.locked', flags: { lockedAt: new Date(), disabled: true } })
    const { outcome } = await unlock(person)
    expect(outcome.request!.outcomes).toMatchObject([{ state: 'refused', code: 'ACCOUNT_DISABLED' }])
    const [account] = await app.test.owner.query('SELECT disabled, locked_at IS NOT NULL AS locked FROM local_account WHERE id = $1', [person.nativeIds[0]])
    expect(account).toEqual({ disabled: true, locked: true })
  })

  it('offers no password step in an unlock', async () => {
    const person = await app.person({ login: 'unlock.only', flags: { lockedAt: new Date() } })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail, 'unlocks')
    expect(flow.policy).toBeNull()
    expect(await browser.post(`/self-service/unlocks/${flow.id}/password`, { newPassword: 'Any-password-1234', accounts: [] })).toMatchObject({ status: 404 })
  })
})
