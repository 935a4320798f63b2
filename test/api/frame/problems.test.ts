import request from 'supertest'
import { Problem } from '../../../src/contract/problem.contract.js'
import type { Language } from '../../../src/contract/self-service.contract.js'
import { ORIGIN, runFrame, type Running } from './frame-app.js'

const ON_OUR_SIDE: Readonly<Record<Language, RegExp>> = {
  en: /on our side/, fi: /meidän puolellamme/, sv: /fel hos oss/, de: /auf unserer Seite/,
}

describe('problem documents', () => {
  let frame: Running
  beforeAll(async () => {
    frame = await runFrame()
  })
  afterAll(() => frame.close())

  const post = (path: string): request.Test => request(frame.url).post(`/api/v1/sample/${path}`).set('Origin', ORIGIN)
  const problem = (answer: request.Response): Problem => {
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.headers['x-correlation-id']).toBe((answer.body as Problem).correlationId)
    return Problem.strict().parse(answer.body)
  }

  it.each([
    ['GET', '/', 404], ['GET', '/api/v1/nothing', 404], ['DELETE', '/api/v1/sample/echo', 404], ['GET', '/api/v1/sample/echo', 404],
    ['PATCH', '/health/live', 404], ['OPTIONS', '/api/v1/sample/echo', 404], ['PROPFIND', '/', 404],
    ['GET', '/API/V1/sample/slow', 404], ['GET', '/api/v1/sample/slow/', 404], ['GET', '//api/v1/sample/slow', 404],
    ['GET', '/api/v1/sample/items/%E0%A4%A', 400], ['GET', '/api/v1/sample/items/..%2f..%2fetc%2fpasswd', 400], ['GET', '/%00', 404],
  ] as const)('%s %s is %i and a problem, never a page of the web server', async (method, path, status) => {
    const answer = await fetchRaw(frame.port, method, path)
    expect(answer.status).toBe(status)
    expect(answer.type).toBe('application/problem+json')
    expect(answer.text).not.toMatch(/<html|<pre|Cannot |Express|node_modules|stack/i)
  })

  it('names the fields at fault and never what was in them', async () => {
    const answer = await post('echo').send({ text: 'hunter2-hunter2-hunter2', amount: 'hunter2', 'hunter2-member': 1 })
    expect(problem(answer)).toMatchObject({
      status: 400, code: 'REQUEST_INVALID', type: '/problems/request/invalid',
      fields: [{ field: 'text', reason: 'too-big' }, { field: 'amount', reason: 'invalid-type' }, { field: 'request', reason: 'unrecognized-keys' }],
    })
    expect(answer.text).not.toContain('hunter2')
  })

  it('shows nothing of an exception nobody expected, and logs it under the same id', async () => {
    const answer = await post('fail/unknown')
    const { correlationId, ...rest } = problem(answer)
    expect(rest).toEqual({ type: '/problems/request/internal', title: 'Request: internal', status: 500, code: 'INTERNAL', detail: expect.any(String) as string })
    expect(answer.text).not.toMatch(/hunter2|library|\.ts|at /)
    const line = frame.lines.map((text) => JSON.parse(text) as Record<string, unknown>).find((entry) => entry['correlationId'] === correlationId && entry['error'])
    expect(line).toMatchObject({ level: 'error', problem: 'INTERNAL', error: { message: expect.stringContaining('library') as string } })
  })

  it('answers INTERNAL when something that is no error is thrown', async () => {
    expect(problem(await post('fail/undefined')).code).toBe('INTERNAL')
  })

  it('keeps an answer back that its schema does not allow', async () => {
    const answer = await request(frame.url).get('/api/v1/sample/mismatch')
    expect(problem(answer).code).toBe('INTERNAL')
    expect(answer.text).not.toContain('hunter2')
  })

  it('lets no member out that the schema does not name', async () => {
    const answer = await post('echo').send({ text: 'a' })
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body as object).sort()).toEqual(['address', 'correlationId', 'language', 'text'])
  })

  it('says when to come back', async () => {
    const answer = await post('fail/limited')
    expect(problem(answer)).toMatchObject({ status: 429, code: 'RATE_LIMITED', retryAt: expect.stringMatching(/^\d{4}-.*Z$/) as string })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(80)
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(90)
  })

  it('keeps the directory\'s own words from the person', async () => {
    const answer = await post('fail/diagnostic')
    expect(problem(answer)).toMatchObject({ status: 503, params: { directory: 'Windows and email' }, detail: expect.stringContaining('Windows and email') as string })
    expect(answer.text).not.toContain('ldaps')
  })

  it('tells a database that is away from a fault, and text that no database can keep from both', async () => {
    expect(problem(await post('fail/database'))).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' })
    expect(problem(await post('fail/nul'))).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
  })

  it.each([
    [undefined, 'en'], ['fi', 'fi'], ['fi-FI,fi;q=0.9,en;q=0.8', 'fi'], ['sv,fi;q=0.5', 'sv'], ['sv-FI', 'sv'], ['de-AT,en;q=0.5', 'de'], ['et,de;q=0.5', 'de'], ['nb', 'en'], ['en,fi', 'en'],
    ['*', 'en'], ['fi;q=0', 'en'], [`${'x,'.repeat(3000)}fi`, 'fi'], ['\u0080;;;q=q', 'en'],
  ])('speaks the language asked for (%s)', async (header, language) => {
    const call = post('fail/unknown')
    const answer = await (header === undefined ? call : call.set('Accept-Language', header))
    expect(answer.headers['content-language']).toBe(language)
    expect(problem(answer).detail).toMatch(ON_OUR_SIDE[language as Language])
  })

  it('makes its own correlation id, a new one each time, whatever the caller sends', async () => {
    const sent = '00000000-0000-7000-8000-000000000000'
    const ids = await Promise.all([1, 2].map(async () => {
      const answer = await post('echo').set('X-Correlation-Id', sent).set('X-Request-Id', sent).send({ text: 'a' })
      expect((answer.body as { correlationId: string }).correlationId).toBe(answer.headers['x-correlation-id'])
      return answer.headers['x-correlation-id']
    }))
    expect(new Set([...ids, sent]).size).toBe(3)
  })
})

/** fetch and supertest tidy paths and refuse odd methods; this sends them as written. */
async function fetchRaw(port: number, method: string, path: string): Promise<{ status: number; type: string | undefined; text: string }> {
  const { request: raw } = await import('node:http')
  return new Promise((resolve, reject) => {
    raw({ host: '127.0.0.1', port, method, path, headers: { Origin: ORIGIN } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: answer.statusCode!, type: answer.headers['content-type'], text }))
    }).on('error', reject).end()
  })
}
