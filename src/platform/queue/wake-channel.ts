import { Logger } from '@nestjs/common'
import pg from 'pg'
import { newId } from '../../kernel/ids.js'
import type { Database } from '../database/database.js'
import { fullJitter } from './back-off.js'
import { text } from './lane.js'
import type { QueueSettings } from './queue-settings.js'

const CHANNEL = 'latchkey_queue'

/**
 * Tells the other processes on this Postgres that there is work. Sending goes through the pool, after the commit and at
 * most once per name and `notifyEveryMs`: NOTIFY inside a transaction takes a lock over all of Postgres at its commit, so
 * it stays out of the hot ones. A wake-up that is lost costs one sweep, never a row.
 */
export class WakeChannel {
  readonly #log = new Logger('Queue')
  readonly #me = newId()
  readonly #quiet = new Map<string, NodeJS.Timeout>()
  readonly #pending = new Set<string>()
  #listener: pg.Client | null = null
  #retry: NodeJS.Timeout | null = null
  #failures = 0
  #stopped = false

  constructor(
    private readonly database: Database,
    private readonly settings: QueueSettings,
    private readonly onWake: (name: string | null) => void,
  ) {}

  get listening(): boolean {
    return this.#listener !== null && this.#failures === 0
  }

  send(name: string): void {
    if (this.#stopped) return
    if (this.#quiet.has(name)) {
      this.#pending.add(name)
      return
    }
    this.#quiet.set(name, setTimeout(() => {
      this.#quiet.delete(name)
      if (this.#pending.delete(name)) this.send(name)
    }, this.settings.notifyEveryMs))
    // no await: whoever committed has its answer already, and a failure here only costs a sweep
    this.database.query('SELECT pg_notify($1, $2)', [CHANNEL, `${this.#me} ${name}`])
      .catch((error: unknown) => this.#log.warn(`wake-up not sent: ${text(error)}`))
  }

  /** Keeps one connection of its own listening, through every restart of Postgres. */
  async listen(): Promise<void> {
    if (this.#stopped) return
    const client = new pg.Client({ ...connectionOf(this.database), application_name: 'latchkey-queue-listener', keepAlive: true })
    let ended = false
    const lost = (error: unknown): void => {
      if (ended) return
      ended = true
      if (this.#listener === client) this.#listener = null
      client.end().catch(() => undefined)
      this.#listenLater(error)
    }
    client.on('error', lost)
    client.on('end', () => lost(new Error('connection ended')))
    client.on('notification', ({ payload }) => this.#hear(payload ?? ''))
    this.#listener = client
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
    } catch (error) {
      lost(error)
      return
    }
    if (this.#failures > 0) this.#log.log('listening again')
    this.#failures = 0
    this.onWake(null) // whatever was announced while nobody listened
  }

  #listenLater(error: unknown): void {
    if (this.#stopped || this.#retry) return
    this.#failures += 1
    this.#log.warn(`not listening (${this.#failures} in a row): ${text(error)}`)
    this.#retry = setTimeout(() => {
      this.#retry = null
      void this.listen()
    }, fullJitter(this.#failures, this.settings.retryBaseMs, this.settings.retryCapMs))
  }

  #hear(payload: string): void {
    const [from, name] = payload.split(' ')
    if (from !== this.#me && name) this.onWake(name)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#retry) clearTimeout(this.#retry)
    for (const timer of this.#quiet.values()) clearTimeout(timer)
    this.#quiet.clear()
    const listener = this.#listener
    this.#listener = null
    if (listener) await listener.end().catch(() => undefined)
  }
}

/** The same server, role and database as the pool. `password` is not enumerable on pool options, so it is named. */
function connectionOf(database: Database): pg.ClientConfig {
  const { master } = database.source.driver as unknown as { master: { options: pg.PoolConfig } }
  const { host, port, user, password, database: name, connectionString, ssl, options } = master.options
  return { host, port, user, password, database: name, connectionString, ssl, options }
}
