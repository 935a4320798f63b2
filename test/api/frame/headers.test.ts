import request from 'supertest'
import { ORIGIN, runFrame, type Running } from './frame-app.js'

const LOOPBACK = { demo: true, secureCookies: false, publicOrigin: 'http://127.0.0.1:8080' }
const cookiesOf = (answer: request.Response): string[] => [(answer.headers as Record<string, unknown>)['set-cookie'] ?? []].flat() as string[]

describe('headers of every answer', () => {
  let frame: Running
  beforeAll(async () => {
    frame = await runFrame()
  })
  afterAll(() => frame.close())

  it.each(['/health/live', '/api/openapi.json', '/nothing', '/api/v1/sample/mismatch', '/api/v1/sample/operator'])('%s carries them', async (path) => {
    const { headers } = await request(frame.url).get(path)
    const policy = Object.fromEntries(String(headers['content-security-policy']).split(';').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]))
    expect(policy).toMatchObject({
      'default-src': `'none'`, 'script-src': `'self'`, 'style-src': `'self'`, 'frame-ancestors': `'none'`, 'form-action': `'self'`, 'base-uri': `'none'`, 'object-src': `'none'`,
    })
    expect(headers['content-security-policy']).not.toMatch(/unsafe-|\*|https?:/)
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cache-control': 'no-store', 'cross-origin-opener-policy': 'same-origin' })
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8,}/)
    expect(Object.keys(headers)).not.toContain('x-powered-by')
    expect(Object.keys(headers)).not.toContain('server')
  })

  it('ask for https only where there is https', async () => {
    const demo = await runFrame(LOOPBACK)
    const { headers } = await request(demo.url).get('/health/live')
    expect(headers['strict-transport-security']).toBeUndefined()
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
    await demo.close()
  })
})

describe('cookies', () => {
  let frame: Running
  beforeAll(async () => {
    frame = await runFrame()
  })
  afterAll(() => frame.close())
  const post = (name: string, cookie = '', url = frame.url, origin = ORIGIN): request.Test =>
    request(url).post(`/api/v1/sample/cookies/${name}`).set('Origin', origin).set('Cookie', cookie)

  it('are host-bound, secure, unreadable for scripts and sent to ourselves only', async () => {
    expect(cookiesOf(await post('flow'))).toEqual(['__Host-lk_flow=token; Path=/; HttpOnly; Secure; SameSite=Strict'])
  })

  it('last as long as told', async () => {
    const [cookie] = cookiesOf(await post('device'))
    expect(cookie).toMatch(/^__Host-lk_device=token; Max-Age=60; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/)
  })

  it('are cleared with the attributes they were set with, or the browser would keep them', async () => {
    expect(cookiesOf(await post('session'))).toEqual(['__Host-lk_session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict'])
  })

  it('have no prefix on http loopback, where browsers would refuse it', async () => {
    const demo = await runFrame(LOOPBACK)
    expect(cookiesOf(await post('flow', '', demo.url, LOOPBACK.publicOrigin))).toEqual(['lk_flow=token; Path=/; HttpOnly; SameSite=Strict'])
    await demo.close()
  })

  it.each([
    ['ours', '__Host-lk_flow=abc', 'abc'], ['among others', 'a=1; __Host-lk_flow=abc; b=2', 'abc'], ['without the prefix, as a subdomain could set it', 'lk_flow=abc', null],
    ['none', '', null], ['an empty one', '__Host-lk_flow=', null], ['an object in disguise', `__Host-lk_flow=j:${encodeURIComponent('{"a":1}')}`, null],
    ['a very long one', `__Host-lk_flow=${'a'.repeat(4000)}`, null], ['a prototype name', '__proto__=x; constructor=y', null], ['broken escapes', '__Host-lk_flow=%E0%A4%A', '%E0%A4%A'],
  ])('are read as text or not at all: %s', async (_, header, value) => {
    const answer = await post('flow', header)
    expect(answer.body).toEqual({ before: value })
  })
})
