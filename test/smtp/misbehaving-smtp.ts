import { EventEmitter, once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { Certificate } from './certificates.js'
import { parseMail, type ParsedMail } from './parse-mail.js'

/** One thing that goes wrong, at one place of the conversation. */
export type Misbehaviour =
  | { at: 'greeting'; how: 'stall' | 'drop' }
  | { at: 'greeting' | 'sender' | 'recipient' | 'data'; how: 'refuse'; code: number; text?: string }
  | { at: 'sender' | 'recipient'; how: 'stall' | 'drop' }
  /** The whole message has arrived and no reply follows; `accepted` says whether the server keeps it all the same. */
  | { at: 'data'; how: 'stall' | 'drop'; accepted: boolean }
  /** Every reply of this connection dribbles out byte by byte: no silence ever trips an idle timer. Not inside TLS. */
  | { at: 'connection'; how: 'slow'; msPerByte: number }

/** `times` conversations do it (default 1, Infinity for always); `to` limits it to one recipient (recipient and data). */
export type MisbehaviourRule = Misbehaviour & { times?: number; to?: string }

export type ReceivedMail = ParsedMail & {
  from: string
  /** Envelope recipients: where it went, whatever the headers say. */
  to: string[]
  secure: boolean
  user?: string
  receivedAt: Date
}

export type SmtpOptions = {
  /** `offered`: STARTTLS is advertised. `required`: nothing else is served without it. `implicit`: TLS from byte one. */
  tls?: 'none' | 'offered' | 'required' | 'implicit'
  /** Needed unless tls is `none`; see createTestAuthority(). */
  certificate?: Certificate
  /** With it nobody may send without signing in. */
  auth?: { user: string; password: string }
}

/**
 * A real SMTP listener on loopback that does as it is told. Everything is awaited through events: `nextMail()` for what
 * arrived, `nextStall()` for a conversation that hangs where a rule made it hang, `release()` to let it go on.
 */
export class MisbehavingSmtp {
  readonly mails: ReceivedMail[] = []
  /** Conversations opened so far: proof that nobody dialled, or how often somebody tried. */
  connections = 0
  readonly #events = new EventEmitter().setMaxListeners(0)
  readonly #server: SMTPServer
  readonly #sockets = new Map<number, Socket>()
  #rules: (MisbehaviourRule & { left: number })[] = []
  #stalled: (() => void)[] = []

  private constructor(private readonly options: SmtpOptions) {
    const { tls = 'none', certificate, auth } = options
    this.#server = new SMTPServer({
      ...certificate,
      secure: tls === 'implicit',
      disabledCommands: [...(tls === 'none' || tls === 'implicit' ? ['STARTTLS'] : []), ...(auth ? [] : ['AUTH'])],
      allowInsecureAuth: tls === 'none',
      authOptional: !auth,
      disableReverseLookup: true,
      closeTimeout: 1,
      onConnect: (session, reply) => this.#atPlace('greeting', session, undefined, reply),
      onAuth: ({ username, password }, _session, reply) =>
        username === auth?.user && password === auth?.password
          ? reply(null, { user: username })
          : reply(refusal(535, 'authentication failed')),
      onMailFrom: (_address, session, reply) =>
        tls === 'required' && !session.secure
          ? reply(refusal(530, 'must issue a STARTTLS command first'))
          : this.#atPlace('sender', session, undefined, reply),
      onRcptTo: ({ address }, session, reply) => this.#atPlace('recipient', session, address, reply),
      onData: (stream, session, reply) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => this.#afterData(Buffer.concat(chunks), session, reply))
      },
    })
    this.#server.on('error', () => {}) // clients that hang up are part of the play
    this.#server.server.prependListener('connection', (socket: Socket) => this.#adopt(socket))
  }

  static async start(options: SmtpOptions = {}): Promise<MisbehavingSmtp> {
    const smtp = new MisbehavingSmtp(options)
    await new Promise<void>((listening) => smtp.#server.listen(0, '127.0.0.1', listening))
    return smtp
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port
  }

  /** As LATCHKEY_SMTP_URL takes it, with the sign-in when there is one. */
  get url(): string {
    const { auth, tls } = this.options
    const signIn = auth ? `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.password)}@` : ''
    return `${tls === 'implicit' ? 'smtps' : 'smtp'}://${signIn}127.0.0.1:${this.port}`
  }

  /** Adds a rule; the oldest that fits is used up first. */
  misbehave(rule: MisbehaviourRule): void {
    this.#rules.push({ ...rule, left: rule.times ?? 1 })
  }

  /** Forgets rules and mails, and lets stalled conversations go on. */
  reset(): void {
    this.#rules = []
    this.mails.length = 0
    this.release()
  }

  release(): void {
    for (const goOn of this.#stalled.splice(0)) goOn()
  }

  /** The first mail (to this recipient) from now on, or one that is here already beyond `after` mails. */
  async nextMail({ to, after = 0, withinMs = 5_000 }: { to?: string; after?: number; withinMs?: number } = {}): Promise<ReceivedMail> {
    const signal = AbortSignal.timeout(withinMs)
    for (;;) {
      const fitting = this.mails.filter((mail) => !to || mail.to.includes(to))
      if (fitting.length > after) return fitting[after]!
      await once(this.#events, 'mail', { signal }).catch(() => {
        throw new Error(`no mail${to ? ` to ${to}` : ''} within ${withinMs} ms; ${this.mails.length} others arrived`)
      })
    }
  }

  async nextStall(withinMs = 5_000): Promise<void> {
    if (!this.#stalled.length) await once(this.#events, 'stall', { signal: AbortSignal.timeout(withinMs) })
  }

  /** Drops whoever is connected: for tests of a server that dies. */
  async close(): Promise<void> {
    this.#stalled = []
    for (const socket of this.#sockets.values()) socket.destroy()
    await new Promise<void>((closed) => this.#server.close(closed))
  }

  #adopt(socket: Socket): void {
    this.connections++
    const { remotePort = 0 } = socket
    this.#sockets.set(remotePort, socket)
    socket.once('close', () => this.#sockets.delete(remotePort))
    const slow = this.#take('connection')
    if (slow?.how === 'slow') dribble(socket, slow.msPerByte)
  }

  #take(at: Misbehaviour['at'], recipient?: string | string[]): Misbehaviour | undefined {
    const rule = this.#rules.find((each) => each.at === at && each.left > 0 && (!each.to || [recipient].flat().includes(each.to)))
    if (rule) rule.left--
    return rule
  }

  #atPlace(at: Misbehaviour['at'], session: SMTPServerSession, recipient: string | undefined, reply: (error?: Error | null) => void): void {
    const rule = this.#take(at, recipient)
    if (!rule) reply()
    else if (rule.how === 'refuse') reply(refusal(rule.code, rule.text))
    else if (rule.how === 'drop') this.#drop(session)
    else this.#stall(() => reply())
  }

  #afterData(raw: Buffer, session: SMTPServerSession, reply: (error?: Error | null) => void): void {
    const keep = (): void => this.#keep(raw, session)
    const rule = this.#take('data', session.envelope.rcptTo.map(({ address }) => address))
    if (!rule) {
      keep()
      return reply()
    }
    if (rule.how === 'refuse') return reply(refusal(rule.code, rule.text))
    const accepted = rule.at === 'data' && rule.accepted
    if (accepted) keep()
    if (rule.how === 'drop') return this.#drop(session)
    this.#stall(() => {
      if (!accepted) keep()
      reply()
    })
  }

  #keep(raw: Buffer, { envelope, secure, user }: SMTPServerSession): void {
    const from = envelope.mailFrom ? envelope.mailFrom.address : ''
    const to = envelope.rcptTo.map(({ address }) => address)
    this.mails.push({ ...parseMail(raw.toString('utf8')), from, to, secure, ...(user ? { user } : {}), receivedAt: new Date() })
    this.#events.emit('mail')
  }

  #stall(goOn: () => void): void {
    this.#stalled.push(goOn)
    this.#events.emit('stall')
  }

  #drop({ remotePort }: SMTPServerSession): void {
    this.#sockets.get(remotePort)?.resetAndDestroy()
  }
}

const refusal = (code: number, text = 'told to refuse'): Error => Object.assign(new Error(text), { responseCode: code })

/** Replaces the socket's write: what the server says leaves one byte at a time, in order. */
function dribble(socket: Socket, msPerByte: number): void {
  const write = socket.write.bind(socket)
  const waiting: number[] = []
  const timer = setInterval(() => {
    const byte = waiting.shift()
    if (byte !== undefined && !socket.destroyed) write(Buffer.from([byte]))
  }, msPerByte)
  socket.once('close', () => clearInterval(timer))
  socket.write = ((data: string | Uint8Array) => waiting.push(...Buffer.from(data as string)) > 0) as Socket['write']
}
