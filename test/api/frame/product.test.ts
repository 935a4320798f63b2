import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NestExpressApplication } from '@nestjs/platform-express'
import request from 'supertest'
import { AppModule, entities } from '../../../src/app.module.js'
import { parseEnvironment } from '../../../src/config/environment.js'
import { Problem } from '../../../src/contract/problem.contract.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { createApplication, DeclaredRoutes, type DeclaredRoute } from '../../../src/platform/http/index.js'
import { Log } from '../../../src/platform/telemetry/index.js'
import { httpSettings, surroundings } from '../../../src/start/surroundings.js'
import { openTestDatabase, type TestDatabase } from '../../medium/harness/test-database.js'

type Json = Record<string, unknown>
const PORT = 8123
const ORIGIN = `http://localhost:${PORT}`
const BARE = ['/health/live', '/health/ready', '/metrics', '/api/openapi.json', '/.well-known/change-password']

/** The whole product as it is wired, from outside: a new module's routes are held to this without anyone adding a line. */
describe('every route of the product', () => {
  let db: TestDatabase
  let folder: string
  let app: NestExpressApplication
  let routes: DeclaredRoute[]
  let document: { paths: Record<string, Record<string, Json>> }
  beforeAll(async () => {
    db = await openTestDatabase({ entities })
    folder = mkdtempSync(join(tmpdir(), 'latchkey-frame-'))
    const settings = parseEnvironment({ DATABASE_URL: db.url, LATCHKEY_MODE: 'demo', LATCHKEY_DATA_DIR: folder, PORT: String(PORT), LATCHKEY_EPOCH_FILE: join(folder, 'epoch') }, {
      role: 'api', defaultDataDir: folder, installedMode: () => null,
    })
    const http = httpSettings(settings, PORT)
    const around = surroundings(settings, http, db.database, new KeyRing([{ id: 1, key: Buffer.alloc(32, 3) }]))
    app = await createApplication(AppModule.with(around), http, { log: new Log({ level: 'silent' }) })
    await app.listen(0, '127.0.0.1')
    routes = app.get(DeclaredRoutes).list()
    document = (await request(app.getHttpServer()).get('/api/openapi.json')).body as typeof document
  }, 60_000) // the demo hashes the passwords of its people first
  afterAll(async () => {
    await app.close()
    await db.close()
    rmSync(folder, { recursive: true })
  })

  const call = ({ method, path }: DeclaredRoute, id: string): request.Test =>
    request(app.getHttpServer())[method.toLowerCase() as 'get'](path.replace(/:\w+/g, id)).redirects(0)
  const unsafe = (): DeclaredRoute[] => routes.filter(({ method }) => method !== 'GET')

  it('is there at all', () => {
    expect(routes.length).toBeGreaterThan(20)
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining(['POST /api/v1/self-service/password-resets']))
  })

  it('names what it needs and lies under /api/v1, but for those of the house', () => {
    expect(routes.filter(({ requirement }) => requirement === null)).toEqual([])
    expect(routes.filter(({ path }) => !path.startsWith('/api/v1/')).map(({ path }) => path).sort()).toEqual([...BARE].sort())
  })

  it('is in the OpenAPI document, with no empty request or answer', () => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    expect(documented.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).sort())
    const empty = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).flatMap(([method, operation]) => {
      const { responses, requestBody } = operation as { responses: Record<string, { content?: Json }>; requestBody?: { content: Json } }
      const contents = [...Object.values(responses), ...(requestBody ? [requestBody] : [])].flatMap(({ content }) => Object.values(content ?? {})) as { schema?: Json }[]
      const hasSuccess = Object.keys(responses).some((status) => /^[23]/.test(status))
      const bare = contents.some(({ schema }) => !schema || !['$ref', 'type', 'anyOf', 'oneOf', 'allOf'].some((key) => key in schema))
      return bare || !hasSuccess ? [`${method} ${path}`] : []
    }))
    expect(empty).toEqual([])
  })

  it('is refused from another site when it is unsafe', async () => {
    for (const route of unsafe()) {
      const answer = await call(route, 'x').set('Origin', 'https://evil.example').send({})
      expect([route.handler, answer.status, (answer.body as Problem).code]).toEqual([route.handler, 403, 'ORIGIN_REFUSED'])
    }
  })

  it.each([
    ['a way up', '..%2f..%2fetc%2fpasswd'], ['NUL', '%00'], ['SQL', "'%20OR%201=1--"], ['a number', '0'], ['the nil id', '00000000-0000-0000-0000-000000000000'],
    ['5,000 letters', 'a'.repeat(5000)], ['an emoji', '%F0%9F%92%A9'], ['a prototype', '__proto__'], ['somebody else\'s id', '0199c0de-0000-7000-8000-000000000001'],
  ])(
    'answers a stranger with %s in its path by a problem that is no fault of ours', async (_, id) => {
      for (const route of routes.filter(({ path }) => path.includes(':'))) {
        const answer = await call(route, id).set('Origin', ORIGIN)
        expect([route.handler, answer.status >= 400 && answer.status < 500]).toEqual([route.handler, true])
        expect(Problem.strict().safeParse(answer.body).success).toBe(true)
      }
    })

  it.each<[string, unknown]>([
    ['nothing', undefined], ['an empty object', {}], ['an array', []], ['members nobody asked for', { admin: true, personId: '1', state: 'verified' }],
    ['other types', { identifier: { $ne: null }, password: [], code: 12345678, accounts: 'all', method: null, target: {}, newPassword: { toString: 1 }, kind: [] }],
    ['NUL everywhere', { identifier: '\u0000', password: '\u0000', code: '\u0000', newPassword: '\u0000', method: '\u0000', target: '\u0000' }],
    ['lone surrogates', { identifier: '\ud800', password: '\udfff', code: '\ud800', method: '\ud800', target: '\ud800' }],
    ['60 KB', { identifier: 'x'.repeat(60_000) }],
  ])('takes %s as a body without a fault', async (_, body) => {
    for (const route of unsafe()) {
      const answer = await call(route, '0199c0de-0000-7000-8000-000000000001').set('Origin', ORIGIN).set('Content-Type', 'application/json').send(body as object)
      expect([route.handler, answer.status, answer.status < 500]).toEqual([route.handler, answer.status, true])
      if (answer.status >= 400) expect(Problem.strict().safeParse(answer.body).success).toBe(true)
    }
  })
})
