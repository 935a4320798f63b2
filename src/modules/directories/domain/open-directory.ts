import type { Clock } from '../../../kernel/clock.js'
import { Bulkhead } from './bulkhead.js'
import { CircuitBreaker, type DirectoryHealth } from './circuit-breaker.js'
import { ConnectorError, type CallContext, type DirectoryConnection, type DirectoryConnector } from './connector.js'
import type { DirectoriesSettings } from './directories-settings.js'
import type { ConfiguredDirectory } from './directory.js'
import { asConnectorError, GONE, GuardedConnection, withinDeadline } from './guarded-connection.js'

/** One conversation: what became of it decides what the circuit learns. */
type Conversation = { guarded: GuardedConnection | null; connected: boolean; givenUp: boolean }

/**
 * One configured directory as this process holds it: its connector, its places, its circuit. Whatever the connector
 * does, the caller has an answer in time, and a server that hangs takes the places of this directory and nothing else.
 */
export class OpenDirectory {
  readonly #breaker: CircuitBreaker
  readonly #bulkhead: Bulkhead
  readonly #underway = new Set<Promise<unknown>>()
  #connector: DirectoryConnector | null = null
  #opening: Promise<DirectoryConnector> | null = null

  constructor(
    readonly configured: ConfiguredDirectory,
    private readonly openConnector: () => Promise<DirectoryConnector>,
    private readonly settings: DirectoriesSettings,
    clock: Clock,
  ) {
    this.#breaker = new CircuitBreaker(settings.failuresToOpen, settings.probeAfterMs, clock)
    this.#bulkhead = new Bulkhead(settings.parallel, settings.queue)
  }

  get health(): DirectoryHealth {
    return this.#breaker.health
  }
  get probeDue(): boolean {
    return this.configured.enabled && this.#breaker.probeDue
  }
  /** Null until it could be opened: its settings may be wrong. */
  get connector(): DirectoryConnector | null {
    return this.#connector
  }

  /** Opens the connector if that has not been done. A failed try is repeated with the next call. */
  open(): Promise<DirectoryConnector> {
    if (this.#connector) return Promise.resolve(this.#connector)
    this.#opening ??= this.openConnector()
      .then((connector) => {
        if (connector.parallel !== undefined) this.#bulkhead.resize(connector.parallel)
        return (this.#connector = connector)
      })
      .finally(() => { this.#opening = null })
    return this.#opening
  }

  /** One conversation on one server. */
  converse<T>(context: CallContext, work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    return this.#guard(context, (connector, bounded, conversation) => connector.use(bounded, async (raw) => {
      if (conversation.givenUp) throw new ConnectorError('timed-out', 'connected after the call was given up')
      conversation.connected = true
      conversation.guarded = new GuardedConnection(raw, this.settings.operationMs)
      return work(conversation.guarded.connection)
    }))
  }

  /** A question to the connector as a whole (its rules, its health), under the same protection. */
  ask<T>(context: CallContext, question: (connector: DirectoryConnector, context: CallContext) => Promise<T>): Promise<T> {
    return this.#guard(context, async (connector, bounded, conversation) => {
      conversation.connected = true
      try {
        return await question(connector, bounded)
      } catch (error) {
        throw asConnectorError(error, false)
      }
    })
  }

  /**
   * A long read, page by page. It has a connection of its own and takes none of the places: the one who reads sees to it
   * that there is one read at a time. The circuit learns from it like from any conversation.
   */
  async *stream<Page>(read: (connector: DirectoryConnector) => AsyncIterable<Page>): AsyncGenerator<Page> {
    if (!this.configured.enabled) throw new ConnectorError('unreachable', 'switched off by an administrator')
    this.#breaker.assertAdmits()
    try {
      for await (const page of read(await this.open())) {
        this.#breaker.succeeded()
        yield page
      }
    } catch (error) {
      if (error instanceof ConnectorError && GONE.has(error.reason)) this.#breaker.failed(error.diagnostic)
      throw error
    }
  }

  /** Lets the conversations under way end (or run out of time), then closes. */
  async close(): Promise<void> {
    const limit = new Date(Date.now() + this.settings.totalMs)
    await withinDeadline(Promise.allSettled(this.#underway), limit, () => new Error('still busy')).catch(() => undefined)
    await this.#connector?.close().catch(() => undefined)
  }

  async #guard<T>(context: CallContext, run: (connector: DirectoryConnector, bounded: CallContext, conversation: Conversation) => Promise<T>): Promise<T> {
    if (!this.configured.enabled) throw new ConnectorError('unreachable', 'switched off by an administrator')
    const asked = Date.now()
    const deadline = new Date(Math.min(context.deadline.getTime(), asked + this.settings.totalMs))
    if (deadline.getTime() <= asked) throw new ConnectorError('timed-out', 'the deadline had passed before the call')
    this.#breaker.assertAdmits()
    const release = await this.#bulkhead.enter(deadline)
    try {
      this.#breaker.enter()
    } catch (error) {
      release()
      throw error
    }
    const conversation: Conversation = { guarded: null, connected: false, givenUp: false }
    const whole = this.open().then((connector) => run(connector, { ...context, deadline }, conversation))
    this.#keepPlaceUntilEnded(whole, conversation, release)
    try {
      const answer = await this.#inTime(whole, deadline, conversation)
      this.#breaker.succeeded()
      return answer
    } catch (error) {
      this.#learn(error, conversation, deadline.getTime() - asked)
      // before a connection nothing was sent; an error of the caller's own work passes as it is
      throw conversation.connected ? error : asConnectorError(error, false)
    }
  }

  async #inTime<T>(whole: Promise<T>, deadline: Date, conversation: Conversation): Promise<T> {
    const giveUp = (what: string): ConnectorError => {
      conversation.givenUp = true
      conversation.guarded?.close()
      return new ConnectorError('timed-out', what, conversation.guarded?.mayHaveWritten ? 'unknown' : 'no')
    }
    let connectTimer: NodeJS.Timeout | undefined
    const connectLimit = new Promise<never>((_, reject) => {
      connectTimer = setTimeout(() => {
        if (!conversation.connected) reject(giveUp(`no connection within ${this.settings.connectMs} ms`))
      }, this.settings.connectMs)
    })
    try {
      return await withinDeadline(Promise.race([whole, connectLimit]), deadline, () => giveUp('no end before the deadline'))
    } finally {
      clearTimeout(connectTimer)
    }
  }

  /** Only what the directory did counts: not our queue, not a caller who is slow itself or came with no time left. */
  #learn(error: unknown, { guarded, connected }: Conversation, givenMs: number): void {
    const isGone = error instanceof ConnectorError && GONE.has(error.reason)
    if (!isGone) {
      if (connected && (guarded === null || guarded.answered)) this.#breaker.succeeded()
      else this.#breaker.undecided()
      return
    }
    const hadTime = error.reason !== 'timed-out' || givenMs >= Math.min(this.settings.connectMs, this.settings.operationMs)
    const wasAsked = error.reason !== 'timed-out' || guarded === null || guarded.asking || !guarded.answered
    if (hadTime && wasAsked) this.#breaker.failed(error.diagnostic)
    else this.#breaker.undecided()
  }

  /** A call nobody waits for keeps its place while it hangs, so that a sick server is not sent ever more. Within limits. */
  #keepPlaceUntilEnded(whole: Promise<unknown>, conversation: Conversation, release: () => void): void {
    const limit = setTimeout(release, this.settings.totalMs + this.settings.abandonedMs)
    limit.unref()
    const ended = whole.catch(() => undefined).then(() => conversation.guarded?.settled()).finally(() => {
      clearTimeout(limit)
      this.#underway.delete(ended)
      release()
    })
    this.#underway.add(ended)
  }
}
