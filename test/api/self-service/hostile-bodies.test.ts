import supertest from 'supertest'
import type { ErrorCode } from '../../../src/contract/error-codes.js'
import type { FlowView, RequestPage, SessionView } from '../../../src/contract/self-service.contract.js'
import { newId } from '../../../src/kernel/ids.js'
import { DeclaredRoutes } from '../../../src/platform/http/index.js'
import { ORIGIN, type BrowserClient } from '../harness/browser-client.js'
import { accountIds, passwordWrites, tasksOf } from '../harness/look-behind.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { askForCode, start, verify } from '../harness/walk.js'

const MARK = 'zq7-hostile-mark'
let app: TestApp
let person: TestPerson
/** Every door is open here: a verified reset, a verified unlock and a session, so that the body alone is judged. */
const at = {} as { reset: FlowView; unlock: FlowView; resetBrowser: BrowserClient; unlockBrowser: BrowserClient; sessionBrowser: BrowserClient; accounts: string[] }

beforeAll(async () => {
  app = await TestApp.open({ directories: [{}] })
  person = await app.person({ login: 'hostile.bodies' })
  const other = await app.person({ login: 'hostile.unlocks', flags: { lockedAt: new Date() } })
  at.accounts = await accountIds(app, person)
  for (const name of ['resetBrowser', 'unlockBrowser', 'sessionBrowser'] as const) at[name] = app.browser()
  at.reset = await verify(at.resetBrowser, app.smtp, person.login, person.mail)
  at.unlock = await verify(at.unlockBrowser, app.smtp, other.login, other.mail, 'unlocks')
  expect((await at.sessionBrowser.post<SessionView>('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })).status).toBe(201)
})
afterAll(() => app.close())

type Body = Record<string, unknown>
/** A body that each route takes, by the end of its path. */
const valid = (path: string): Body | undefined => {
  const accounts = at.accounts
  const bodies: Record<string, Body> = {
    '/password-resets': { identifier: person.login }, '/unlocks': { identifier: person.login },
    '/:id/verification': { method: 'mail-code', target: newId() }, '/:id/verification/resend': {}, '/:id/verification/answer': { code: '00000000' },
    '/rerun': { accounts }, '/policy': { accounts }, '/password-check': { password: MARK, accounts },
    '/password-suggestion': { accounts, kind: 'passphrase' }, '/:id/password': { newPassword: MARK, accounts }, '/unlock': { accounts },
    '/self-service/session': { identifier: person.login, password: MARK },
    '/session/password': { currentPassword: MARK, newPassword: MARK, accounts },
  }
  return Object.entries(bodies).find(([end]) => path.endsWith(end))?.[1]
}

type Route = { path: string; url: string; browser: BrowserClient; body: Body }
function routes(): Route[] {
  return app.app.get(DeclaredRoutes).list()
    .filter(({ method, path }) => method === 'POST' && path.startsWith('/api/v1/self-service/'))
    .map(({ path }) => {
      const unlocks = path.includes('/unlocks')
      const browser = path.includes('/session') ? at.sessionBrowser : unlocks ? at.unlockBrowser : at.resetBrowser
      const body = valid(path)
      if (!body) throw new Error(`no body is known for ${path}`)
      return { path, url: path.replace('/api/v1', '').replace(':id', unlocks ? at.unlock.id : at.reset.id).replace(':reference', 'SR-20401'), browser, body }
    })
}

const WRONG = [null, 1, 1e308, true, [], {}, [[]], [null], [1], ['not-a-uuid'], { length: 1, 0: 'x' }, { $ne: null }, MARK.repeat(400)]
/** Every member missing, of another type, or too big; and members nobody asked for. */
function spoiled(body: Body): [string, Body][] {
  const members = Object.keys(body).flatMap((name): [string, Body][] => {
    const { [name]: _, ...without } = body
    const lists: unknown[] = name === 'accounts'
      ? [at.accounts[0], { 0: at.accounts[0] }, Array.from({ length: 51 }, newId), Array.from({ length: 1_400 }, newId), [at.accounts[0], `${at.accounts[0]}\0`]]
      : []
    return [[`no ${name}`, without], ...[...WRONG, ...lists].map((value): [string, Body] => [`${name} is ${JSON.stringify(value).slice(0, 40)}`, { ...body, [name]: value }])]
  })
  const extra = { personId: person.id, email: `${MARK}@evil.example`, state: 'verified', mustChange: false, toString: MARK, '': 1, admin: true, to: [MARK] }
  return [...members, ...Object.entries(extra).map(([name, value]): [string, Body] => [`extra ${name}`, { ...body, [name]: value }])]
}

const counts = async () => (await app.test.owner.query(
  `SELECT (SELECT count(*) FROM self_service_flow) AS flows, (SELECT count(*) FROM service_request) AS requests, (SELECT count(*) FROM outbox_message) AS mails,
          (SELECT count(*) FROM verification_challenge) AS challenges, (SELECT count(*) FROM self_service_session) AS sessions`))[0]

it('every route takes exactly its own members, of their own types and sizes, and nothing is done before that is sure', async () => {
  const before = await counts()
  const all = routes()
  expect(all.length).toBeGreaterThanOrEqual(18)
  for (const { path, url, browser, body } of all) {
    const answers = await Promise.all(spoiled(body).map(async ([what, each]) => ({ what, answer: await browser.post(url, each) })))
    const wrong = answers.filter(({ answer }) => answer.status !== 400 || answer.body.code !== 'REQUEST_INVALID')
    expect([path, wrong.map(({ what, answer }) => [what, answer.status, answer.body.code])]).toEqual([path, []])
    for (const { answer } of answers) {
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.headers['set-cookie']).toBeUndefined()
      // the mistake is named, what was typed is not
      expect(JSON.stringify(answer.body)).not.toContain(MARK)
      expect(answer.body.fields!.length).toBeGreaterThan(0)
    }
  }
  expect(await counts()).toEqual(before)
  expect(await tasksOf(app, person)).toEqual([])
}, 60_000)

it('every route refuses what is no plain object of JSON', async () => {
  const texts = [
    '[]', 'null', '"text"', '1', '{', '{"a":1}{"b":2}', '', '\u0000', '{"identifier":"a","identifier":"b"}', '{"accounts":[],"accounts":["x"]}',
    '{"__proto__":{"polluted":true}}', '{"identifier":"x","__proto__":{"identifier":"y"}}', '{"constructor":{"prototype":{"polluted":true}}}',
    `{"accounts":${'['.repeat(2_000)}${']'.repeat(2_000)}}`, `{"code":"${'9'.repeat(60_000)}"}`, '{"identifier":1e999}', '\ufeff{"identifier":"x"}',
  ]
  for (const { path, url, browser } of routes()) {
    for (const text of path.endsWith('/resend') ? texts.filter((each) => each !== '') : texts) {
      const answer = await supertest(app.server).post(`/api/v1${url}`).set({ origin: ORIGIN, 'content-type': 'application/json', cookie: cookiesOf(browser) }).send(text)
      expect([path, text.slice(0, 40), answer.status]).toEqual([path, text.slice(0, 40), 400])
    }
    const huge = await supertest(app.server).post(`/api/v1${url}`).set({ origin: ORIGIN, 'content-type': 'application/json' }).send(`{"accounts":"${'x'.repeat(70_000)}"}`)
    expect([path, huge.status]).toEqual([path, 413])
  }
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
}, 60_000)

const cookiesOf = (browser: BrowserClient): string => ['lk_flow', 'lk_session'].flatMap((name) => (browser.cookie(name) ? [`${name}=${browser.cookie(name)}`] : [])).join('; ')

const TEXTS = ['\0', '\ud83d', `a\0${MARK}`, `'; DROP TABLE person; --${MARK}`, '%', '_', '*)(uid=*', '../../etc/passwd', '${jndi:ldap://evil.example/a}', '<script>', '\r\nBcc: x@evil.example', '\u202e', '{{7*7}}', 'x'.repeat(256)]

describe('hostile text', () => {
  it.each(['password-resets', 'unlocks'])('typed as a name into %s finds nobody and looks like any unknown name', async (path) => {
    for (const identifier of TEXTS) {
      const answer = await app.browser().post<FlowView & { code: ErrorCode }>(`/self-service/${path}`, { identifier })
      // what Postgres cannot store is refused as a request; everything else walks on as nobody
      if (answer.status === 400) expect([identifier, answer.body.code]).toEqual([identifier, 'REQUEST_INVALID'])
      else expect([identifier, answer.status, answer.body.state]).toEqual([identifier, 201, 'choosing-method'])
      expect(JSON.stringify(answer.body)).not.toContain(MARK)
    }
    const [found] = await app.test.owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM self_service_flow WHERE person_id IS NOT NULL AND state = 'choosing-method'`)
    expect(found!.count).toBe(0)
  })

  it('typed as a name at the sign-in is a wrong name', async () => {
    for (const identifier of TEXTS) {
      const answer = await app.browser().post('/self-service/session', { identifier, password: OLD_PASSWORD })
      expect([identifier, [400, 422]]).toEqual([identifier, expect.arrayContaining([answer.status]) as number[]])
      expect(JSON.stringify(answer.body)).not.toContain(MARK)
    }
  })

  it('as a method or a target is not offered, and asks for nothing', async () => {
    const asking = await app.person({ login: 'hostile.targets' })
    const browser = app.browser()
    const flow = await start(browser, asking.login)
    const [offer] = flow.methods
    for (const text of [...TEXTS.filter((each) => each.length <= 40), asking.mail, 'thief@evil.example', newId(), at.reset.id]) {
      for (const choice of [{ method: offer!.method, target: text }, { method: text, target: offer!.target }]) {
        const answer = await browser.post(`/self-service/password-resets/${flow.id}/verification`, choice)
        expect([choice, answer.status, answer.body.code]).toEqual([choice, 400, 'REQUEST_INVALID'])
      }
    }
    for (const method of ['known-password', 'MAIL-CODE', 'mail-code ']) {
      expect((await browser.post(`/self-service/password-resets/${flow.id}/verification`, { method, target: offer!.target })).status).toBe(400)
    }
    expect((await browser.get<FlowView>(`/self-service/password-resets/${flow.id}`)).body.state).toBe('choosing-method')
    expect(app.smtp.mails.filter(({ to }) => to.some((address) => address.endsWith('evil.example')))).toEqual([])
  })

  it('another person’s target sends nothing to them and nothing to oneself', async () => {
    const [mine, theirs] = [await app.person({ login: 'target.mine' }), await app.person({ login: 'target.theirs' })]
    const browser = app.browser()
    const [flow, foreign] = [await start(browser, mine.login), await start(app.browser(), theirs.login)]
    const answer = await browser.post(`/self-service/password-resets/${flow.id}/verification`, { method: 'mail-code', target: foreign.methods[0]!.target })
    expect(answer).toMatchObject({ status: 400, body: { fields: [{ field: 'target' }] } })
    expect(app.smtp.mails.filter(({ to }) => to.includes(theirs.mail) || to.includes(mine.mail))).toEqual([])
  })

  it('as a code is a wrong code and nothing worse', async () => {
    const guessing = await app.person({ login: 'hostile.codes' })
    const browser = app.browser()
    const flow = await askForCode(browser, await start(browser, guessing.login))
    for (const code of TEXTS.filter((each) => each.length <= 40).slice(0, 5)) {
      expect(await browser.post(`/self-service/password-resets/${flow.id}/verification/answer`, { code })).toMatchObject({ status: 422, body: { code: 'OTP_INVALID' } })
    }
  })

  it('in the path of a flow is a malformed request, whatever the spelling', async () => {
    const ids = ['0', '-1', 'null', '%00', '..%2f..%2fsession', `${at.reset.id}%00`, `${at.reset.id}%20`, `${at.reset.id}'`, at.reset.id.slice(1), 'x'.repeat(3_000)]
    for (const id of ids) expect([id, (await at.resetBrowser.get(`/self-service/password-resets/${id}`)).status]).toEqual([id, 400])
    for (const path of [`/self-service//password-resets/${at.reset.id}`, `/self-service/Password-Resets/${at.reset.id}`, `/self-service/password-resets/${at.reset.id}/`]) {
      expect([path, (await at.resetBrowser.get(path)).status]).toEqual([path, 404])
    }
  })

  it('in a reference or a cursor finds nothing that is not one’s own', async () => {
    for (const reference of ['SR-', 'SR-0', 'SR--1', 'sr-20401', '20401', 'SR-1e5', 'SR-20401%00', `SR-${'9'.repeat(18)}`, 'SR-20401%20OR%201=1', '%2e%2e']) {
      const answer = await at.sessionBrowser.get(`/self-service/session/requests/${reference}`)
      expect([reference, answer.status]).toEqual([reference, 404])
    }
    for (const cursor of ['SR-0', `SR-${'9'.repeat(18)}`]) {
      const answer = await at.sessionBrowser.get<RequestPage>(`/self-service/session/requests?cursor=${cursor}`)
      expect([cursor, answer.status, answer.body.requests]).toEqual([cursor, 200, []])
    }
    const noCursors = ['', 'SR-', '%00', 'x', 'SR-1;DROP', '-1', 'null'].map((cursor) => `cursor=${cursor}`)
    for (const query of noCursors) {
      expect([query, (await at.sessionBrowser.get(`/self-service/session/requests?${query}`)).status]).toEqual([query, 400])
    }
    for (const query of ['cursor=a&cursor=b', `cursor=${'SR-1'.repeat(30)}`, 'cursor[a]=b&cursor[b]=c', `cursor[__proto__]=1&cursor=${'9'.repeat(25)}`]) {
      expect([query, (await at.sessionBrowser.get(`/self-service/session/requests?${query}`)).status < 500]).toEqual([query, true])
    }
  })
})

it('after all of it the flow goes on and the directory is as it was', async () => {
  expect(await passwordWrites(app, person)).toBe(0)
  expect((await at.resetBrowser.get<FlowView>(`/self-service/password-resets/${at.reset.id}`)).body.state).toBe('verified')
  expect((await at.sessionBrowser.get<SessionView>('/self-service/session')).status).toBe(200)
  expect(app.logLines.join('')).not.toContain(MARK)
  expect(app.logLines.filter((line) => /"level":(50|"error")/.test(line))).toEqual([])
})
