import type { Control } from 'ldapts'
import type { SecretText } from '../../kernel/secret-text.js'
import type { LdapConnection } from './ldap-connection.js'
import { isAnotherServersTurn, LdapFailure } from './ldap-failure.js'
import { LdapServer, type Lease, type LdapServerSettings } from './ldap-server.js'
import { parseLdapUrl } from './ldap-url.js'
import type { LdapTls } from './secure-socket.js'

export type LdapServersOptions = {
  /** In the order of preference. All are servers of one directory. */
  readonly urls: readonly string[]
  readonly tls: LdapTls
  /** The service account. */
  readonly bind: { readonly dn: string; readonly password: SecretText }
} & Partial<Omit<LdapServerSettings, 'tls' | 'bind'>> & {
  /** For finding a server that answers, over all of them: below the 3 s that a caller waits for a connection. */
  readonly connectMs?: number
  /** A server that did not answer is asked last for so long. */
  readonly avoidMs?: number
}

/** One conversation's share of a directory: one connection of one server, and binds of others at the same server. */
export interface LdapLease extends LdapConnectionOperations {
  /**
   * Opens a connection of its own to the same server, binds with these, runs `work` and closes. Throws LdapFailure of code
   * 49 when refused. Without `work` it only proves the password.
   */
  asUser<T = void>(
    dn: string, password: SecretText, deadline: Date, work?: (connection: LdapConnectionOperations) => Promise<T>, controls?: readonly Control[],
  ): Promise<T>
}
export type LdapConnectionOperations = Pick<LdapConnection, 'server' | 'search' | 'pages' | 'modify' | 'passwordModify' | 'rootDse'>

const DEFAULTS = { connections: 4, idleMs: 60_000, checkAfterMs: 5_000, checkMs: 1_000, refusedPauseMs: 60_000 }
const CONNECT_MS = 2_700
const AVOID_MS = 30_000

/** The servers of one directory. Writes of one conversation go to one of them. */
export class LdapServers {
  readonly #servers: readonly { readonly server: LdapServer; avoidUntil: number }[]
  readonly #connectMs: number
  readonly #avoidMs: number

  constructor({ urls, tls, bind, connectMs = CONNECT_MS, avoidMs = AVOID_MS, ...settings }: LdapServersOptions) {
    if (urls.length === 0) throw new Error('a directory needs at least one server')
    this.#connectMs = connectMs
    this.#avoidMs = avoidMs
    this.#servers = urls.map((url) => ({ server: new LdapServer(parseLdapUrl(url), { ...DEFAULTS, ...settings, tls, bind }), avoidUntil: 0 }))
  }

  /** As they are written in `LdapLease.server`, in order of preference. */
  get urls(): readonly string[] {
    return this.#servers.map(({ server }) => server.url.text)
  }

  /**
   * Leases one connection for the whole of `work` and puts it back if it is clean. Another server is tried only before
   * `work` began. `on` pins it to that server: for questions about a write that was sent there.
   */
  async use<T>(deadline: Date, work: (lease: LdapLease) => Promise<T>, on?: string): Promise<T> {
    const { lease, server } = await this.#lease(deadline, on)
    try {
      return await work(leaseOf(lease.connection, server))
    } finally {
      lease.release()
    }
  }

  async close(): Promise<void> {
    for (const { server } of this.#servers) server.close()
  }

  async #lease(deadline: Date, on: string | undefined): Promise<{ lease: Lease; server: LdapServer }> {
    const candidates = this.#inOrder(on)
    if (candidates.length === 0) throw new LdapFailure({ kind: 'unreachable', diagnostic: `${on}: no longer a server of this directory` })
    const failures: LdapFailure[] = []
    // counted from the moment there is a place: waiting for one is no fault of the server
    const connectBy = (): Date => new Date(Math.min(deadline.getTime(), Date.now() + this.#connectMs / candidates.length))
    for (const candidate of candidates) {
      try {
        const lease = await candidate.server.lease(deadline, connectBy)
        candidate.avoidUntil = 0
        return { lease, server: candidate.server }
      } catch (error) {
        if (!(error instanceof LdapFailure) || !isAnotherServersTurn(error)) throw error
        failures.push(error)
        // a caller without time left says nothing about the server
        if (Date.now() >= deadline.getTime()) break
        candidate.avoidUntil = Date.now() + this.#avoidMs
      }
    }
    throw failures.length === 1 ? failures[0]! : new LdapFailure({ kind: failures[0]!.kind, diagnostic: failures.map(({ diagnostic }) => diagnostic).join('; ') })
  }

  #inOrder(on: string | undefined) {
    if (on !== undefined) return this.#servers.filter(({ server }) => server.url.text === on)
    const now = Date.now()
    return [...this.#servers.filter(({ avoidUntil }) => avoidUntil <= now), ...this.#servers.filter(({ avoidUntil }) => avoidUntil > now)]
  }
}

function leaseOf(connection: LdapConnection, server: LdapServer): LdapLease {
  return {
    server: connection.server,
    search: (search, deadline) => connection.search(search, deadline),
    pages: (search, pageSize, deadlineOfPage) => connection.pages(search, pageSize, deadlineOfPage),
    modify: (dn, changes, deadline, controls) => connection.modify(dn, changes, deadline, controls),
    passwordModify: (modify, deadline, controls) => connection.passwordModify(modify, deadline, controls),
    rootDse: (attributes, deadline) => connection.rootDse(attributes, deadline),
    asUser: (dn, password, deadline, work, controls = []) =>
      server.asUser(dn, password, deadline, work ?? (async () => undefined as never), controls),
  }
}
