import { Controller, Get, Module } from '@nestjs/common'
import request from 'supertest'
import { ERROR_CODES } from '../../../src/contract/error-codes.js'
import { DeclaredRoutes, PermissionGate, Public, type Operator } from '../../../src/platform/http/index.js'
import { DomainError } from '../../../src/kernel/domain-error.js'
import { runFrame, SampleModule, type Running } from './frame-app.js'

type Json = Record<string, unknown>

@Controller('open')
class ForgottenController {
  @Get('declared')
  @Public()
  declared(): void {}
  @Get('forgotten')
  forgotten(): object {
    return { reached: true }
  }
}
@Module({ controllers: [ForgottenController] })
class ForgottenModule {}

class OnlyAuditors extends PermissionGate {
  override async assertHolds(caller: { headers: Record<string, unknown> }, permission: string): Promise<Operator> {
    if (caller.headers['x-test-operator'] !== permission) throw new DomainError('NOT_ENTITLED')
    return { id: 'auditor' }
  }
}
@Module({ imports: [SampleModule], providers: [{ provide: PermissionGate, useClass: OnlyAuditors }], exports: [PermissionGate] })
class GatedModule {}

describe('routes and what they need', () => {
  it('a route that names nothing keeps the process from starting, and is named', async () => {
    await expect(runFrame({}, { module: ForgottenModule })).rejects.toThrow('ForgottenController.forgotten')
  })

  it('every route of a process names what it needs', async () => {
    const frame = await runFrame()
    const routes = frame.app.get(DeclaredRoutes).list()
    expect(routes.filter(({ requirement }) => requirement === null)).toEqual([])
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining(['GET /health/live', 'POST /api/v1/sample/echo', 'GET /api/v1/sample/items/:id']))
    // The crawler sees what Express really serves: nothing is registered behind its back.
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`))).toEqual(registeredRoutes(frame))
    await frame.close()
  })

  it('nobody holds a permission while there is no gate', async () => {
    const frame = await runFrame()
    const answer = await request(frame.url).get('/api/v1/sample/operator')
    expect(answer.body).toMatchObject({ status: 401, code: 'SIGN_IN_REQUIRED' })
    await frame.close()
  })

  it('asks the gate for exactly the named permission', async () => {
    const frame = await runFrame({}, { module: GatedModule })
    const status = async (operator: string): Promise<number> => (await request(frame.url).get('/api/v1/sample/operator').set('X-Test-Operator', operator)).status
    expect(await status('directories.read')).toBe(204)
    expect(await status('directories.write')).toBe(403)
    await frame.close()
  })
})

describe('OpenAPI document', () => {
  let frame: Running
  let document: { paths: Record<string, Record<string, Json>>; components: { schemas: Record<string, Json> } }
  beforeAll(async () => {
    frame = await runFrame()
    document = (await request(frame.url).get('/api/openapi.json')).body as typeof document
  })
  afterAll(() => frame.close())

  it('has every route of the process', () => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    const served = frame.app.get(DeclaredRoutes).list().map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(documented.sort()).toEqual(served.sort())
  })

  it('has no empty schema, in requests or answers', () => {
    const empty: string[] = []
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const responses = operation['responses'] as Record<string, { content?: Record<string, { schema?: Json }> }>
        const body = operation['requestBody'] as { content: Record<string, { schema?: Json }> } | undefined
        const contents = [...Object.values(responses), ...(body ? [body] : [])].flatMap(({ content }) => Object.values(content ?? {}))
        if (contents.some(({ schema }) => isEmpty(schema, document.components.schemas))) empty.push(`${method} ${path}`)
        if (!Object.keys(responses).some((status) => /^[23]/.test(status))) empty.push(`${method} ${path} has no success`)
        expect(responses['default']?.content).toHaveProperty(['application/problem+json', 'schema', '$ref'], '#/components/schemas/Problem')
      }
    }
    expect(empty).toEqual([])
  })

  it('describes bodies with the very schema that validates them', () => {
    const body = document.paths['/api/v1/sample/echo']!['post']!['requestBody']
    expect(body).toMatchObject({ content: { 'application/json': { schema: { type: 'object', required: ['text'], additionalProperties: false, properties: { text: { type: 'string', maxLength: 20 } } } } } })
    const [id] = document.paths['/api/v1/sample/items/{id}']!['get']!['parameters'] as Json[]
    expect(id).toMatchObject({ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } })
  })

  it('says which refusals a route has, by status and with the problem schema', () => {
    const responses = document.paths['/api/v1/sample/echo']!['post']!['responses'] as Record<string, { description: string; content: Json }>
    expect(responses['429']!.description).toBe('RATE_LIMITED (/problems/request/rate-limited), OTP_LOCKED (/problems/verification/code-locked)')
    expect(responses['410']!.content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } })
    const { properties } = document.components.schemas['Problem'] as { properties: Record<string, { enum?: string[] }> }
    expect(properties['code']!.enum).toEqual(ERROR_CODES)
  })

  it('has no reference that leads nowhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!)
    expect(references.filter((name) => !(name in document.components.schemas))).toEqual([])
  })
})

function isEmpty(schema: Json | undefined, known: Record<string, Json>): boolean {
  const reference = typeof schema?.['$ref'] === 'string' ? schema['$ref'].split('/').at(-1)! : null
  const real = reference === null ? schema : known[reference]
  if (!real) return true
  return !['type', 'anyOf', 'oneOf', 'allOf', 'enum'].some((key) => key in real)
}

type Layer = { route?: { path: string; methods: Record<string, boolean> } }
/** What Express really serves, read from its router. */
function registeredRoutes(frame: Running): Set<string> {
  const { router } = frame.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }
  return new Set(router.stack.flatMap(({ route }) => (route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [])))
}
