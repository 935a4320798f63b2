import type { Control } from 'ldapts'
import type { SecretText } from '../../kernel/secret-text.js'
import { LdapConnection } from './ldap-connection.js'
import { LdapFailure } from './ldap-failure.js'
import type { LdapUrl } from './ldap-url.js'
import { Places } from './places.js'
import { PpolicyControl } from './ppolicy-control.js'
import { openSecureSocket, type LdapTls } from './secure-socket.js'

export type LdapServerSettings = {
  readonly tls: LdapTls
  readonly bind: { readonly dn: string; readonly password: SecretText }
  readonly connections: number
  /** An idle connection is closed after so long. */
  readonly idleMs: number
  /** One that was idle longer than this is asked for a sign of life before it is used. */
  readonly checkAfterMs: number
  /** The time for that sign, and for the goodbye. */
  readonly checkMs: number
  /** After the service account was refused, nobody tries again for so long: each try counts against it. */
  readonly refusedPauseMs: number
}
export type Lease = { readonly connection: LdapConnection; release(): void }
type Idle = { readonly connection: LdapConnection; readonly since: number; readonly drop: NodeJS.Timeout }
const INVALID_CREDENTIALS = 49

/** One server: a bounded number of connections, all bound as the service account and as nobody else, ever. */
export class LdapServer {
  readonly #idle: Idle[] = []
  readonly #places: Places
  #refusal: { readonly failure: LdapFailure; readonly until: number } | null = null
  /** A connection was lost under work: those that lay idle then are asked for a sign of life before they are used. */
  #suspectSince = 0
  #closed = false

  constructor(readonly url: LdapUrl, private readonly settings: LdapServerSettings) {
    this.#places = new Places(settings.connections, url.text)
  }

  /** A connection for one piece of work. `connectBy` bounds the making of a new one, `deadline` the wait for a place. */
  async lease(deadline: Date, connectBy: () => Date): Promise<Lease> {
    const leave = await this.#places.enter(deadline)
    try {
      const connection = await this.#idleOne() ?? await this.#open(connectBy())
      let leased = true
      return {
        connection,
        release: () => {
          if (!leased) return
          leased = false
          this.#putBack(connection)
          leave()
        },
      }
    } catch (error) {
      leave()
      throw error
    }
  }

  /** A connection of its own that proves a password and ends. Never one of the pool: identities do not mix. */
  async asUser<T>(
    dn: string, password: SecretText, deadline: Date, work: (connection: LdapConnection) => Promise<T>, controls: readonly Control[],
  ): Promise<T> {
    const connection = new LdapConnection(this.url.text, await openSecureSocket(this.url, this.settings.tls, deadline))
    try {
      await connection.bind(dn, password, deadline, controls)
      return await work(connection)
    } finally {
      connection.close()
    }
  }

  close(): void {
    this.#closed = true
    for (const { connection, drop } of this.#idle.splice(0)) {
      clearTimeout(drop)
      connection.close()
    }
  }

  /** The one used last is the one most likely to live; the others grow old and go. */
  async #idleOne(): Promise<LdapConnection | null> {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      clearTimeout(idle.drop)
      if (!idle.connection.alive) continue
      if (idle.since > this.#suspectSince && Date.now() - idle.since < this.settings.checkAfterMs) return idle.connection
      try {
        await idle.connection.rootDse(['1.1'], new Date(Date.now() + this.settings.checkMs))
        return idle.connection
      } catch {
        // the others lead to the same server: asking each of them would take its time each
        for (const { connection, drop } of [idle, ...this.#idle.splice(0)]) {
          clearTimeout(drop)
          connection.destroy('gave no sign of life')
        }
      }
    }
    return null
  }

  async #open(connectBy: Date): Promise<LdapConnection> {
    if (this.#closed) throw new LdapFailure({ kind: 'unreachable', diagnostic: `${this.url.text}: closed by us` })
    if (this.#refusal && Date.now() < this.#refusal.until) throw this.#refusal.failure
    const { tls, bind, refusedPauseMs } = this.settings
    const connection = new LdapConnection(this.url.text, await openSecureSocket(this.url, tls, connectBy))
    try {
      // the policy control says whether it is locked or expired; a server without one passes it over
      await connection.bind(bind.dn, bind.password, connectBy, [new PpolicyControl()])
      this.#refusal = null
      return connection
    } catch (error) {
      connection.destroy('not bound')
      if (!(error instanceof LdapFailure)) throw error
      if (error.kind === 'refused' && error.code === INVALID_CREDENTIALS) this.#refusal = { failure: error, until: Date.now() + refusedPauseMs }
      // nothing of the caller's was sent, whatever became of the bind
      throw error.sent ? new LdapFailure({ kind: error.kind, diagnostic: error.diagnostic }) : error
    }
  }

  #putBack(connection: LdapConnection): void {
    if (!connection.alive) this.#suspectSince = Date.now()
    if (this.#closed || !connection.alive || !connection.quiet) return connection.destroy('not clean after use')
    const drop = setTimeout(() => {
      const index = this.#idle.findIndex((idle) => idle.connection === connection)
      if (index >= 0) this.#idle.splice(index, 1)
      connection.close()
    }, this.settings.idleMs)
    drop.unref()
    this.#idle.push({ connection, since: Date.now(), drop })
  }
}
