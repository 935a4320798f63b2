import { once } from 'node:events'
import { connect } from 'node:net'
import { Global, Module } from '@nestjs/common'
import request from 'supertest'
import { Database } from '../../../src/platform/database/database.js'
import { Metrics, Readiness } from '../../../src/platform/telemetry/index.js'
import { openTestDatabase, type TestDatabase } from '../../medium/harness/test-database.js'
import { ORIGIN, runFrame, SampleController, SampleModule, type Running } from './frame-app.js'

const CANARY = 'Kana-4711-lintu'

describe('request log', () => {
  it('has one line a request with the route, and no query, path value, body, header or cookie', async () => {
    const frame = await runFrame()
    await request(frame.url).post(`/api/v1/sample/echo?code=${CANARY}`).set({ Origin: ORIGIN, Cookie: `lk_session=${CANARY}`, Authorization: `Bearer ${CANARY}`, 'User-Agent': CANARY }).send({ text: CANARY })
    await request(frame.url).post('/api/v1/sample/echo').set({ Origin: ORIGIN, 'Content-Type': 'application/json' }).send(`{"text":"${CANARY}`)
    await request(frame.url).get(`/api/v1/sample/items/${CANARY}`)
    await request(frame.url).get(`/${CANARY}`)
    await request(frame.url).post('/api/v1/sample/echo').set({ Origin: ORIGIN }).send({ [CANARY]: CANARY })
    await frame.close()
    const lines = frame.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'request')
    expect(lines.map(({ method, route, status }) => `${String(method)} ${String(route)} ${String(status)}`)).toEqual([
      'POST /api/v1/sample/echo 200', 'POST (none) 400', 'GET /api/v1/sample/items/:id 400', 'GET (none) 404', 'POST /api/v1/sample/echo 400',
    ])
    expect(frame.lines.join('')).not.toContain(CANARY)
    for (const line of lines) expect(line).toMatchObject({ correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, ms: expect.any(Number) as number })
  })
})

describe('metrics', () => {
  let frame: Running
  beforeAll(async () => {
    frame = await runFrame()
  })
  afterAll(() => frame.close())

  it('measure requests by route template, so that their number stays bounded', async () => {
    for (let i = 0; i < 5; i++) await request(frame.url).get(`/api/v1/sample/items/0199c0de-0000-7000-8000-00000000000${i}`)
    for (let i = 0; i < 5; i++) await request(frame.url).get(`/nothing/${i}`)
    const { text } = await request(frame.url).get('/metrics')
    expect(text).toContain('latchkey_http_request_duration_seconds_count{method="GET",route="/api/v1/sample/items/:id",status="200"} 5')
    expect(text).toContain('latchkey_http_request_duration_seconds_count{method="GET",route="(none)",status="404"} 5')
    expect(text).not.toMatch(/0199c0de|nothing/)
    expect(text).toContain('process_cpu_seconds_total')
  })

  it('are shown to this machine only', async () => {
    for (const header of ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP']) {
      const answer = await request(frame.url).get('/metrics').set(header, '127.0.0.1')
      expect(answer.body).toMatchObject({ code: 'NOT_FOUND' })
    }
  })

  it('show what modules measure, and leave out what cannot be read', async () => {
    const metrics = frame.app.get(Metrics)
    metrics.counter({ name: 'latchkey_test_total', help: 'x', labels: ['outcome'] }).inc({ outcome: 'sent' })
    metrics.observe('latchkey_test_age_seconds', 'x', async () => 4.5)
    metrics.observe('latchkey_test_broken', 'x', () => {
      throw new Error('no')
    })
    const answer = await request(frame.url).get('/metrics')
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('latchkey_test_total{outcome="sent"} 1')
    expect(answer.text).toContain('latchkey_test_age_seconds 4.5')
    expect(answer.text).not.toMatch(/^latchkey_test_broken/m)
  })
})

describe('health', () => {
  let db: TestDatabase
  let frame: Running
  beforeEach(async () => {
    db = await openTestDatabase()
    const { database } = db
    @Global()
    @Module({ imports: [SampleModule], providers: [{ provide: Database, useValue: database }], exports: [Database] })
    class WithDatabase {}
    frame = await runFrame({}, { module: WithDatabase })
  })
  afterEach(async () => {
    await frame.close()
    await db.close()
  })

  it('is ready when the database answers and has the schema of this build', async () => {
    expect((await request(frame.url).get('/health/ready')).body).toEqual({ status: 'ok', failing: [] })
    const { text } = await request(frame.url).get('/metrics')
    expect(text).toMatch(/latchkey_database_pool_connections [1-9]/)
    expect(text).toContain('latchkey_database_pool_waiting 0')
  })

  it('is not ready while a migration of this build is missing', async () => {
    await db.owner.execute('DELETE FROM schema_migration WHERE id = (SELECT max(id) FROM schema_migration)')
    const answer = await request(frame.url).get('/health/ready')
    expect([answer.status, answer.body]).toEqual([503, { status: 'unavailable', failing: ['migrations'] }])
  })

  it('stays alive, but is not ready, while the database is away', async () => {
    await db.database.source.destroy()
    expect((await request(frame.url).get('/health/live')).status).toBe(200)
    const answer = await request(frame.url).get('/health/ready')
    expect([answer.status, answer.body]).toEqual([503, { status: 'unavailable', failing: ['database', 'migrations'] }])
  })
})

describe('graceful stop', () => {
  it('finishes what was begun, takes nothing new, and then ends', async () => {
    const frame = await runFrame()
    const idle = connect(frame.port, '127.0.0.1')
    await once(idle, 'connect')
    const running = fetch(`${frame.url}/api/v1/sample/slow`)
    await until(() => SampleController.held !== null)
    const readiness = frame.app.get(Readiness)
    const closing = frame.close()
    await until(async () => !(await readiness.report()).ready)
    await expect(fetch(`${frame.url}/health/live`)).rejects.toThrow()
    const released = performance.now()
    SampleController.held!.release()
    const answer = await running
    expect([answer.status, await answer.json()]).toEqual([200, { done: true }])
    await closing
    // Nothing is left to wait for: not the line opened in advance, not the kept-alive one.
    expect(performance.now() - released).toBeLessThan(2_000)
    expect(frame.app.getHttpServer().listening).toBe(false)
    idle.destroy()
  })
})

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; ) {
    if (await condition()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('waited in vain')
}
