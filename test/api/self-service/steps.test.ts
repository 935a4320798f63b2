import type { FlowView } from '../../../src/contract/self-service.contract.js'
import { OLD_PASSWORD, TestApp } from '../harness/test-app.js'
import { askForCode, codeIn, settled, start, submit, verify } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
const NOBODYS_FLOW = '01900000-0000-7000-8000-000000000000'
let app: TestApp
beforeAll(async () => {
  app = await TestApp.open()
})
afterAll(() => app.close())

const path = (flow: FlowView, step = '') => `/self-service/password-resets/${flow.id}${step}`

describe('steps out of order', () => {
  it('cannot be skipped: no password before a proof', async () => {
    const person = await app.person({ login: 'skips.proof' })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    const [account] = await app.test.owner.query<{ id: string }>('SELECT id FROM account WHERE person_id = $1', [person.id])
    const body = { newPassword: NEW_PASSWORD, accounts: [account!.id] }
    expect(await browser.post(path(flow, '/password'), body)).toMatchObject({ status: 409, body: { code: 'FLOW_STEP_REFUSED' } })
    await askForCode(browser, flow)
    for (const step of ['/password', '/password-check', '/policy', '/rerun']) {
      const answer = await browser.post(path(flow, step), step === '/password-check' ? { password: 'x', accounts: [account!.id] } : step === '/password' ? body : { accounts: [account!.id] })
      expect([step, answer.status, answer.body.code]).toEqual([step, 409, 'FLOW_STEP_REFUSED'])
    }
    expect(await app.signsIn(person, OLD_PASSWORD)).toBe(true)
  })

  it('cannot be answered before a code was asked for', async () => {
    const person = await app.person({ login: 'answers.early' })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    expect(await browser.post(path(flow, '/verification/answer'), { code: '00000000' })).toMatchObject({ status: 409 })
    expect(await browser.post(path(flow, '/verification/resend'))).toMatchObject({ status: 409 })
  })

  it('cannot be replayed: one submit spends the proof', async () => {
    const person = await app.person({ login: 'submits.twice' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const accounts = flow.accounts!.map((account) => account.id)
    await settled(browser, await submit(browser, flow, NEW_PASSWORD))
    expect(await browser.post(path(flow, '/password'), { newPassword: 'Another-password-20', accounts })).toMatchObject({ status: 409 })
    expect(await app.signsIn(person, NEW_PASSWORD)).toBe(true)
  })

  it('cannot be raced: of eight submits at once one is taken', async () => {
    const person = await app.person({ login: 'submits.at.once' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const accounts = flow.accounts!.map((account) => account.id)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => browser.post<FlowView>(path(flow, '/password'), { newPassword: `${NEW_PASSWORD}-${n}`, accounts })),
    )
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1)
    await settled(browser, flow)
    const [count] = await app.test.owner.query<{ tasks: string }>('SELECT count(*) AS tasks FROM provisioning_task WHERE person_id = $1', [person.id])
    expect(Number(count!.tasks)).toBe(1)
  })

  it('cannot be swapped: an unlock proof opens no reset', async () => {
    const person = await app.person({ login: 'swaps.purpose', flags: { lockedAt: new Date() } })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail, 'unlocks')
    const accounts = flow.accounts!.map((account) => account.id)
    const answer = await browser.post(`/self-service/password-resets/${flow.id}/password`, { newPassword: NEW_PASSWORD, accounts })
    expect(answer).toMatchObject({ status: 401, body: { code: 'FLOW_NOT_HERE' } })
  })
})

describe('another browser', () => {
  it('sees no difference between a flow that is not its own and one that never was', async () => {
    const person = await app.person({ login: 'followed.person' })
    const flow = await start(app.browser(), person.login)
    const thief = app.browser()
    await start(thief, 'nobody.at.all')
    const real = await thief.get(path(flow))
    const never = await thief.get(`/self-service/password-resets/${NOBODYS_FLOW}`)
    expect(real.status).toBe(401)
    expect({ ...real.body, correlationId: '' }).toEqual({ ...never.body, correlationId: '' })
  })

  it('cannot answer with the right code', async () => {
    const person = await app.person({ login: 'code.stolen' })
    const owner = app.browser()
    const flow = await start(owner, person.login)
    await askForCode(owner, flow)
    const code = codeIn((await app.smtp.nextMail({ to: person.mail })).text)
    expect(await app.browser().post(path(flow, '/verification/answer'), { code })).toMatchObject({ status: 401 })
    expect((await owner.post(path(flow, '/verification/answer'), { code })).status).toBe(200)
  })

  it('loses a fixed cookie at the proof: the old value is worth nothing afterwards', async () => {
    const person = await app.person({ login: 'fixated.person' })
    const victim = app.browser()
    const flow = await start(victim, person.login)
    const planted = victim.cookie('lk_flow')!
    await askForCode(victim, flow)
    const code = codeIn((await app.smtp.nextMail({ to: person.mail })).text)
    await victim.post(path(flow, '/verification/answer'), { code })
    const thief = app.browser()
    thief.setCookie('lk_flow', planted)
    expect(await thief.get(path(flow))).toMatchObject({ status: 401 })
    expect(victim.cookie('lk_flow')).not.toBe(planted)
  })
})

describe('somebody else’s account', () => {
  it('cannot be smuggled into a submit', async () => {
    const mine = await app.person({ login: 'mine.own' })
    const other = await app.person({ login: 'other.person' })
    const [foreign] = await app.test.owner.query<{ id: string }>('SELECT id FROM account WHERE person_id = $1', [other.id])
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, mine.login, mine.mail)
    const accounts = [flow.accounts![0]!.id, foreign!.id]
    expect(await browser.post(path(flow, '/password'), { newPassword: NEW_PASSWORD, accounts })).toMatchObject({ status: 422, body: { code: 'NO_ACCOUNT' } })
    expect(await app.signsIn(mine, OLD_PASSWORD)).toBe(true)
    expect(await app.signsIn(other, OLD_PASSWORD)).toBe(true)
  })

  it('is not reached by members the contract does not name', async () => {
    const person = await app.person({ login: 'mass.assigner' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    const accounts = flow.accounts!.map((account) => account.id)
    for (const extra of [{ personId: person.id }, { email: 'thief@evil.example' }, { mustChange: false }]) {
      expect(await browser.post(path(flow, '/password'), { newPassword: NEW_PASSWORD, accounts, ...extra })).toMatchObject({ status: 400 })
    }
    expect(await browser.post('/self-service/password-resets', { identifier: person.login, email: 'thief@evil.example' })).toMatchObject({ status: 400 })
  })
})

describe('time', () => {
  it('ends a flow left alone for five minutes, by the database’s clock', async () => {
    const person = await app.person({ login: 'went.away' })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    await app.test.owner.execute(`UPDATE self_service_flow SET touched_at = now() - interval '301 seconds' WHERE id = $1`, [flow.id])
    expect(await browser.get(path(flow))).toMatchObject({ status: 410, body: { code: 'FLOW_EXPIRED' } })
  })

  it('ends a flow after fifteen minutes even when it is busy', async () => {
    const person = await app.person({ login: 'keeps.busy' })
    const browser = app.browser()
    const flow = await verify(browser, app.smtp, person.login, person.mail)
    await app.test.owner.execute(`UPDATE self_service_flow SET created_at = now() - interval '901 seconds' WHERE id = $1`, [flow.id])
    const accounts = flow.accounts!.map((account) => account.id)
    expect(await browser.post(path(flow, '/password'), { newPassword: NEW_PASSWORD, accounts })).toMatchObject({ status: 410 })
  })

  it('lets one verified flow a person live: the later one closes the earlier', async () => {
    const person = await app.person({ login: 'verifies.twice' })
    const first = app.browser()
    const firstFlow = await verify(first, app.smtp, person.login, person.mail)
    await verify(app.browser(), app.smtp, person.login, person.mail)
    expect(await first.get(path(firstFlow))).toMatchObject({ status: 410 })
  })
})
