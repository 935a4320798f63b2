import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import request from 'supertest'
import { runFrame, type Running } from './frame-app.js'

const HTML = '<!doctype html><title>start</title>'
const inLanguage = (language: string): string => HTML.replace('start', language)
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(500))})`
const PAGE = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('web files', () => {
  let folder: string
  let frame: Running
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-web-'))
    const root = join(folder, 'web')
    mkdirSync(join(root, 'assets'), { recursive: true })
    writeFileSync(join(folder, 'secret.txt'), 'outside')
    writeFileSync(join(root, 'index.html'), HTML)
    for (const language of ['sv', 'de']) writeFileSync(join(root, `index.${language}.html`), inLanguage(language))
    writeFileSync(join(root, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    writeFileSync(join(root, 'notes.bak'), 'not for anybody')
    writeFileSync(join(root, 'assets', 'index-BxD3kq9a.js'), SCRIPT)
    writeFileSync(join(root, 'assets', 'index-BxD3kq9a.js.br'), brotliCompressSync(SCRIPT))
    writeFileSync(join(root, 'assets', 'index-BxD3kq9a.js.gz'), gzipSync(SCRIPT))
    symlinkSync(join(folder, 'gone'), join(root, 'dangling.txt'))
    symlinkSync(join(folder, 'secret.txt'), join(root, 'linked.txt'))
    frame = await runFrame({ webRoot: root })
  })
  afterAll(async () => {
    await frame.close()
    rmSync(folder, { recursive: true })
  })
  /** Without an Accept header, which supertest never sends either way; and fetch would add one. */
  const bare = async (path: string): Promise<{ status: number; headers: Record<string, unknown> }> => {
    const { request: raw } = await import('node:http')
    return new Promise((resolve, reject) => {
      raw({ host: '127.0.0.1', port: frame.port, path }, (answer) => {
        answer.resume().on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers }))
      }).on('error', reject).end()
    })
  }
  const get = (path: string, headers: Record<string, string> = {}): request.Test => request(frame.url).get(path).set(headers)

  it.each(['/', '/change', '/requests/SR-20418', '/problems/request/invalid'])('answers navigation to %s with the start file, never kept without asking', async (path) => {
    const answer = await get(path, PAGE)
    expect(answer.status).toBe(200)
    expect(answer.text).toBe(HTML)
    expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
    expect(answer.headers['content-security-policy']).toContain(`script-src 'self'`)
  })

  it.each(['/api/v1/nothing', '/api', '/health/nothing', '/metrics/x', '/assets/gone-12345678.js', '/assets/', '/robots.txt', '/.well-known/security.txt'])(
    'does not dress %s as a page', async (path) => {
      const answer = await get(path, PAGE)
      expect(answer.status).toBe(404)
      expect(answer.headers['content-type']).toBe('application/problem+json')
    })

  it.each([[undefined], ['*/*'], ['text/*;q=0.5, */*;q=0.1']])('answers whoever takes anything (Accept: %s) at a page with the page, as a health checker does', async (accept) => {
    for (const path of ['/', '/change', '/requests/SR-20418']) {
      const answer = accept === undefined ? await bare(path) : await get(path, { Accept: accept })
      expect([path, answer.status, answer.headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8'])
      expect(answer.headers['vary']).toContain('Accept')
    }
    expect((await request(frame.url).head('/').set({ Accept: '*/*' })).status).toBe(200)
    for (const path of ['/api/v1/nothing', '/health/nothing', '/metrics/x', '/assets/gone', '/.well-known/other']) {
      const answer = await get(path, { Accept: '*/*' })
      expect([path, answer.status, answer.headers['content-type']]).toEqual([path, 404, 'application/problem+json'])
    }
  })

  it.each([
    [{ 'Accept-Language': 'sv-FI,fi;q=0.5' }, inLanguage('sv')],
    [{ 'Accept-Language': 'sv', Cookie: 'other=1; latchkey.language=de; x=sv' }, inLanguage('de')],
    [{ 'Accept-Language': 'sv', Cookie: 'latchkey.language=xx' }, inLanguage('sv')],
    [{ 'Accept-Language': 'sv', Cookie: 'not.latchkey.language=de' }, inLanguage('sv')],
    [{ 'Accept-Language': 'sv', Cookie: 'latchkey.language=../../secret' }, inLanguage('sv')],
    [{ 'Accept-Language': 'fi' }, HTML],
  ])('answers in the language that was chosen before, then the browser\'s, then the plain file: %j', async (headers, page) => {
    const answer = await get('/change', { ...PAGE, ...headers })
    expect(answer.text).toBe(page)
    expect(answer.headers['vary']).toMatch(/Accept-Language.*Cookie/)
  })

  it('takes no time over a path made to be slow to read', async () => {
    const began = performance.now()
    expect((await get(`/${'a'.repeat(8_000)}!`, { Accept: '*/*' })).status).toBe(404)
    expect((await get(`/${'a/'.repeat(4_000)}!`, { Accept: '*/*' })).status).toBe(404)
    expect(performance.now() - began).toBeLessThan(2_000)
  })

  it('does not answer programs with pages', async () => {
    for (const Accept of ['application/json', 'application/json, text/plain, */*', 'application/problem+json']) {
      expect([Accept, (await get('/change', { Accept })).status]).toEqual([Accept, 404])
    }
    expect((await request(frame.url).post('/change').set(PAGE)).status).toBe(403)
  })

  it('lets hashed files be kept for ever', async () => {
    const answer = await get('/assets/index-BxD3kq9a.js')
    expect(answer.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' })
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('no-cache')
  })

  it.each([['br, gzip', 'br'], ['gzip', 'gzip'], ['gzip, br;q=0', 'gzip'], ['identity', undefined], ['br;q=0, gzip;q=0', undefined], ['deflate', undefined]])(
    'sends what the caller can read (%s)', async (accepted, encoding) => {
      const answer = await get('/assets/index-BxD3kq9a.js', { 'Accept-Encoding': accepted }).buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => done(null, Buffer.concat(chunks)))
        })
      expect(answer.headers['content-encoding']).toBe(encoding)
      expect(answer.headers['vary']).toContain('Accept-Encoding')
      if (encoding === undefined) expect(Number(answer.headers['content-length'])).toBe(SCRIPT.length)
    })

  it('answers "still the same" without the file, and tells the encodings apart', async () => {
    const tags = await Promise.all(['br', 'gzip', 'identity'].map(async (encoding) => (await get('/assets/index-BxD3kq9a.js', { 'Accept-Encoding': encoding })).headers['etag']!))
    expect(new Set(tags).size).toBe(3)
    const again = await get('/', { ...PAGE, 'If-None-Match': (await get('/', PAGE)).headers['etag']! })
    expect([again.status, again.text]).toEqual([304, ''])
  })

  it('answers HEAD with the length and nothing else', async () => {
    const answer = await request(frame.url).head('/favicon.svg')
    expect([answer.status, answer.headers['content-length'], answer.text]).toEqual([200, '41', undefined])
  })

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/assets/..%5c..%5csecret.txt', '//etc/passwd', '/notes.bak', '/dangling.txt', '/linked.txt', '/assets/index-BxD3kq9a.js.br', '/index.html%00.txt', '/assets%2findex-BxD3kq9a.js'])(
    'gives away nothing at %s', async (path) => {
      const { request: raw } = await import('node:http')
      const [status, text] = await new Promise<[number, string]>((resolve, reject) => {
        raw({ host: '127.0.0.1', port: frame.port, path }, (answer) => {
          let body = ''
          answer.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => resolve([answer.statusCode!, body]))
        }).on('error', reject).end()
      })
      expect(status).toBe(404)
      expect(text).not.toContain('outside')
    })

  it('sends password managers to the change page', async () => {
    const answer = await get('/.well-known/change-password', PAGE).redirects(0)
    expect([answer.status, answer.headers['location']]).toEqual([302, '/change'])
  })
})
