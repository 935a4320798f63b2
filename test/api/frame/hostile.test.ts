import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import request from 'supertest'
import { ORIGIN, runFrame, type Running } from './frame-app.js'

const PATH = '/api/v1/sample/echo'

describe('hostile requests', () => {
  let frame: Running
  beforeAll(async () => {
    frame = await runFrame({}, { bounds: { headersMs: 400, requestMs: 800, checkEveryMs: 50 } })
    await request(frame.url).post(PATH).set('Origin', ORIGIN).send({ text: 'warm' })
  })
  afterEach(async () => {
    const answer = await request(frame.url).post(PATH).set('Origin', ORIGIN).send({ text: 'still here' })
    expect(answer.status).toBe(200)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
  afterAll(() => frame.close())

  const json = (body: string | Buffer, type = 'application/json'): Promise<Raw> => send(frame.port, [
    `POST ${PATH} HTTP/1.1`, 'Host: x', `Origin: ${ORIGIN}`, `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close',
  ], body)

  it.each([
    ['empty', '', 'fields'], ['a deep nest', `{"text":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'too-deep'],
    ['__proto__', '{"__proto__":{"polluted":true},"text":"a"}', 'forbidden-name'],
    ['constructor.prototype', '{"text":"a","constructor":{"prototype":{"polluted":true}}}', 'forbidden-name'],
    ['duplicate names', '{"text":"a","text":"b"}', 'name-given-twice'],
    ['a raw NUL', '{"text":"\u0000"}', 'not-json'], ['NULs only', '\u0000'.repeat(1000), 'not-json'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 'not-utf-8'],
    ['a form', 'text=a', 'not-json'], ['XML', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', 'not-json'],
    ['an array', '[{"text":"a"}]', 'not-an-object'], ['7,000 members', `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":0`).join()}}`, 'unrecognized-keys'],
    ['a 60 KB text', JSON.stringify({ text: 'ä'.repeat(30_000) }), 'too-big'],
  ])('answers %s with a 400 problem, under 100 ms of CPU', async (_, body, reason) => {
    const began = process.cpuUsage()
    const answer = await json(body)
    const { user, system } = process.cpuUsage(began)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ code: 'REQUEST_INVALID' })
    expect(answer.text).toContain(reason)
    expect((user + system) / 1000).toBeLessThan(100)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'application/json; charset=utf-16', 'application/jsonp', '', 'application/json, text/plain'])(
    'takes JSON only, not %j', async (type) => {
      const answer = await json('{"text":"a"}', type)
      expect(answer).toMatchObject({ status: 400, body: { fields: [{ field: 'Content-Type', reason: 'not-json' }] } })
    })

  it('accepts the usual spellings of JSON', async () => {
    for (const type of ['application/json', 'application/json;charset=UTF-8', 'application/json; charset=utf-8']) expect((await json('{"text":"a"}', type)).status).toBe(200)
  })

  it('does not unpack what is packed', async () => {
    const answer = await send(frame.port, [`POST ${PATH} HTTP/1.1`, 'Host: x', `Origin: ${ORIGIN}`, 'Content-Type: application/json', 'Content-Encoding: gzip', 'Content-Length: 3', 'Connection: close'], 'abc')
    expect(answer).toMatchObject({ status: 400, body: { fields: [{ field: 'Content-Encoding', reason: 'not-accepted' }] } })
  })

  it('refuses 10 MB by its length alone, without waiting for it', async () => {
    const began = process.cpuUsage()
    const answer = await send(frame.port, [`POST ${PATH} HTTP/1.1`, 'Host: x', `Origin: ${ORIGIN}`, 'Content-Type: application/json', 'Content-Length: 10485760'], '{"text":"')
    const { user, system } = process.cpuUsage(began)
    expect(answer).toMatchObject({ status: 413, body: { code: 'REQUEST_TOO_LARGE', status: 413 } })
    expect((user + system) / 1000).toBeLessThan(100)
  })

  it('refuses 10 MB that are really sent, and the sender reads the answer', async () => {
    const answer = await request(frame.url).post(PATH).set('Origin', ORIGIN).send({ text: 'x'.repeat(10 * 1024 * 1024) })
    expect(answer.status).toBe(413)
  })

  it('refuses what grows over the limit without telling its length', async () => {
    const head = [`POST ${PATH} HTTP/1.1`, 'Host: x', `Origin: ${ORIGIN}`, 'Content-Type: application/json', 'Transfer-Encoding: chunked']
    const chunk = 'a'.repeat(8192)
    const answer = await send(frame.port, head, `2000\r\n${chunk}\r\n`.repeat(20))
    expect(answer.status).toBe(413)
  })

  it('takes exactly 64 KiB and not a byte more', async () => {
    const body = (bytes: number): string => JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) })
    expect((await json(body(65_536))).status).toBe(400)
    expect((await json(body(65_537))).status).toBe(413)
  })

  it.each([
    ['a header of 20 KB', [`X-Long: ${'a'.repeat(20_000)}`], 431],
    ['2 lengths', ['Content-Length: 5', 'Content-Length: 6'], 400],
    ['length and chunks at once', ['Content-Length: 5', 'Transfer-Encoding: chunked'], 400],
    ['a line break in a name', ['Bad Name: 1'], 400],
    ['a folded header', ['X-A: 1', ' folded: 2'], 400],
  ])('cuts off %s with a problem', async (_, headers, status) => {
    const answer = await send(frame.port, [`POST ${PATH} HTTP/1.1`, 'Host: x', ...headers], '')
    expect(answer.status).toBe(status)
    expect(answer.headers.toLowerCase()).toContain('content-type: application/problem+json')
    expect(answer.body).toMatchObject({ code: expect.any(String) as string, status })
  })

  it('survives ten thousand header names', async () => {
    const answer = await send(frame.port, [`GET /health/live HTTP/1.1`, 'Host: x', 'Connection: close', ...Array.from({ length: 1_000 }, (_, i) => `A${i}: b`)], '')
    expect([200, 431]).toContain(answer.status)
  })

  it('cuts a caller that never finishes its headers', async () => {
    const socket = connect(frame.port, '127.0.0.1')
    socket.write(`GET /health/live HTTP/1.1\r\nHost: x\r\n`)
    const drip = setInterval(() => socket.writable && socket.write('X-A: b\r\n'), 50)
    const answer = await readAll(socket)
    clearInterval(drip)
    expect(answer.status).toBe(408)
  })

  it('cuts a caller that sends its body a byte at a time', async () => {
    const socket = connect(frame.port, '127.0.0.1')
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n`)
    const drip = setInterval(() => socket.writable && socket.write('{'), 50)
    const answer = await readAll(socket)
    clearInterval(drip)
    expect(answer.status).toBe(408)
  })

  it('does not fall over a caller that leaves in the middle', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = connect(frame.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"text":`)
      socket.resetAndDestroy()
    }
  })
})

type Raw = { status: number; headers: string; text: string; body: unknown }

function send(port: number, head: string[], body: string | Buffer): Promise<Raw> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  socket.write(body)
  return readAll(socket)
}

/** Until the answer is whole or the line is closed. */
function readAll(socket: Socket): Promise<Raw> {
  return new Promise((resolve) => {
    let text = ''
    const end = (): void => {
      socket.destroy()
      const [headers = '', content = ''] = text.split(/\r\n\r\n(.*)/s)
      let body: unknown = null
      try {
        body = JSON.parse(content)
      } catch { /* not JSON: the expectations say so */ }
      resolve({ status: Number(/^HTTP\/1.1 (\d+)/.exec(headers)?.[1]), headers, text: content, body })
    }
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? NaN)
      if (Buffer.byteLength(text.split('\r\n\r\n').slice(1).join('\r\n\r\n')) >= length) end()
    })
    socket.on('error', () => {}).on('close', end)
  })
}
