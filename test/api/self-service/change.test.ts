import { jest } from '@jest/globals'
import type { RequestView, SessionView } from '../../../src/contract/self-service.contract.js'
import { Directories } from '../../../src/modules/directories/index.js'
import type { BrowserClient } from '../harness/browser-client.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { settledRequest } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
const DAY_MS = 24 * 60 * 60 * 1000
let app: TestApp
beforeAll(async () => {
  app = await TestApp.open({ directories: [{ maxAgeDays: 90, lockout: { threshold: 10 } }, {}] })
})
afterAll(() => app.close())

async function signIn(person: TestPerson, password = OLD_PASSWORD): Promise<{ browser: BrowserClient; session: SessionView }> {
  const browser = app.browser()
  const answer = await browser.post<SessionView>('/self-service/session', { identifier: person.login, password })
  expect(answer.status).toBe(201)
  return { browser, session: answer.body }
}

function change(browser: BrowserClient, session: SessionView, body: { currentPassword: string; newPassword: string }) {
  const accounts = session.accounts.filter((account) => account.preselected).map((account) => account.id)
  return browser.post<RequestView>('/self-service/session/password', { ...body, accounts })
}

describe('a known password', () => {
  it('is changed after signing in; every session of the old password ends but the one that waits for the outcome', async () => {
    const person = await app.person({ login: 'mikael.sundstrom' })
    const { browser, session } = await signIn(person)
    expect(session.displayName).toBe('Testi Henkilö')
    const elsewhere = (await signIn(person)).browser
    const accepted = await change(browser, session, { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD })
    expect(accepted.status).toBe(202)
    expect(accepted.body).toMatchObject({ kind: 'change', proof: 'known-password' })
    await app.smtp.nextMail({ to: person.mail })
    expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(false)
    expect(await settledRequest(browser, accepted.body.reference)).toMatchObject({ state: 'completed' })
    expect(await elsewhere.get('/self-service/session')).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REQUIRED' } })
  })

  it.each([
    ['must be changed', { mustChange: true }, { mustChange: true }],
    ['has expired', { passwordSetAt: new Date(Date.now() - 100 * DAY_MS) }, { passwordExpired: true }],
  ])('is changed although it %s', async (_what, flags, shown) => {
    const person = await app.person({ login: `case.${Object.keys(flags)[0]!.toLowerCase()}`, flags })
    const { browser, session } = await signIn(person)
    expect(session.accounts[0]).toMatchObject(shown)
    expect((await change(browser, session, { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD })).status).toBe(202)
    await app.smtp.nextMail({ to: person.mail })
    expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
  })

  it('tells when it expires from the look at sign-in, without asking or binding again, until it was changed', async () => {
    const setAt = new Date(Date.now() - 80 * DAY_MS)
    const person = await app.person({ login: 'expires.soon', flags: { passwordSetAt: setAt } })
    const { browser, session } = await signIn(person)
    const expiresAt = new Date(setAt.getTime() + 90 * DAY_MS).toISOString()
    expect(session.accounts[0]).toMatchObject({ passwordExpiresAt: expiresAt, passwordExpired: false })
    const uses = jest.spyOn(app.app.get(Directories), 'use')
    expect((await browser.get<SessionView>('/self-service/session')).body.accounts[0]).toMatchObject({ passwordExpiresAt: expiresAt })
    expect(uses).not.toHaveBeenCalled()
    const { body: { reference } } = await change(browser, session, { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD })
    await settledRequest(browser, reference)
    const { body: after } = await browser.get<SessionView>('/self-service/session')
    expect(Date.parse(after.accounts[0]!.passwordExpiresAt!)).toBeGreaterThan(Date.now() + 89 * DAY_MS)
  })

  it('is asked for again at the change, and a wrong one changes nothing', async () => {
    const person = await app.person({ login: 'wrong.current' })
    const { browser, session } = await signIn(person)
    const refused = await change(browser, session, { currentPassword: 'not-it-at-all-3', newPassword: NEW_PASSWORD })
    expect(refused).toMatchObject({ status: 422, body: { code: 'CURRENT_PASSWORD_WRONG', fields: [{ field: 'currentPassword' }] } })
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
  })

  it('does not cost a try when the new one breaks the policy', async () => {
    const person = await app.person({ login: 'judged.first' })
    const { browser, session } = await signIn(person)
    for (let n = 0; n < 8; n += 1) {
      expect(await change(browser, session, { currentPassword: 'wrong', newPassword: 'short' })).toMatchObject({ body: { code: 'POLICY_VIOLATION' } })
    }
    expect((await change(browser, session, { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD })).status).toBe(202)
  })

  it('never locks the directory account: the portal stops below its threshold', async () => {
    const person = await app.person({ login: 'guessed.at' })
    const codes: string[] = []
    for (let n = 0; n < 12; n += 1) {
      const answer = await app.browser().post('/self-service/session', { identifier: person.login, password: `guess-number-${n}` })
      codes.push(answer.body.code)
    }
    expect(codes).toContain('SIGN_IN_LOCKED')
    expect(codes.indexOf('SIGN_IN_LOCKED')).toBeLessThanOrEqual(5)
    const [account] = await app.test.owner.query<{ locked_at: Date | null; bad_count: number }>(
      'SELECT locked_at, bad_count FROM local_account WHERE id = $1', [person.nativeIds[0]],
    )
    expect(account).toMatchObject({ locked_at: null })
    expect(account!.bad_count).toBeLessThan(10)
  })
})

describe('signing in to self-service', () => {
  it('answers everyone who cannot be let in alike', async () => {
    await app.person({ login: 'in.privileged', record: { privileged: true } })
    await app.person({ login: 'in.disabled', flags: { disabled: true } })
    await app.person({ login: 'in.left', record: { status: 'left' } })
    await app.person({ login: 'in.locked', flags: { lockedAt: new Date() } })
    const answers = []
    for (const identifier of ['in.privileged', 'in.disabled', 'in.left', 'in.locked', 'nobody.at.all', 'mikael.sundstrom']) {
      const password = identifier === 'mikael.sundstrom' ? 'wrong-password-1' : OLD_PASSWORD
      answers.push(await app.browser().post('/self-service/session', { identifier, password }))
    }
    for (const answer of answers) {
      expect(answer.status).toBe(422)
      expect({ ...answer.body, correlationId: '' }).toEqual({ ...answers[0]!.body, correlationId: '' })
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
  })

  it('lets someone without any contact change a password they know', async () => {
    const person = await app.person({ login: 'no.contact', record: { contacts: [] } })
    const { browser, session } = await signIn(person)
    expect((await change(browser, session, { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD })).status).toBe(202)
  })

  it('ends on the server, not only in the browser', async () => {
    const person = await app.person({ login: 'signs.out' })
    const { browser } = await signIn(person)
    const thief = app.browser()
    thief.setCookie('lk_session', browser.cookie('lk_session')!)
    expect((await thief.get('/self-service/session')).status).toBe(200)
    expect((await browser.delete('/self-service/session')).status).toBe(204)
    expect((await thief.get('/self-service/session')).status).toBe(401)
  })

  it('ends at once for a person locked meanwhile', async () => {
    const person = await app.person({ login: 'locked.signed.in' })
    const { browser } = await signIn(person)
    await app.test.owner.execute('UPDATE person SET admin_locked_at = now() WHERE id = $1', [person.id])
    expect((await browser.get('/self-service/session')).status).toBe(401)
  })

  it('opens nothing of a forgotten password', async () => {
    const person = await app.person({ login: 'session.only' })
    const { browser, session } = await signIn(person)
    const flow = await browser.post<{ id: string }>('/self-service/password-resets', { identifier: person.login })
    const accounts = session.accounts.map((account) => account.id)
    expect(await browser.post(`/self-service/password-resets/${flow.body.id}/password`, { newPassword: NEW_PASSWORD, accounts })).toMatchObject({ status: 409 })
  })

  it('shows only one’s own requests', async () => {
    const mine = await app.person({ login: 'requests.mine' })
    const other = await app.person({ login: 'requests.other' })
    const { browser, session } = await signIn(mine)
    const accepted = await change(browser, session, { currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD })
    await app.smtp.nextMail({ to: mine.mail })
    const stranger = (await signIn(other)).browser
    expect(await stranger.get(`/self-service/session/requests/${accepted.body.reference}`)).toMatchObject({ status: 404 })
    expect(await stranger.get('/self-service/session/requests/SR-99999999')).toMatchObject({ status: 404 })
    const own = (await signIn(mine, NEW_PASSWORD)).browser
    expect(await settledRequest(own, accepted.body.reference)).toMatchObject({ state: 'completed' })
  })
})
