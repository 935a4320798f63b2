import { connect as connectTcp, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { cutMessages, type LdapOperation } from './ldap-messages.js'

/** What happens to one request and its answer. */
export type Fault =
  /** It reaches the server; whatever comes back is swallowed and the line stays open: half-open for the client. */
  | { readonly kind: 'reply-dropped' }
  /** It reaches the server; when the answer comes, the client's line is reset instead. */
  | { readonly kind: 'reset-after' }
  /** It never reaches the server and the line stays open. */
  | { readonly kind: 'request-dropped' }
  /** It never reaches the server; the client's line is reset. */
  | { readonly kind: 'reset-before' }
  /** The client may hang up meanwhile: what was sent arrives all the same. */
  | { readonly kind: 'request-delayed'; readonly until: Promise<unknown> }
  | { readonly kind: 'reply-delayed'; readonly until: Promise<unknown> }
  /** The answer dribbles: no silence ever trips an idle timer. */
  | { readonly kind: 'reply-trickled'; readonly msPerByte: number }

/** The request it happens to: the next of this operation, or, on any protocol, the one that crosses a number of bytes. */
export type Trigger = { readonly operation: LdapOperation } | { readonly requestBytes: number }

export type Planned = {
  /** The request came by. */
  readonly hit: Promise<void>
  /** The server answered it: it was carried out. Never, when it does not reach the server. */
  readonly answered: Promise<void>
}

/** With it the proxy ends TLS on both sides and sees messages; without it only bytes go through. */
export type Interception = { readonly key: string; readonly cert: string; readonly ca: string; readonly serverName: string }

type Rule = { readonly trigger: Trigger; readonly fault: Fault; readonly hit: () => void; readonly answered: () => void; readonly whenAnswered: Promise<void> }

/** A TCP proxy that spoils chosen requests, as networks and dying servers do. */
export class FaultProxy {
  /** Requests that came by, by operation: proof that something was sent once. Only with interception. */
  readonly requests: LdapOperation[] = []
  /** Lines that clients opened so far. */
  connections = 0
  readonly #rules: Rule[] = []
  readonly #lines = new Set<Line>()
  readonly #server: Server
  #mode: 'serving' | 'refusing' | 'silent' = 'serving'

  private constructor(private readonly target: { host: string; port: number }, private readonly interception?: Interception) {
    const { key, cert } = interception ?? {}
    this.#server = interception ? createTlsServer({ key, cert }, (socket) => this.#accept(socket)) : createServer((socket) => this.#accept(socket))
    this.#server.on('tlsClientError', () => undefined)
  }

  static async start(target: { host: string; port: number }, interception?: Interception): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, interception)
    await new Promise<void>((listening) => proxy.#server.listen(0, '127.0.0.1', listening))
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  plan(trigger: Trigger, fault: Fault): Planned {
    let hit!: () => void
    let answered!: () => void
    const planned = { hit: new Promise<void>((done) => { hit = done }), answered: new Promise<void>((done) => { answered = done }) }
    this.#rules.push({ trigger, fault, hit, answered, whenAnswered: planned.answered })
    return planned
  }

  /** The server is gone: open lines are reset, new ones too. */
  refuse(): void {
    this.#mode = 'refusing'
    this.resetAll()
  }
  /** The server hangs: lines open, nothing is ever answered on new ones. */
  silence(): void {
    this.#mode = 'silent'
  }
  serve(): void {
    this.#mode = 'serving'
  }
  resetAll(): void {
    for (const line of [...this.#lines]) line.reset()
  }

  async close(): Promise<void> {
    this.#rules.length = 0
    const closed = new Promise<void>((done) => this.#server.close(() => done()))
    this.resetAll()
    await closed
  }

  #accept(client: Socket): void {
    this.connections += 1
    if (this.#mode === 'refusing') {
      client.on('error', () => undefined)
      client.destroy()
      return
    }
    const line = new Line(client, this.#mode === 'silent' ? null : this.#connect(), {
      cuts: this.interception !== undefined,
      ruleFor: (operation, from, to) => this.#ruleFor(operation, from, to),
      ended: () => this.#lines.delete(line),
    })
    this.#lines.add(line)
  }

  #connect(): Socket {
    const { interception, target } = this
    return interception ? connectTls({ ...target, ca: interception.ca, servername: interception.serverName }) : connectTcp(target)
  }

  #ruleFor(operation: LdapOperation | null, from: number, to: number): Rule | undefined {
    if (operation) this.requests.push(operation)
    const at = this.#rules.findIndex(({ trigger }) => 'operation' in trigger ? trigger.operation === operation : from <= trigger.requestBytes && trigger.requestBytes < to)
    return at < 0 ? undefined : this.#rules.splice(at, 1)[0]
  }
}

type Listener = {
  readonly cuts: boolean
  readonly ruleFor: (operation: LdapOperation | null, from: number, to: number) => Rule | undefined
  readonly ended: () => void
}

/** One client and its own connection to the server. What goes through keeps its order in each direction. */
class Line {
  #requests = Promise.resolve()
  #replies = Promise.resolve()
  #sent = 0
  #rule: Rule | null = null
  #unread: Buffer = Buffer.alloc(0)
  #clientGone = false

  constructor(private readonly client: Socket, private readonly server: Socket | null, private readonly listener: Listener) {
    client.on('error', () => undefined)
    client.on('data', (chunk: Buffer) => this.#take(chunk))
    client.once('close', () => this.#hangUp())
    server?.on('error', () => client.destroy())
    server?.on('data', (chunk: Buffer) => this.#queueReply(chunk))
    server?.once('close', () => { if (!this.#isSwallowing()) client.end() })
  }

  reset(): void {
    resetSocket(this.client)
    this.server?.destroy()
    this.listener.ended()
  }

  #take(chunk: Buffer): void {
    if (!this.server) return
    if (!this.listener.cuts) return this.#queueRequest(null, chunk)
    const { messages, rest } = cutMessages(Buffer.concat([this.#unread, chunk]))
    this.#unread = rest
    for (const { operation, bytes } of messages) this.#queueRequest(operation, bytes)
  }

  #queueRequest(operation: LdapOperation | null, bytes: Buffer): void {
    const from = this.#sent
    this.#sent += bytes.length
    const rule = this.listener.ruleFor(operation, from, this.#sent)
    this.#requests = this.#requests.then(async () => {
      if (!rule) return void this.#forward(bytes)
      this.#rule = rule
      const { fault } = rule
      rule.hit()
      if (fault.kind === 'request-dropped') return
      if (fault.kind === 'reset-before') return this.reset()
      if (fault.kind === 'request-delayed') await fault.until
      this.#forward(bytes)
      // a server that sees the line end may drop what it has not begun
      if (this.#clientGone) await rule.whenAnswered
    })
  }

  #forward(bytes: Buffer): void {
    if (!this.server?.destroyed) this.server?.write(bytes)
  }

  #queueReply(chunk: Buffer): void {
    const rule = this.#rule
    this.#replies = this.#replies.then(async () => {
      rule?.answered()
      switch (rule?.fault.kind) {
        case 'reply-dropped':
        case 'request-dropped':
          return
        case 'reset-after':
          return this.reset()
        case 'reply-delayed':
          await rule.fault.until
          break
        case 'reply-trickled':
          return this.#trickle(chunk, rule.fault.msPerByte)
      }
      if (!this.client.destroyed) this.client.write(chunk)
    })
  }

  async #trickle(chunk: Buffer, msPerByte: number): Promise<void> {
    for (const byte of chunk) {
      if (this.client.destroyed) return
      this.client.write(Buffer.from([byte]))
      await new Promise((wake) => setTimeout(wake, msPerByte))
    }
  }

  #isSwallowing(): boolean {
    return this.#rule?.fault.kind === 'reply-dropped' || this.#rule?.fault.kind === 'request-dropped'
  }

  /** What the client has sent still reaches the server. */
  #hangUp(): void {
    this.#clientGone = true
    void this.#requests.then(() => {
      this.server?.end()
      this.listener.ended()
    })
  }
}

/** RST where the socket can do it; below TLS the raw socket is not ours to take. */
function resetSocket(socket: Socket): void {
  try {
    socket.resetAndDestroy()
  } catch {
    socket.destroy()
  }
}
