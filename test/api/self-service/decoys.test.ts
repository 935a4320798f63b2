import type { FlowView } from '../../../src/contract/self-service.contract.js'
import { TestApp } from '../harness/test-app.js'
import { askForCode, start } from '../harness/walk.js'

let app: TestApp
const LOOKALIKES = ['nobody.at.all', 'd.disabled', 'd.left', 'd.locked', 'd.privileged', 'd.contactless', 'd.behind', 'd.fresh', 'family@posti.example']

beforeAll(async () => {
  app = await TestApp.open()
  await app.person({ login: 'known.person' })
  for (let n = 0; n < 12; n += 1) await app.person({ login: `crowd.${n}` })
  await app.person({ login: 'd.disabled', flags: { disabled: true }, record: { enabled: false } })
  await app.person({ login: 'd.left', record: { status: 'left' } })
  await app.person({ login: 'd.locked', record: { identityLockedAt: new Date() } })
  await app.person({ login: 'd.privileged', record: { privileged: true } })
  await app.person({ login: 'd.contactless', record: { contacts: [] } })
  await app.person({ login: 'd.behind', record: { contacts: [{ kind: 'mail', value: 'd.behind@norrhavn.example', source: 'test', behindAccount: true }] } })
  await app.person({ login: 'd.fresh', record: { contacts: [{ kind: 'mail', value: 'd.fresh@posti.example', source: 'test', changedAt: new Date(Date.now() - 3_600_000) }] } })
  for (const login of ['d.family.one', 'd.family.two']) {
    await app.person({ login, record: { contacts: [{ kind: 'mail', value: 'family@posti.example', source: 'test' }] } })
  }
})
afterAll(() => app.close())

/** What is left when the values that differ between any two flows are taken out. */
function shape(view: unknown): unknown {
  return JSON.parse(JSON.stringify(view, (key, value: unknown) => {
    if (['id', 'target', 'expiresAt', 'sentAt', 'validUntil', 'resendAt'].includes(key)) return typeof value
    if (key === 'masked') return String(value).replace(/^.•••@.*$/u, 'mask')
    return value
  }))
}
const headerNames = (headers: object): string[] => Object.keys(headers).sort()

describe('people who cannot be helped here', () => {
  it.each(LOOKALIKES)('%s looks like a known person at every step before the proof', async (identifier) => {
    const [real, other] = [app.browser(), app.browser()]
    const known = await real.post<FlowView>('/self-service/password-resets', { identifier: 'known.person' })
    const decoy = await other.post<FlowView>('/self-service/password-resets', { identifier })
    expect(decoy.status).toBe(known.status)
    expect(headerNames(decoy.headers)).toEqual(headerNames(known.headers))
    expect(shape(decoy.body)).toEqual(shape(known.body))

    const sent = await real.post<FlowView>(`/self-service/password-resets/${known.body.id}/verification`, choice(known.body))
    const notSent = await other.post<FlowView>(`/self-service/password-resets/${decoy.body.id}/verification`, choice(decoy.body))
    // the known person's budget for sending is shared by the cases of this table
    if (sent.status === 202) expect(shape(notSent.body)).toEqual(shape(sent.body))
    expect(notSent.status).toBe(202)

    const wrong = await other.post(`/self-service/password-resets/${decoy.body.id}/verification/answer`, { code: '12345678' })
    expect(wrong).toMatchObject({ status: 422, body: { code: 'OTP_INVALID', params: { triesLeft: 4 } } })
  })

  it('lock after the same number of wrong codes, with the same answer', async () => {
    await app.person({ login: 'guessed.person' })
    const courses: unknown[][] = []
    for (const identifier of ['guessed.person', 'nobody.to.guess']) {
      const browser = app.browser()
      const course: unknown[] = []
      const flow = await askForCode(browser, await start(browser, identifier))
      for (let n = 0; n < 12; n += 1) {
        const answer = await browser.post(`/self-service/password-resets/${flow.id}/verification/answer`, { code: String(10_000_000 + n) })
        course.push([answer.status, answer.body.code, answer.body.params ?? null])
        if (answer.body.params?.['triesLeft'] === 0) {
          // a new code gives no new tries while the old one lives: let its five minutes be over
          await app.test.owner.execute(`UPDATE verification_challenge SET expires_at = now() - interval '1 second' WHERE flow_id = $1`, [flow.id])
          const resent = await browser.post(`/self-service/password-resets/${flow.id}/verification/resend`)
          expect([n, resent.status, resent.body.code]).toEqual([n, 202, undefined])
        }
      }
      courses.push(course)
    }
    expect(courses[1]).toEqual(courses[0])
    expect(JSON.stringify(courses[0])).toContain('OTP_LOCKED')
  })

  it('show the same mask each time, and masks of the tenant’s own kind', async () => {
    const masks = new Set<string>()
    for (let n = 0; n < 3; n += 1) masks.add(JSON.stringify((await start(app.browser(), 'Same.Unknown')).methods.map((offer) => [offer.target, offer.masked])))
    expect(masks.size).toBe(1)
    expect([...masks][0]).toContain('•••@posti.example')
  })

  it('answer a typed mail address with its own mask, known or not', async () => {
    const known = await start(app.browser(), 'known.person@posti.example')
    const unknown = await start(app.browser(), 'knut.nobody@posti.example')
    expect(known.methods.map((offer) => offer.masked)).toContain('k•••@posti.example')
    expect(unknown.methods.map((offer) => offer.masked)).toContain('k•••@posti.example')
    const browser = app.browser()
    const flow = await start(browser, 'knut.nobody@posti.example')
    const again = await browser.get<FlowView>(`/self-service/password-resets/${flow.id}`)
    expect(again.body.methods).toEqual(flow.methods)
  })

  it('cannot be proved by any code, and leave no name behind', async () => {
    const browser = app.browser()
    const flow = await askForCode(browser, await start(browser, 'my-secret-Password-typed-as-name'))
    const [row] = await app.test.owner.query<{ person_id: string | null }>('SELECT person_id FROM self_service_flow WHERE id = $1', [flow.id])
    expect(row!.person_id).toBeNull()
    expect(app.logLines.join('')).not.toContain('my-secret-Password-typed-as-name')
    await expect(app.test.owner.execute(`UPDATE self_service_flow SET state = 'verified' WHERE id = $1`, [flow.id])).rejects.toThrow(/check/i)
  })

  it('hear why by mail at most once a day, when there is a contact on record', async () => {
    for (let n = 0; n < 3; n += 1) await start(app.browser(), 'd.privileged')
    const mail = await app.smtp.nextMail({ to: 'd.privileged@posti.example' })
    expect(mail.subject).toBe('This could not be done in self-service')
    const [count] = await app.test.owner.query<{ count: string }>(`SELECT count(*) FROM outbox_message WHERE template = 'reset-not-possible' AND person_id = (SELECT id FROM person WHERE id IN (SELECT person_id FROM person_identifier WHERE value = 'd.privileged'))`)
    expect(Number(count!.count)).toBe(1)
  })

  it('receive no code, whatever was asked', async () => {
    expect(app.smtp.mails.filter((mail) => /\d{4} ?\d{4}/.test(mail.text) && /^(d\.|family)/.test(mail.to[0]!) && mail.subject.startsWith('Code'))).toEqual([])
  })
})

const choice = (flow: FlowView) => ({ method: flow.methods[0]!.method, target: flow.methods[0]!.target })
