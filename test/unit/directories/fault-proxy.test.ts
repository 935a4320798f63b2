import { once } from 'node:events'
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { FaultProxy, type Interception } from '../../directories/fault-proxy.js'
import { cutMessages } from '../../directories/ldap-messages.js'
import { createTestAuthority } from '../../smtp/certificates.js'

/** messageID 1 and an operation without content, as a server would get it. */
const message = (tag: number, content = Buffer.alloc(0)): Buffer => {
  const body = Buffer.concat([Buffer.from([2, 1, 1, tag, content.length]), content])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}
const MODIFY = message(0x66, Buffer.from('a change'))
const SEARCH = message(0x63)

describe('messages in a stream', () => {
  it('are cut wherever the stream was cut', () => {
    const stream = Buffer.concat([SEARCH, MODIFY, message(0x60), message(0x41)])
    for (let at = 0; at <= stream.length; at += 1) {
      const first = cutMessages(stream.subarray(0, at))
      const second = cutMessages(Buffer.concat([first.rest, stream.subarray(at)]))
      expect([...first.messages, ...second.messages].map(({ operation }) => operation)).toEqual(['search', 'modify', 'bind', 'other'])
      expect(second.rest).toHaveLength(0)
    }
  })
  it('may be long', () => {
    const long = Buffer.concat([Buffer.from([0x30, 0x82, 0x01, 0x2d, 2, 1, 1, 0x66, 0x82, 0x01, 0x26]), Buffer.alloc(0x126)])
    expect(cutMessages(Buffer.concat([long, SEARCH])).messages.map(({ operation, bytes }) => [operation, bytes.length])).toEqual([['modify', 305], ['search', SEARCH.length]])
  })
})

/** Answers every chunk with the same bytes and keeps what it got. */
function echoing(socket: Socket, got: Buffer[]): void {
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    got.push(chunk)
    socket.write(chunk)
  })
}

describe.each(['bytes', 'messages'] as const)('a proxy that sees %s', (sees) => {
  let got: Buffer[]
  let interception: Interception | undefined
  let server: ReturnType<typeof createServer>
  let proxy: FaultProxy
  const open: Socket[] = []

  beforeEach(async () => {
    got = []
    interception = undefined
    if (sees === 'messages') {
      const authority = createTestAuthority()
      interception = { ...authority.issue(['localhost']), ca: authority.ca, serverName: 'localhost' }
      server = createTlsServer(interception, (socket) => echoing(socket, got))
    } else server = createServer((socket) => echoing(socket, got))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    proxy = await FaultProxy.start({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, interception)
  })
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy()
    await proxy.close()
    await new Promise((done) => server.close(done))
  })

  const dial = async (): Promise<Socket> => {
    const { port } = proxy
    const socket = interception
      ? connectTls({ host: '127.0.0.1', port, ca: interception.ca, servername: interception.serverName })
      : connectTcp({ host: '127.0.0.1', port })
    open.push(socket)
    socket.on('error', () => undefined)
    await once(socket, interception ? 'secureConnect' : 'connect')
    return socket
  }
  const next = async (socket: Socket): Promise<Buffer> => (await once(socket, 'data'))[0] as Buffer
  /** The trigger of the change, which is the first thing sent here. */
  const onModify = sees === 'messages' ? { operation: 'modify' } as const : { requestBytes: 0 }
  const reached = (): string => Buffer.concat(got).toString('latin1')
  /** The line's end as this client sees it. */
  const broken = (socket: Socket): Promise<void> => new Promise((done) => socket.once('close', () => done()))

  it('passes everything on when nothing is planned', async () => {
    const socket = await dial()
    socket.write(SEARCH)
    expect(await next(socket)).toEqual(SEARCH)
    socket.write(MODIFY)
    expect(await next(socket)).toEqual(MODIFY)
    expect(proxy.requests).toEqual(sees === 'messages' ? ['search', 'modify'] : [])
  })

  it('swallows the answer to what was carried out, once', async () => {
    const { hit, answered } = proxy.plan(onModify, { kind: 'reply-dropped' })
    const socket = await dial()
    let heard = 0
    socket.on('data', () => { heard += 1 })
    socket.write(MODIFY)
    await Promise.all([hit, answered])
    expect(reached()).toContain('a change')
    const other = await dial()
    other.write(MODIFY)
    expect(await next(other)).toEqual(MODIFY)
    expect([heard, socket.destroyed]).toEqual([0, false])
  })

  it('resets the line after it was carried out', async () => {
    const { answered } = proxy.plan(onModify, { kind: 'reset-after' })
    const socket = await dial()
    socket.write(MODIFY)
    await Promise.all([answered, broken(socket)])
    expect(reached()).toContain('a change')
  })

  it('resets the line before it is carried out', async () => {
    const { hit } = proxy.plan(onModify, { kind: 'reset-before' })
    const socket = await dial()
    socket.write(MODIFY)
    await Promise.all([hit, broken(socket)])
    expect(reached()).toBe('')
  })

  it('lets a request disappear', async () => {
    const { hit } = proxy.plan(onModify, { kind: 'request-dropped' })
    const socket = await dial()
    socket.write(MODIFY)
    await hit
    const other = await dial()
    other.write(SEARCH)
    await next(other)
    expect(reached()).not.toContain('a change')
    expect(socket.destroyed).toBe(false)
  })

  it('delivers late what a client sent that has hung up', async () => {
    let release!: () => void
    const { hit, answered } = proxy.plan(onModify, { kind: 'request-delayed', until: new Promise<void>((done) => { release = done }) })
    const socket = await dial()
    socket.write(MODIFY)
    await hit
    socket.destroy()
    const other = await dial()
    other.write(SEARCH)
    await next(other)
    expect(reached()).not.toContain('a change')
    release()
    await answered
    expect(reached()).toContain('a change')
  })

  it('delays an answer', async () => {
    let release!: () => void
    const { answered } = proxy.plan(onModify, { kind: 'reply-delayed', until: new Promise<void>((done) => { release = done }) })
    const socket = await dial()
    let heard = false
    const reply = next(socket).then((bytes) => {
      heard = true
      return bytes
    })
    socket.write(MODIFY)
    await answered
    expect(heard).toBe(false)
    release()
    expect(await reply).toEqual(MODIFY)
  })

  it('lets an answer dribble, whole in the end', async () => {
    proxy.plan(onModify, { kind: 'reply-trickled', msPerByte: 1 })
    const socket = await dial()
    const chunks: Buffer[] = []
    const whole = new Promise<void>((done) => socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (Buffer.concat(chunks).length === MODIFY.length) done()
    }))
    socket.write(MODIFY)
    await whole
    expect(Buffer.concat(chunks)).toEqual(MODIFY)
    expect(chunks.length).toBeGreaterThan(1)
  })

  it('refuses, is silent, and serves again', async () => {
    const socket = await dial()
    proxy.refuse()
    await broken(socket)
    const refused = sees === 'messages' ? connectTls({ host: '127.0.0.1', port: proxy.port, ca: interception!.ca, servername: 'localhost' }) : connectTcp({ host: '127.0.0.1', port: proxy.port })
    refused.on('error', () => undefined)
    await broken(refused)
    proxy.silence()
    const silent = await dial()
    silent.write(SEARCH)
    while (proxy.connections < 3) await new Promise((turn) => setImmediate(turn)) // the client is connected before the proxy has noticed
    proxy.serve()
    const served = await dial()
    served.write(MODIFY)
    expect(await next(served)).toEqual(MODIFY)
    expect(Buffer.concat(got)).toEqual(MODIFY)
    expect(proxy.connections).toBe(4)
  })
})
