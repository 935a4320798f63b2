import type { RequestPage, RequestView, SessionView } from '../../../src/contract/self-service.contract.js'
import type { BrowserClient } from '../harness/browser-client.js'
import { accountIds, passwordWrites } from '../harness/look-behind.js'
import { OLD_PASSWORD, TestApp, type TestPerson } from '../harness/test-app.js'
import { listenToStatements } from '../../medium/harness/sent-statements.js'
import { settled, settledRequest, submit, verify } from '../harness/walk.js'

const NEW_PASSWORD = 'Puolukka-sateenvarjo-19'
let app: TestApp
beforeAll(async () => {
  app = await TestApp.open()
})
afterAll(() => app.close())

async function signIn(person: TestPerson, password = OLD_PASSWORD, browser = app.browser()): Promise<BrowserClient> {
  expect((await browser.post<SessionView>('/self-service/session', { identifier: person.login, password })).status).toBe(201)
  return browser
}
const status = async (browser: BrowserClient): Promise<number> => (await browser.get('/self-service/session')).status
const change = async (browser: BrowserClient, person: TestPerson, currentPassword: string, newPassword: string) =>
  browser.post<RequestView>('/self-service/session/password', { currentPassword, newPassword, accounts: (await accountIds(app, person)).slice(0, 1) })
const age = (person: TestPerson, column: 'touched_at' | 'created_at', seconds: number): Promise<number> =>
  app.test.owner.execute(`UPDATE self_service_session SET ${column} = now() - make_interval(secs => $2) WHERE person_id = $1`, [person.id, seconds])

describe('a session', () => {
  it('ends ten minutes after its last use, by the database’s clock; each use keeps it awake', async () => {
    const person = await app.person({ login: 'idles.away' })
    const browser = await signIn(person)
    for (let use = 0; use < 3; use += 1) {
      await age(person, 'touched_at', 595)
      expect(await status(browser)).toBe(200)
    }
    await age(person, 'touched_at', 600)
    expect(await browser.get('/self-service/session')).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REQUIRED' } })
    // it does not wake up again either
    expect(await status(browser)).toBe(401)
  })

  it('ends after an hour however busy it is, and says so beforehand', async () => {
    const person = await app.person({ login: 'busy.for.hours' })
    const browser = await signIn(person)
    await age(person, 'created_at', 3_540)
    const { body } = await browser.get<SessionView>('/self-service/session')
    expect(Date.parse(body.expiresAt) - Date.now()).toBeLessThan(61_000)
    await age(person, 'created_at', 3_600)
    expect(await status(browser)).toBe(401)
  })

  it('is not taken from a cookie that was there before: nobody plants one', async () => {
    const [person, thief] = [await app.person({ login: 'fixation.victim' }), await app.person({ login: 'fixation.thief' })]
    const stolen = (await signIn(thief)).cookie('lk_session')!
    for (const planted of [stolen, 'A'.repeat(43)]) {
      const browser = app.browser()
      browser.setCookie('lk_session', planted)
      await signIn(person, OLD_PASSWORD, browser)
      expect(browser.cookie('lk_session')).not.toBe(planted)
      const { body } = await browser.get<SessionView>('/self-service/session')
      expect(body.accounts.map(({ login }) => login)).toEqual(['fixation.victim'])
      const holder = app.browser()
      holder.setCookie('lk_session', planted)
      const seen = await holder.get<SessionView>('/self-service/session')
      expect(seen.status === 401 || seen.body.accounts[0]!.login === 'fixation.thief').toBe(true)
    }
  })

  it('is another one at each sign-in, long and random, and is kept as a keyed hash alone', async () => {
    const person = await app.person({ login: 'signs.in.often' })
    const tokens = new Set<string>()
    for (let n = 0; n < 5; n += 1) tokens.add((await signIn(person)).cookie('lk_session')!)
    expect(tokens.size).toBe(5)
    for (const token of tokens) expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(32)
    const rows = await app.test.owner.query<{ token_hash: Buffer }>('SELECT token_hash FROM self_service_session WHERE person_id = $1', [person.id])
    const kept = rows.map(({ token_hash: hash }) => hash.toString('latin1')).join('')
    for (const token of tokens) expect([kept.includes(token), kept.includes(Buffer.from(token, 'base64url').toString('latin1'))]).toEqual([false, false])
  })

  it('that was signed out is worth nothing to who copied its cookie, and signing out twice is no error', async () => {
    const person = await app.person({ login: 'copied.cookie' })
    const [browser, other] = [await signIn(person), await signIn(person)]
    const thief = app.browser()
    thief.setCookie('lk_session', browser.cookie('lk_session')!)
    expect((await browser.delete('/self-service/session')).status).toBe(204)
    expect(browser.cookie('lk_session')).toBeUndefined()
    for (const path of ['', '/requests']) expect((await thief.get(`/self-service/session${path}`)).status).toBe(401)
    expect(await change(thief, person, OLD_PASSWORD, NEW_PASSWORD)).toMatchObject({ status: 401 })
    expect((await thief.delete('/self-service/session')).status).toBe(204)
    expect(await status(other)).toBe(200)
  })

  it('opens no flow, and a flow opens no session', async () => {
    const person = await app.person({ login: 'crosses.over' })
    const [browser, resetting] = [await signIn(person), app.browser()]
    const flow = await verify(resetting, app.smtp, person.login, person.mail)
    const thief = app.browser()
    thief.setCookie('lk_flow', browser.cookie('lk_session')!)
    thief.setCookie('lk_session', resetting.cookie('lk_flow')!)
    expect(await status(thief)).toBe(401)
    expect((await thief.get(`/self-service/password-resets/${flow.id}`)).status).toBe(401)
  })
})

describe('a new password', () => {
  it('ends the other sessions of the person; the one that asked sees the outcome under a new cookie', async () => {
    const [person, neighbour] = [await app.person({ login: 'changes.ends' }), await app.person({ login: 'changes.neighbour' })]
    const [asking, other, foreign] = [await signIn(person), await signIn(person), await signIn(neighbour)]
    const copied = app.browser()
    copied.setCookie('lk_session', asking.cookie('lk_session')!)
    const accepted = await change(asking, person, OLD_PASSWORD, NEW_PASSWORD)
    expect(accepted.status).toBe(202)
    expect(await status(copied)).toBe(401)
    expect(await settledRequest(asking, accepted.body.reference)).toMatchObject({ state: 'completed', outcomes: [{ state: 'succeeded' }] })
    expect([await status(asking), await status(other), await status(foreign)]).toEqual([200, 401, 200])
  })

  it('that the directory refuses ends no session', async () => {
    const person = await app.person({ login: 'changes.refused' })
    const [asking, other] = [await signIn(person), await signIn(person)]
    const accepted = await change(asking, person, OLD_PASSWORD, OLD_PASSWORD)
    expect(accepted.status).toBe(202)
    expect(await settledRequest(asking, accepted.body.reference)).toMatchObject({ state: 'failed', outcomes: [{ code: 'DIRECTORY_POLICY_REJECTED' }] })
    expect([await status(asking), await status(other)]).toEqual([200, 200])
  })

  it('set through a forgotten password ends every session of the person', async () => {
    const person = await app.person({ login: 'reset.ends' })
    const [one, other] = [await signIn(person), await signIn(person)]
    const browser = app.browser()
    await settled(browser, await submit(browser, await verify(browser, app.smtp, person.login, person.mail), NEW_PASSWORD))
    expect([await status(one), await status(other)]).toEqual([401, 401])
    // and the reset signed nobody in
    expect(await status(browser)).toBe(401)
  })

  it('cannot be asked for in a session that has just ended', async () => {
    const person = await app.person({ login: 'changes.too.late' })
    const browser = await signIn(person)
    const [late, out] = await Promise.all([change(browser, person, OLD_PASSWORD, NEW_PASSWORD), browser.delete('/self-service/session')])
    expect(out.status).toBe(204)
    expect([202, 401]).toContain(late.status)
    expect(await passwordWrites(app, person) === 0 || late.status === 202).toBe(true)
  })
})

it('an unlock leaves the sessions alone: the password is the same', async () => {
  const person = await app.person({ login: 'unlock.keeps' })
  const signedIn = await signIn(person)
  const browser = app.browser()
  const flow = await verify(browser, app.smtp, person.login, person.mail, 'unlocks')
  await browser.post(`/self-service/unlocks/${flow.id}/unlock`, { accounts: flow.accounts!.map(({ id }) => id) })
  expect((await settled(browser, flow, 'unlocks')).state).toBe('completed')
  expect(await status(signedIn)).toBe(200)
})

describe('my requests', () => {
  /** As so many finished resets of two accounts would have left them. */
  async function past(person: TestPerson, count: number): Promise<void> {
    await app.test.owner.execute(
      `WITH made AS (INSERT INTO service_request (id, kind, person_id, state, proof, language)
         SELECT gen_random_uuid(), 'reset', $1, 'completed', 'mail-code', 'en' FROM generate_series(1, $2) RETURNING id)
       INSERT INTO provisioning_task (id, kind, origin, state, request_id, person_id, account_id, directory_id, directory_name,
         directory_position, native_id, login, actor_kind, correlation_id, secret_ttl_seconds, retry_until, check_until, settled_at)
       SELECT gen_random_uuid(), 'reset', 'SELF', 'succeeded', made.id, $1, a.id, a.directory_id, d.name, d.position, a.native_id, a.login, 'person', 'test', 600, now(), now(),
         now()
       FROM made, account a JOIN directory d ON d.id = a.directory_id WHERE a.person_id = $1`, [person.id, count],
    )
  }
  async function walkPages(browser: BrowserClient, between: () => Promise<unknown> = async () => undefined): Promise<string[][]> {
    const pages: string[][] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status: code, body }: { status: number; body: RequestPage } = await browser.get<RequestPage>(`/self-service/session/requests${cursor ? `?cursor=${cursor}` : ''}`)
      expect(code).toBe(200)
      pages.push(body.requests.map(({ reference }) => reference))
      for (const request of body.requests) expect(request.outcomes).toHaveLength(2)
      cursor = body.next
      await between()
    }
    return pages
  }

  it('come newest first in pages of twenty, each once, also while new ones arrive', async () => {
    const [person, other] = [await app.person({ login: 'many.requests', in: [0, 1] }), await app.person({ login: 'other.requests', in: [0, 1] })]
    await past(person, 25)
    await past(other, 3)
    const browser = await signIn(person)
    const pages = await walkPages(browser)
    expect(pages.map((page) => page.length)).toEqual([20, 5])
    const all = pages.flat()
    expect(new Set(all).size).toBe(25)
    expect([...all].sort((a, b) => Number(b.slice(3)) - Number(a.slice(3)))).toEqual(all)
    const meanwhile = await walkPages(browser, () => past(person, 1))
    expect(meanwhile.flat()).toEqual(all)
    expect((await walkPages(await signIn(other))).flat().filter((reference) => all.includes(reference))).toEqual([])
  })

  it('end with a full page without pointing to an empty one', async () => {
    const person = await app.person({ login: 'twenty.requests', in: [0, 1] })
    await past(person, 20)
    expect((await walkPages(await signIn(person))).map((page) => page.length)).toEqual([20])
  })

  it('of somebody else are not reached by their cursor', async () => {
    const [mine, theirs] = [await app.person({ login: 'cursor.mine', in: [0, 1] }), await app.person({ login: 'cursor.theirs', in: [0, 1] })]
    await past(mine, 2)
    await past(theirs, 2)
    const [first] = (await walkPages(await signIn(theirs))).flat()
    const { body } = await (await signIn(mine)).get<RequestPage>(`/self-service/session/requests?cursor=${first}`)
    expect(body.requests).toHaveLength(2)
    expect(body.requests.every(({ outcomes }) => outcomes.every(({ login }) => login === 'cursor.mine'))).toBe(true)
  })

  it('cost as many statements for twenty as for one', async () => {
    const [one, twenty] = [await app.person({ login: 'costs.one', in: [0, 1] }), await app.person({ login: 'costs.twenty', in: [0, 1] })]
    await past(one, 1)
    await past(twenty, 20)
    const counts: number[] = []
    for (const person of [one, twenty]) {
      const browser = await signIn(person)
      counts.push(await statements(person, () => browser.get('/self-service/session/requests')))
    }
    expect(counts[0]).toBeGreaterThan(1)
    expect(counts[1]).toBe(counts[0])
  })

  /** Statements that name this person or anything of theirs; what the workers do in the background names neither. */
  async function statements(person: TestPerson, work: () => Promise<unknown>): Promise<number> {
    const own = await app.test.owner.query<{ id: string }>(
      `SELECT id::text FROM service_request WHERE person_id = $1 UNION SELECT encode(token_hash, 'hex') FROM self_service_session WHERE person_id = $1
       UNION SELECT id::text FROM self_service_session WHERE person_id = $1`, [person.id],
    )
    const names = new Set([person.id, ...own.map(({ id }) => id)])
    let count = 0
    const stop = listenToStatements(app.test.database, (_sql, values) => {
      if (values.flat().some((value) => names.has(Buffer.isBuffer(value) ? value.toString('hex') : String(value)))) count += 1
    })
    try {
      await work()
    } finally {
      stop()
    }
    return count
  }
})
