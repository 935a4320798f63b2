import request from 'supertest'
import { ORIGIN, runFrame, type Running } from './frame-app.js'

const PATH = '/api/v1/sample/echo'
const HOST = new URL(ORIGIN).host

describe('origin of unsafe requests', () => {
  let frame: Running
  beforeAll(async () => {
    frame = await runFrame()
  })
  afterAll(() => frame.close())
  const post = (headers: Record<string, string>): request.Test => request(frame.url).post(PATH).set(headers).send({ text: 'a' })

  it.each<[string, Record<string, string>]>([
    ['the configured origin', { Origin: ORIGIN }],
    ['no Origin but the browser says same-origin', { 'Sec-Fetch-Site': 'same-origin' }],
  ])('passes %s', async (_, headers) => {
    expect((await post(headers)).status).toBe(200)
  })

  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['another site', { Origin: 'https://evil.example' }],
    ['another site that the browser calls same-origin', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' }],
    ['a sandboxed page', { Origin: 'null' }],
    ['an empty origin', { Origin: '' }],
    ['http instead of https', { Origin: ORIGIN.replace('https', 'http') }],
    ['another port', { Origin: `${ORIGIN}:8443` }],
    ['a subdomain', { Origin: `https://x.${HOST}` }],
    ['a name that begins alike', { Origin: `${ORIGIN}.evil.example` }],
    ['credentials before the name', { Origin: `https://user@${HOST}` }],
    ['a trailing slash', { Origin: `${ORIGIN}/` }],
    ['two origins', { Origin: `${ORIGIN}, https://evil.example` }],
    ['a sibling site', { 'Sec-Fetch-Site': 'same-site' }],
    ['another site without Origin', { 'Sec-Fetch-Site': 'cross-site' }],
    ['typed by hand', { 'Sec-Fetch-Site': 'none' }],
    ['our address in Referer only', { Referer: `${ORIGIN}/start` }],
    ['the attacker\'s origin backed by Host', { Origin: 'https://evil.example', Host: 'evil.example' }],
    ['the attacker\'s origin backed by forwarding headers', {
      Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https', Forwarded: 'host=evil.example;proto=https', 'X-Original-Host': 'evil.example',
    }],
    ['a loopback origin outside a demo', { Origin: 'http://127.0.0.1:8080' }],
  ])('refuses %s', async (_, headers) => {
    const answer = await post(headers)
    expect(answer.status).toBe(403)
    expect(answer.body).toMatchObject({ code: 'ORIGIN_REFUSED' })
  })

  it('refuses before the body is looked at', async () => {
    const answer = await request(frame.url).post(PATH).set('Origin', 'https://evil.example').set('Content-Type', 'text/plain').send('x'.repeat(100))
    expect(answer.body).toMatchObject({ code: 'ORIGIN_REFUSED' })
  })

  it.each(['PUT', 'PATCH', 'DELETE'] as const)('guards %s too', async (method) => {
    const answer = await request(frame.url)[method.toLowerCase() as 'put'](PATH).send({ text: 'a' })
    expect(answer.body).toMatchObject({ code: 'ORIGIN_REFUSED' })
  })

  it('gives no other origin leave to read', async () => {
    const answer = await request(frame.url).get('/health/live').set('Origin', 'https://evil.example')
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  it('takes both names of loopback in a demo, and only its own port', async () => {
    const demo = await runFrame({ demo: true, secureCookies: false, publicOrigin: 'http://127.0.0.1:8080' })
    const status = async (origin: string): Promise<number> => (await request(demo.url).post(PATH).set('Origin', origin).send({ text: 'a' })).status
    expect(await Promise.all(['http://127.0.0.1:8080', 'http://localhost:8080'].map(status))).toEqual([200, 200])
    expect(await Promise.all(['http://127.0.0.1:8081', 'http://localhost', 'https://localhost:8080', 'http://localhost.evil.example:8080', 'http://0.0.0.0:8080'].map(status))).toEqual([403, 403, 403, 403, 403])
    await demo.close()
  })
})

describe('hostile Host and X-Forwarded-*', () => {
  const HOSTILE: Record<string, string>[] = [
    { Host: 'evil.example' }, { Host: 'evil.example:443' }, { Host: '' }, { 'X-Forwarded-Host': 'evil.example' }, { 'X-Forwarded-Proto': 'http' },
    { 'X-Forwarded-For': '198.51.100.66' }, { 'X-Forwarded-For': '127.0.0.1' }, { 'X-Real-IP': '198.51.100.66' }, { Forwarded: 'for=198.51.100.66;host=evil.example;proto=http' },
    { 'X-Original-URL': '/api/v1/sample/operator' }, { 'X-Rewrite-URL': '/metrics' }, { 'X-HTTP-Method-Override': 'DELETE' }, { 'X-Forwarded-Prefix': '/evil' },
  ]
  const VOLATILE = ['x-correlation-id', 'date', 'connection', 'keep-alive']

  it.each(HOSTILE)('%j changes nothing of an answer', async (headers) => {
    const frame = await runFrame()
    const calls: ((extra: Record<string, string>) => request.Test)[] = [
      (extra) => request(frame.url).post(PATH).set('Origin', ORIGIN).set(extra).send({ text: 'a' }),
      (extra) => request(frame.url).get('/.well-known/change-password').redirects(0).set(extra),
      (extra) => request(frame.url).post('/api/v1/sample/cookies/flow').set('Origin', ORIGIN).set(extra),
      (extra) => request(frame.url).get('/nothing').set(extra),
      (extra) => request(frame.url).get('/api/openapi.json').set(extra),
    ]
    for (const call of calls) {
      const [plain, hostile] = [await call({}), await call(headers)].map((answer) => ({
        status: answer.status,
        headers: Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !VOLATILE.includes(name))),
        text: answer.text.replaceAll(String(answer.headers['x-correlation-id']), 'ID'),
      }))
      expect(hostile).toEqual(plain)
      expect(JSON.stringify(hostile)).not.toContain('evil')
    }
    await frame.close()
  })

  it('are believed about the caller from a listed proxy only', async () => {
    const address = async (trustedProxies: string[]): Promise<unknown> => {
      const frame = await runFrame({ trustedProxies })
      const answer = await request(frame.url).post(PATH).set({ Origin: ORIGIN, 'X-Forwarded-For': '10.1.1.1, 198.51.100.66' }).send({ text: 'a' })
      await frame.close()
      return (answer.body as { address: string }).address
    }
    expect(await address([])).toBe('127.0.0.1')
    expect(await address(['10.0.0.0/8'])).toBe('127.0.0.1')
    expect(await address(['127.0.0.1'])).toBe('198.51.100.66')
  })
})
