import { Attribute, Change, Client, type Control } from 'ldapts'
import type { TLSSocket } from 'node:tls'
import type { SecretText } from '../../kernel/secret-text.js'
import { present, type LdapFilter } from './filters.js'
import { LdapEntry } from './ldap-entry.js'
import { failureOfOperation, LdapFailure } from './ldap-failure.js'
import { PpolicyControl } from './ppolicy-control.js'
import { berSequence } from './response-control.js'

export type LdapSearch = {
  readonly base: string
  readonly scope: 'base' | 'one' | 'sub'
  readonly filter?: LdapFilter
  /** Named one by one: what is not asked for is not sent. `1.1` alone: none. */
  readonly attributes: readonly string[]
  /** The first so many; 0: as many as the server gives. */
  readonly sizeLimit?: number
  readonly controls?: readonly Control[]
}
export type LdapChange = {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly attribute: string
  /** `replace` with none removes the attribute, whether it is there or not. */
  readonly values: readonly (string | Buffer)[]
}
/** RFC 3062. Without `newPassword` the server makes one up and answers it, which nobody here wants: it is required. */
export type PasswordModify = { readonly dn: string; readonly newPassword: SecretText; readonly oldPassword?: SecretText }

const PASSWORD_MODIFY = '1.3.6.1.4.1.4203.1.11.1'
/** A server that does not take our goodbye in this time goes without. */
const GOODBYE_MS = 1_000
/** Every attribute as bytes: ldapts asks this list by name, in the server's spelling, whether a value is to stay bytes. */
class EveryName extends Array<string> {
  override includes(): boolean {
    return true
  }
}
const EVERY_NAME = new EveryName()

/**
 * One connection to one server: a TLS socket that exists already, used once. When it is gone it is gone; ldapts would
 * open another one silently, without TLS after StartTLS and without an identity.
 */
export class LdapConnection {
  readonly #client: Client
  readonly #socket: TLSSocket
  #lost: string | null = null
  #underway = 0

  constructor(readonly server: string, socket: TLSSocket) {
    this.#socket = socket
    let handedOver = false
    const handOver = (): TLSSocket => {
      if (handedOver) throw this.#gone()
      handedOver = true
      return socket
    }
    this.#client = new Client({ url: 'ldaps://is.connected.already', createSecureConnection: handOver })
    socket.on('close', () => { this.#lost ??= 'the connection was closed' })
    socket.on('error', (error: NodeJS.ErrnoException) => { this.#lost ??= error.code ?? error.name })
  }

  get alive(): boolean {
    return this.#lost === null && !this.#socket.destroyed && this.#socket.writable
  }
  /** Nothing is waiting for an answer on it. */
  get quiet(): boolean {
    return this.#underway === 0
  }

  /** Throws LdapFailure of code 49 when refused. An empty password is never sent (RFC 4513 §5.1.2: it would "succeed"). */
  async bind(dn: string, password: SecretText, deadline: Date, controls: readonly Control[] = []): Promise<void> {
    if (password.reveal() === '' || dn === '') throw new LdapFailure({ kind: 'refused', code: 53, diagnostic: 'a bind without name or password is not sent' })
    await this.#run(deadline, controls, (client) => client.bind(dn, password.reveal(), [...controls]))
  }

  async search({ base, scope, filter, attributes, sizeLimit = 0, controls = [] }: LdapSearch, deadline: Date): Promise<LdapEntry[]> {
    const { searchEntries } = await this.#run(deadline, controls, (client) => client.search(base, {
      scope, filter: filter ?? present('objectClass'), attributes: [...attributes], sizeLimit, timeLimit: secondsUntil(deadline),
      explicitBufferAttributes: EVERY_NAME,
    }, [...controls]))
    return searchEntries.map(entryOf)
  }

  /** Page by page (RFC 2696), each within its own deadline; the next one is asked for when it is wanted. */
  async *pages(search: Omit<LdapSearch, 'sizeLimit'>, pageSize: number, deadlineOfPage: () => Date): AsyncGenerator<LdapEntry[]> {
    const { base, scope, filter, attributes, controls = [] } = search
    const pages = this.#client.searchPaginated(base, {
      scope, filter: filter ?? present('objectClass'), attributes: [...attributes], paged: { pageSize }, timeLimit: secondsUntil(deadlineOfPage()),
      explicitBufferAttributes: EVERY_NAME,
    }, [...controls])
    for (;;) {
      const { done, value } = await this.#run(deadlineOfPage(), controls, () => pages.next())
      if (done) return
      yield value.searchEntries.splice(0).map(entryOf) // ldapts keeps the list until it is asked again
    }
  }

  async modify(dn: string, changes: readonly LdapChange[], deadline: Date, controls: readonly Control[] = []): Promise<void> {
    const wanted = changes.map(({ operation, attribute, values }) => new Change({
      operation, modification: new Attribute({ type: attribute, values: [...values] as string[] | Buffer[] }),
    }))
    await this.#run(deadline, controls, (client) => client.modify(dn, wanted, [...controls]))
  }

  async passwordModify({ dn, newPassword, oldPassword }: PasswordModify, deadline: Date, controls: readonly Control[] = []): Promise<void> {
    const value = berSequence((writer) => {
      writer.writeString(dn, 0x80)
      if (oldPassword) writer.writeString(oldPassword.reveal(), 0x81)
      writer.writeString(newPassword.reveal(), 0x82)
    })
    await this.#run(deadline, controls, (client) => client.exop(PASSWORD_MODIFY, value, [...controls]))
  }

  /** The server's own description: what it supports, and cheap proof that it is there. */
  async rootDse(attributes: readonly string[], deadline: Date): Promise<LdapEntry> {
    const [entry] = await this.search({ base: '', scope: 'base', attributes }, deadline)
    return entry ?? new LdapEntry('', [])
  }

  /** Says goodbye if that is possible, and is gone either way. */
  close(): void {
    if (!this.alive || !this.quiet) return this.destroy('closed')
    const gone = (): void => this.destroy('closed')
    setTimeout(gone, GOODBYE_MS).unref()
    // ldapts ends the socket after the goodbye, but only one that it has been given already
    void this.#client.unbind().then(gone, gone)
  }
  destroy(why: string): void {
    this.#lost ??= why
    this.#socket.destroy()
  }

  async #run<T>(deadline: Date, controls: readonly Control[], send: (client: Client) => Promise<T>): Promise<T> {
    if (!this.alive) throw this.#gone()
    const left = deadline.getTime() - Date.now()
    if (left <= 0) throw new LdapFailure({ kind: 'timed-out', diagnostic: `${this.server}: the deadline had passed before the request` })
    let late = false
    // an answer that comes later must not meet the next request: the connection ends with it
    const timer = setTimeout(() => {
      late = true
      this.destroy('no answer in time')
    }, left)
    this.#underway += 1
    try {
      return await send(this.#client)
    } catch (error) {
      const silence = new LdapFailure(late
        ? { kind: 'timed-out', diagnostic: `${this.server}: no answer in time`, sent: true }
        : { kind: 'unreachable', diagnostic: `${this.server}: ${this.#lost ?? 'the connection broke'}`, sent: true })
      throw failureOfOperation(error, silence, controls.find((control) => control instanceof PpolicyControl)?.answer ?? null)
    } finally {
      clearTimeout(timer)
      this.#underway -= 1
    }
  }

  #gone(): LdapFailure {
    return new LdapFailure({ kind: 'unreachable', diagnostic: `${this.server}: ${this.#lost ?? 'the connection is closed'}` })
  }
}

const secondsUntil = (deadline: Date): number => Math.max(1, Math.ceil((deadline.getTime() - Date.now()) / 1_000))

const entryOf = ({ dn, ...attributes }: { dn: string; [name: string]: unknown }): LdapEntry =>
  new LdapEntry(dn, Object.entries(attributes).map(([name, value]) => [name, [value].flat().filter((one) => Buffer.isBuffer(one))] as const))
