import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FlowView, RequestView, SessionView } from '../../../src/contract/self-service.contract.js'
import { DeclaredRoutes } from '../../../src/platform/http/index.js'
import { ORIGIN, type BrowserClient } from '../harness/browser-client.js'
import { accountIds } from '../harness/look-behind.js'
import { OLD_PASSWORD, TestApp } from '../harness/test-app.js'
import { askForCode, codeIn, settled, start, submit, verify } from '../harness/walk.js'

const EVIL = 'evil.example'
/** Everything that some product somewhere has built a link from. */
const SPOOFED = {
  host: EVIL, forwarded: `for=1.2.3.4;host=${EVIL};proto=https`, 'x-forwarded-host': EVIL, 'x-forwarded-for': `1.2.3.4, ${EVIL}`,
  'x-forwarded-proto': 'https', 'x-forwarded-port': '666', 'x-forwarded-server': EVIL, 'x-forwarded-prefix': `//${EVIL}`, 'x-host': EVIL,
  'x-original-host': EVIL, 'x-original-url': `/${EVIL}`, 'x-rewrite-url': `/${EVIL}`, 'x-real-ip': EVIL, 'x-http-host-override': EVIL,
  referer: `http://${EVIL}/`, via: `1.1 ${EVIL}`, 'user-agent': EVIL, from: `me@${EVIL}`, 'x-correlation-id': EVIL, 'x-request-id': EVIL,
  traceparent: `00-${EVIL}`, 'true-client-ip': EVIL, 'cf-connecting-ip': EVIL,
}
const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
let app: TestApp
beforeAll(async () => {
  app = await TestApp.open({ directories: [{ rules: { minAgeSeconds: 0 } }] })
})
afterAll(() => app.close())

describe('Host and forwarding headers', () => {
  it('change nothing in any answer and in any mail of any walk', async () => {
    const answers: unknown[] = []
    const spoof = (): BrowserClient => watched(app.browser(SPOOFED), answers)

    const resetting = await app.person({ login: 'host.resets' })
    const browser = spoof()
    const flow = await verify(browser, app.smtp, resetting.login, resetting.mail)
    expect((await settled(browser, await submit(browser, flow, NEW_PASSWORD))).state).toBe('completed')
    await app.smtp.nextMail({ to: resetting.mail, after: 1, withinMs: 15_000 })

    const unlocking = await app.person({ login: 'host.unlocks', flags: { lockedAt: new Date() } })
    const unlocker = spoof()
    const unlock = await verify(unlocker, app.smtp, unlocking.login, unlocking.mail, 'unlocks')
    await unlocker.post(`/self-service/unlocks/${unlock.id}/unlock`, { accounts: unlock.accounts!.map(({ id }) => id) })
    await app.smtp.nextMail({ to: unlocking.mail, after: 1, withinMs: 15_000 })

    const failing = await app.person({ login: 'host.fails', flags: { disabled: true } })
    const failer = spoof()
    await settled(failer, await submit(failer, await verify(failer, app.smtp, failing.login, failing.mail), NEW_PASSWORD))
    await app.smtp.nextMail({ to: failing.mail, after: 1, withinMs: 15_000 })

    const changing = await app.person({ login: 'host.changes' })
    const changer = spoof()
    const session = await changer.post<SessionView>('/self-service/session', { identifier: changing.login, password: OLD_PASSWORD })
    await changer.post<RequestView>('/self-service/session/password', {
      currentPassword: OLD_PASSWORD, newPassword: NEW_PASSWORD, accounts: session.body.accounts.map(({ id }) => id),
    })
    await app.smtp.nextMail({ to: changing.mail, withinMs: 15_000 })

    const guessed = await app.person({ login: 'host.guessed' })
    for (let flows = 0; flows < 2; flows += 1) {
      const guesser = spoof()
      const asked = await askForCode(guesser, await start(guesser, guessed.login))
      for (let n = 0; n < 5; n += 1) await guesser.post(`/self-service/password-resets/${asked.id}/verification/answer`, { code: 'x' })
    }
    const refused = await app.person({ login: 'host.refused', record: { privileged: true } })
    await start(spoof(), refused.login)
    await app.smtp.nextMail({ to: refused.mail, withinMs: 15_000 })
    await app.smtp.nextMail({ to: guessed.mail, after: 2, withinMs: 15_000 })

    const sent = await app.test.owner.query<{ template: string }>(`SELECT DISTINCT template FROM outbox_message WHERE state IN ('sending', 'sent') ORDER BY template`)
    expect(sent.map(({ template }) => template)).toEqual([
      'account-unlocked', 'one-time-code', 'outcome-settled', 'password-changed', 'reset-attempts', 'reset-not-possible',
    ])
    expect(app.smtp.mails.length).toBeGreaterThanOrEqual(11)
    for (const { raw, text, html, subject } of app.smtp.mails) {
      for (const part of [raw, text, html, subject]) expect(part).not.toContain(EVIL)
      const links = [...`${text}\n${html}`.matchAll(/https?:\/\/[^\s"'<>)]+/g)].map(([link]) => link.replace(/[.,]+$/, ''))
      expect(links.length).toBeGreaterThan(0)
      expect(links.filter((link) => new URL(link).origin !== ORIGIN)).toEqual([])
    }
    expect(answers.length).toBeGreaterThan(30)
    expect(JSON.stringify(answers)).not.toContain(EVIL)
    const redirects = answers.filter((answer) => 'location' in (answer as { headers: object }).headers)
    expect(redirects).toEqual([])
  }, 60_000)

  it('give nobody another address: the limit counts the peer of the socket', async () => {
    const [before] = await app.test.owner.query<{ count: number }>(`SELECT count(*)::int AS count FROM limit_budget WHERE rule = 'self-service.start.address'`)
    for (const address of ['1.2.3.4', '5.6.7.8', '::1', 'unknown']) {
      await start(app.browser({ 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` }), 'somebody.else')
    }
    const [after] = await app.test.owner.query<{ count: number }>(`SELECT count(*)::int AS count FROM limit_budget WHERE rule = 'self-service.start.address'`)
    expect(after).toEqual({ count: Math.max(1, before!.count) })
  })
})

/** Keeps every answer this browser is given. */
function watched(browser: BrowserClient, answers: unknown[]): BrowserClient {
  for (const method of ['get', 'post', 'delete'] as const) {
    const send = browser[method].bind(browser) as (...given: unknown[]) => Promise<unknown>
    Object.assign(browser, { [method]: async (...given: unknown[]) => {
      const answer = await send(...given)
      answers.push(answer)
      return answer
    } })
  }
  return browser
}

type Raw = { status: number; body: string; headers: IncomingMessage['headers'] }
/** Headers exactly as given: also twice, also none at all. */
function raw(method: string, path: string, headers: string[], body?: object): Promise<Raw> {
  const { port } = app.server.address() as AddressInfo
  const text = body ? JSON.stringify(body) : ''
  const all = ['Host', '127.0.0.1', ...headers, ...(body ? ['Content-Type', 'application/json'] : []), 'Content-Length', String(Buffer.byteLength(text))]
  return new Promise((resolve, reject) => {
    const sending = httpRequest({ host: '127.0.0.1', port, method, path: `/api/v1${path}`, headers: all as never, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () =>
        resolve({ status: answer.statusCode!, body: Buffer.concat(chunks).toString(), headers: answer.headers }))
    })
    sending.on('error', reject).end(text)
  })
}

describe('the origin of a request', () => {
  const FOREIGN = ['http://evil.example', 'null', '', `${ORIGIN}.evil.example`, `${ORIGIN}/`, 'http://127.0.0.1:8081', 'https://127.0.0.1:8080', 'http://127.0.0.1', 'http://[::1]:8080', `${ORIGIN}, ${ORIGIN}`, 'file://']

  it.each(['POST', 'DELETE', 'PUT', 'PATCH'])('of every %s route must be our own, and nothing is done for another', async (method) => {
    const person = await app.person({ login: `origin.${method.toLowerCase()}` })
    const signedIn = app.browser()
    await signedIn.post('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })
    const before = await app.test.owner.query('SELECT count(*) FROM self_service_flow')
    const paths = app.app.get(DeclaredRoutes).list().filter(({ path }) => path.startsWith('/api/v1/self-service')).map(({ path }) => path.replace('/api/v1', ''))
    expect(paths.length).toBeGreaterThan(20)
    for (const path of paths) {
      const where = path.replace(':id', '01900000-0000-7000-8000-000000000000').replace(':reference', 'SR-20401')
      const answer = await raw(method, where, ['Origin', 'http://evil.example', 'Cookie', `lk_session=${signedIn.cookie('lk_session')}`])
      expect([path, answer.status, (JSON.parse(answer.body) as { code: string }).code]).toEqual([path, 403, 'ORIGIN_REFUSED'])
    }
    expect(await app.test.owner.query('SELECT count(*) FROM self_service_flow')).toEqual(before)
    expect((await signedIn.get('/self-service/session')).status).toBe(200)
  })

  it.each(FOREIGN)('%j is not ours', async (origin) => {
    const answer = await raw('POST', '/self-service/password-resets', ['Origin', origin], { identifier: 'x' })
    expect(answer.status).toBe(403)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('missing is refused unless the browser itself says same-origin', async () => {
    const post = async (...headers: string[]) => (await raw('POST', '/self-service/password-resets', headers, { identifier: 'x' })).status
    expect(await post()).toBe(403)
    for (const site of ['cross-site', 'same-site', 'none', '', 'same-origin, cross-site']) expect([site, await post('Sec-Fetch-Site', site)]).toEqual([site, 403])
    expect(await post('Sec-Fetch-Site', 'same-origin')).toBe(201)
    // what a page of another site can set never outweighs its origin
    expect(await post('Origin', 'http://evil.example', 'Sec-Fetch-Site', 'same-origin')).toBe(403)
  })
})

describe('cookies', () => {
  it('that are not ours, broken or huge open nothing and break nothing', async () => {
    const person = await app.person({ login: 'cookie.owner' })
    const owner = app.browser()
    const flow = await start(owner, person.login)
    const path = `/self-service/password-resets/${flow.id}`
    const good = encodeURIComponent(owner.cookie('lk_flow')!)
    const bad = [
      'lk_flow=', 'lk_flow', 'lk_flow=x', 'lk_flow=%E0%A4%A', 'lk_flow=j:{"toString":"x"}', 'lk_flow=j:["a"]', `lk_flow=s:${good}`, `lk_flow=${good}x`,
      `lk_flow=${good.slice(1)}`, `LK_FLOW=${good}`, `__proto__=${good}`, `lk_session=${good}`, '=;;;=;', '\u00ff\u00fe=1', `lk_flow=${'A'.repeat(10_240)}`,
      `lk_flow=${good}${'A'.repeat(600)}`, `__Host-lk_flow=${good}`,
    ]
    for (const cookie of bad) {
      const answer = await raw('GET', path, ['Cookie', Buffer.from(cookie).toString('latin1')])
      expect([cookie.slice(0, 60), answer.status, (JSON.parse(answer.body) as { code: string }).code]).toEqual([cookie.slice(0, 60), 401, 'FLOW_NOT_HERE'])
    }
    expect((await raw('GET', path, ['Cookie', `a=${'b'.repeat(20_000)}; lk_flow=${good}`])).status).toBe(431)
    expect((await raw('GET', path, ['Cookie', `a=${'b'.repeat(10_000)}; lk_flow=${good}`])).status).toBe(200)
  })

  it('given twice count once: the first one, as browsers send the more specific first', async () => {
    const person = await app.person({ login: 'cookie.twice' })
    const [victim, thief] = [app.browser(), app.browser()]
    const mine = await start(victim, person.login)
    await start(thief, person.login)
    const [good, planted] = [victim.cookie('lk_flow')!, thief.cookie('lk_flow')!]
    const path = `/self-service/password-resets/${mine.id}`
    expect((await raw('GET', path, ['Cookie', `lk_flow=${good}; lk_flow=${planted}`])).status).toBe(200)
    expect((await raw('GET', path, ['Cookie', `lk_flow=${planted}; lk_flow=${good}`])).status).toBe(401)
    expect((await raw('GET', path, ['Cookie', `lk_flow=${good}`, 'Cookie', `lk_flow=${planted}`])).status).toBe(200)
  })

  it('are for this host and path, unseen by scripts and by other sites', async () => {
    const person = await app.person({ login: 'cookie.attributes' })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    await askForCode(browser, flow)
    const code = codeIn((await app.smtp.nextMail({ to: person.mail, withinMs: 15_000 })).text)
    const proved = await browser.post(`/self-service/password-resets/${flow.id}/verification/answer`, { code })
    const signedIn = await app.browser().post('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })
    const lines = [proved, signedIn].flatMap(({ headers }) => headers['set-cookie'] ?? [])
    expect(lines.map((line) => line.split('=')[0])).toEqual(['lk_flow', 'lk_device', 'lk_session'])
    for (const line of lines) {
      expect(line).toMatch(/; Path=\//)
      expect(line).toMatch(/; HttpOnly/)
      expect(line).toMatch(/; SameSite=Strict/)
      expect(line).not.toMatch(/Domain/i)
      expect(line.split('=')[1]!.split(';')[0]!.length).toBeGreaterThanOrEqual(43)
    }
    // the flow and the session end with the browser, the device is known for half a year
    expect(lines.map((line) => /Max-Age=\d+/.exec(line)?.[0])).toEqual([undefined, 'Max-Age=15552000', undefined])
  })
})

describe('method overrides', () => {
  it.each([
    ['X-HTTP-Method-Override', 'DELETE'], ['X-HTTP-Method', 'DELETE'], ['X-Method-Override', 'DELETE'], ['_method', 'DELETE'],
  ])('%s: %s leaves a GET a GET and a POST a POST', async (name, method) => {
    const person = await app.person({ login: `override.${name.toLowerCase()}` })
    const browser = app.browser()
    await browser.post('/self-service/session', { identifier: person.login, password: OLD_PASSWORD })
    const cookie = ['Origin', ORIGIN, 'Cookie', `lk_session=${browser.cookie('lk_session')}`]
    expect((await raw('GET', `/self-service/session?_method=${method}`, [...cookie, name, method])).status).toBe(200)
    const [accountId] = await accountIds(app, person)
    expect((await raw('POST', '/self-service/session/policy', [...cookie, name, method], { accounts: [accountId] })).status).toBe(200)
    expect((await browser.get('/self-service/session')).status).toBe(200)
  })

  it('and other methods reach nothing', async () => {
    const person = await app.person({ login: 'other.methods' })
    const browser = app.browser()
    const flow = await start(browser, person.login)
    const headers = ['Origin', ORIGIN, 'Cookie', `lk_flow=${browser.cookie('lk_flow')}`]
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      expect([method, (await raw(method, `/self-service/password-resets/${flow.id}`, headers)).status]).toEqual([method, 404])
    }
    for (const step of ['/verification', '/password', '/rerun']) expect((await raw('GET', `/self-service/password-resets/${flow.id}${step}`, headers)).status).toBe(404)
    expect((await browser.get<FlowView>(`/self-service/password-resets/${flow.id}`)).body.state).toBe('choosing-method')
  })
})

it('an answer about a person is kept by no cache, framed by no page and read by no other site', async () => {
  const person = await app.person({ login: 'cached.nowhere' })
  const browser = app.browser()
  const started = await browser.post<FlowView>('/self-service/password-resets', { identifier: person.login })
  const read = await browser.get(`/self-service/password-resets/${started.body.id}`)
  const refused = await app.browser().get(`/self-service/password-resets/${started.body.id}`)
  for (const { headers } of [started, read, refused]) {
    expect(headers['cache-control']).toContain('no-store')
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})
