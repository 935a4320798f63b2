import {
  ConnectorError, type CallContext, type DirectoryConnection, type DirectoryConnector,
} from '../../src/modules/directories/index.js'

export type Call = 'lookup' | 'setPassword' | 'unlock' | 'activate' | 'deactivate' | 'verify' | 'use'

/** By name: the methods of a connection that is a class are not among its own members. */
const OF_A_CONNECTION = ['lookup', 'setPassword', 'unlock', 'activate', 'deactivate', 'verify'] as const

/** What happens to one call on its way. Faults of a call are used up in the order in which they were planned. */
export type Fault =
  /** It is carried out; the answer never comes. */
  | { readonly fault: 'reply-lost' }
  /** It never arrives, and nobody can tell. */
  | { readonly fault: 'request-lost' }
  /** The answer never comes; it is carried out only when `landing` resolves. */
  | { readonly fault: 'lands-late'; readonly landing: Promise<void> }
  /** It waits, then is carried out and answered. */
  | { readonly fault: 'held'; readonly until: Promise<void> }
  /** It is not carried out and answered with this. */
  | { readonly fault: 'refused'; readonly error: Error }
  /** Something else happens first; then it is carried out and answered. */
  | { readonly fault: 'after'; readonly first: () => void | Promise<void> }

/** Wraps a working connector and spoils chosen calls, as networks, directories and other administrators do. */
export class FaultyConnector implements DirectoryConnector {
  readonly capabilities
  readonly #planned = new Map<Call, Fault[]>()
  readonly #landings: Promise<unknown>[] = []

  constructor(private readonly inner: DirectoryConnector) {
    this.capabilities = inner.capabilities
  }

  plan(call: Call, ...faults: Fault[]): this {
    this.#planned.set(call, [...(this.#planned.get(call) ?? []), ...faults])
    return this
  }

  /** Resolves when every late write has landed. */
  async landed(): Promise<void> {
    await Promise.allSettled(this.#landings)
  }

  async use<T>(context: CallContext, work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    return this.#spoil('use', () => this.inner.use(context, (connection) => work(this.#wrap(connection))))
  }
  async lockoutRules(context: CallContext) {
    return this.inner.lockoutRules(context)
  }
  async declaredPasswordRules(...given: Parameters<NonNullable<DirectoryConnector['declaredPasswordRules']>>) {
    return this.inner.declaredPasswordRules!(...given)
  }
  async health(context: CallContext): Promise<void> {
    return this.inner.health(context)
  }
  async close(): Promise<void> {
    return this.inner.close()
  }

  #wrap(connection: DirectoryConnection): DirectoryConnection {
    const wrapped: Record<string, unknown> = {}
    for (const call of OF_A_CONNECTION) {
      const method = connection[call] as ((...given: unknown[]) => Promise<unknown>) | undefined
      if (method) wrapped[call] = (...given: unknown[]) => this.#spoil(call, () => method.apply(connection, given))
    }
    return wrapped as unknown as DirectoryConnection
  }

  async #spoil<T>(call: Call, carryOut: () => Promise<T>): Promise<T> {
    const planned = this.#planned.get(call)?.shift()
    switch (planned?.fault) {
      case undefined:
        return carryOut()
      case 'reply-lost':
        await carryOut()
        throw new ConnectorError('timed-out', `${call}: connection reset after it was sent`, 'unknown')
      case 'request-lost':
        throw new ConnectorError('timed-out', `${call}: no reply`, 'unknown')
      case 'lands-late':
        this.#landings.push(planned.landing.then(carryOut))
        throw new ConnectorError('timed-out', `${call}: no reply`, 'unknown')
      case 'held':
        await planned.until
        return carryOut()
      case 'refused':
        throw planned.error
      case 'after':
        await planned.first()
        return carryOut()
    }
  }
}
