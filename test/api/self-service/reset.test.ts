import type { FlowView, RequestPage } from '../../../src/contract/self-service.contract.js'
import { OLD_PASSWORD, TestApp } from '../harness/test-app.js'
import { settled, submit, verify } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
let app: TestApp
beforeAll(async () => {
  app = await TestApp.open()
})
afterAll(() => app.close())

describe('a forgotten password', () => {
  it('is reset by a code from the mail, in every chosen directory', async () => {
    const aino = await app.person({ login: 'aino.korhonen', in: [0, 1] })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, 'aino.korhonen', aino.mail)
    expect(flow.accounts).toMatchObject([
      { directory: 'Windows and email', login: 'aino.korhonen', selectable: true },
      { directory: 'Design archive', login: 'aino.korhonen', selectable: true },
    ])
    expect(flow.policy!.rules.map((rule) => rule.rule)).toEqual(expect.arrayContaining(['min-length', 'character-classes', 'not-common', 'not-person', 'history']))

    const applying = await submit(browser, flow, NEW_PASSWORD)
    expect(applying.request!.reference).toMatch(/^SR-\d+$/)
    const outcome = await settled(browser, applying)
    expect(outcome.state).toBe('completed')
    expect(outcome.request!.outcomes.map((each) => each.state)).toEqual(['succeeded', 'succeeded'])

    for (const position of [0, 1]) {
      expect(await app.signsIn(aino, NEW_PASSWORD, position)).toBe(true)
      expect(await app.signsIn(aino, OLD_PASSWORD, position)).toBe(false)
    }
    const told = await app.smtp.nextMail({ to: aino.mail, after: 1 })
    expect(told.subject).toBe('Your password was changed')
    expect(told.text).toContain(outcome.request!.reference)
    expect(told.text).not.toContain(NEW_PASSWORD)
  })

  it('is found by mail address and by phone number as well', async () => {
    const person = await app.person({
      login: 'by.phone',
      record: { contacts: [{ kind: 'mail', value: 'by.phone@posti.example', source: 'test' }, { kind: 'phone', value: '+358409990001', source: 'test' }] },
    })
    for (const typed of ['BY.PHONE@posti.example', '040 999 0001', 'NORRHAVN\\by.phone']) {
      await verify(app.browser(), app.smtp, typed, person.mail)
    }
  })

  it('leaves the password alone when it breaks the policy, and says which rules', async () => {
    const person = await app.person({ login: 'weak.chooser' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const accounts = flow.accounts!.map((account) => account.id)
    const refused = await browser.post(`/self-service/password-resets/${flow.id}/password`, { newPassword: 'chooser', accounts })
    expect(refused.status).toBe(422)
    expect(refused.body.code).toBe('POLICY_VIOLATION')
    expect(refused.body.violations!.map((violation) => violation.rule)).toEqual(expect.arrayContaining(['min-length', 'not-person']))
    const { body } = await browser.get<FlowView>(`/self-service/password-resets/${flow.id}`)
    expect(body.state).toBe('verified')
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
    const [row] = await app.test.owner.query<{ facts: { rules: string } }>(
      `SELECT facts FROM audit_entry WHERE action = 'self-service.password.refused' AND person_id = $1`, [person.id],
    )
    expect(row!.facts.rules).toContain('min-length')
  })

  it('may be chosen again when only the directory could tell that it was used before', async () => {
    const person = await app.person({ login: 'history.repeats' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const refused = await settled(browser, await submit(browser, flow, OLD_PASSWORD))
    expect(refused.state).toBe('verified')
    expect(refused.request!.outcomes).toMatchObject([{ state: 'refused', code: 'DIRECTORY_POLICY_REJECTED' }])
    const outcome = await settled(browser, await submit(browser, flow, NEW_PASSWORD))
    expect(outcome.state).toBe('completed')
    expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
  })

  it('gives a proof back only so often', async () => {
    const person = await app.person({ login: 'history.insists' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const states: string[] = []
    for (let n = 0; n < 5; n += 1) states.push((await settled(browser, await submit(browser, flow, OLD_PASSWORD))).state)
    expect(states).toEqual(['verified', 'verified', 'verified', 'verified', 'failed'])
  })

  it('ends with the directory’s true reason when the account was disabled after the last import', async () => {
    const person = await app.person({ login: 'ville.hakala', flags: { disabled: true } })
    const browser = app.browser()
    const outcome = await settled(browser, await submit(browser, await verify(browser, app.smtp, person.login, person.mail), NEW_PASSWORD))
    expect(outcome.state).toBe('failed')
    expect(outcome.request!.outcomes).toMatchObject([{ state: 'refused', code: 'ACCOUNT_DISABLED', mayTryAgain: false }])
    expect((await app.smtp.nextMail({ to: person.mail, after: 1 })).subject).toContain('was not done')
  })

  it('is refused at the write for someone made administrator after the last import', async () => {
    const person = await app.person({ login: 'noora.aalto', flags: { protectedGroup: 'Domain Admins' } })
    const browser = app.browser()
    const outcome = await settled(browser, await submit(browser, await verify(browser, app.smtp, person.login, person.mail), NEW_PASSWORD))
    expect(outcome.request!.outcomes).toMatchObject([{ state: 'refused', code: 'PRIVILEGED_TARGET' }])
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
  })

  it('is refused in the worker for a person locked by a manager while the task waited', async () => {
    const person = await app.person({ login: 'locked.meanwhile' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    await app.test.owner.execute('UPDATE person SET identity_locked_at = now() WHERE id = $1', [person.id])
    const accounts = flow.accounts!.map((account) => account.id)
    const refused = await browser.post(`/self-service/password-resets/${flow.id}/password`, { newPassword: NEW_PASSWORD, accounts })
    expect(refused).toMatchObject({ status: 403, body: { code: 'IDENTITY_LOCKED' } })
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
  })

  it('tells partly done from done: which password works where', async () => {
    const person = await app.person({ login: 'half.done', in: [0, 1] })
    await app.local.set(app.test.owner, person.nativeIds[1]!, { disabled: true })
    const browser = app.browser()
    const outcome = await settled(browser, await submit(browser, await verify(browser, app.smtp, person.login, person.mail), NEW_PASSWORD))
    expect(outcome.state).toBe('partly-completed')
    expect(outcome.request!.outcomes.map((each) => [each.directory, each.state, each.code])).toEqual([
      ['Windows and email', 'succeeded', null], ['Design archive', 'refused', 'ACCOUNT_DISABLED'],
    ])
  })

  it('is listed in My requests, without any secret', async () => {
    const person = await app.person({ login: 'sees.requests' })
    const resetter = app.browser()
    const outcome = await settled(resetter, await submit(resetter, await verify(resetter, app.smtp, person.login, person.mail), NEW_PASSWORD))
    const browser = app.browser()
    expect((await browser.post('/self-service/session', { identifier: person.login, password: NEW_PASSWORD })).status).toBe(201)
    const { body } = await browser.get<RequestPage>('/self-service/session/requests')
    expect(body.requests.map((request) => request.reference)).toEqual([outcome.request!.reference])
    expect(JSON.stringify(body)).not.toContain(NEW_PASSWORD)
  })
})
