import type { FlowView } from '../../../src/contract/self-service.contract.js'
import type { BrowserClient } from '../harness/browser-client.js'
import { passwordWrites } from '../harness/look-behind.js'
import { TestApp, type TestPerson } from '../harness/test-app.js'
import { askForCode, settled, start, submit, verify } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
let app: TestApp
beforeAll(async () => { app = await TestApp.open() })
afterAll(() => app.close())
afterEach(() => app.test.owner.execute('UPDATE verification_brake SET active_until = now()'))

const pull = () => app.test.owner.execute(`UPDATE verification_brake SET active_until = now() + interval '15 minutes'`)

/** The whole way to a verified flow by the long code of the newest mail. */
async function verifyLong(browser: BrowserClient, person: TestPerson): Promise<FlowView> {
  const flow = await start(browser, person.login)
  const after = app.smtp.mails.filter(({ to }) => to.includes(person.mail)).length
  expect((await askForCode(browser, flow)).challenge).toMatchObject({ codeLength: 10 })
  const { text } = await app.smtp.nextMail({ to: person.mail, after, withinMs: 15_000 })
  const code = /^[ \u00a0]*(\d(?:[ \u00a0]?\d){9})[ \u00a0]*\r?$/m.exec(text)![1]!
  const answer = await browser.post<FlowView>(`/self-service/password-resets/${flow.id}/verification/answer`, { code })
  expect(answer).toMatchObject({ status: 200, body: { state: 'verified' } })
  return answer.body
}

it('under the brake a reset goes by a long code, from asking to the new password', async () => {
  await pull()
  const person = await app.person({ login: 'long.code' })
  const browser = app.browser()
  const flow = await verifyLong(browser, person)
  await submit(browser, flow, NEW_PASSWORD)
  expect(await settled(browser, flow)).toMatchObject({ state: 'completed' })
  expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
})

it('what was proved by a short code before writes nothing any more, spends nothing, and starting again leads on', async () => {
  const person = await app.person({ login: 'short.code' })
  const browser = app.browser()
  const flow = await verify(browser, app.smtp, person.login, person.mail)
  await pull()
  const accounts = flow.accounts!.map(({ id }) => id)
  const refused = await browser.post(`/self-service/password-resets/${flow.id}/password`, { newPassword: NEW_PASSWORD, accounts })
  expect(refused).toMatchObject({ status: 410, body: { code: 'FLOW_EXPIRED' } })
  expect(await passwordWrites(app, person)).toBe(0)
  const [left] = await app.test.owner.query<{ proofs: number; requests: number }>(
    `SELECT (SELECT count(*)::int FROM verification_evidence WHERE person_id = $1 AND consumed_at IS NULL) AS proofs,
            (SELECT count(*)::int FROM service_request WHERE person_id = $1) AS requests`, [person.id])
  expect(left).toEqual({ proofs: 1, requests: 0 })

  const again = await verifyLong(browser, person)
  await submit(browser, again, NEW_PASSWORD)
  expect(await settled(browser, again)).toMatchObject({ state: 'completed' })
  expect(await passwordWrites(app, person)).toBe(1)
})
