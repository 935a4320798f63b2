import { z } from 'zod'
import { all, atLeast, parseFilter, type LdapEntry, type LdapFilter, type LdapLease, type LdapServers } from '../../../integrations/ldap/index.js'
import { CursorExpired, EMPTY_PAGE, type AccountFeed, type FeedAccount, type FeedPage, type FeedRequest } from '../domain/account-feed.js'
import { ConnectorError } from '../domain/connector.js'
import { readCursor, scopeOf } from '../ldap/feed-cursor.js'
import { leasedRead } from '../ldap/leased-read.js'
import { pagedRead } from '../ldap/paged-read.js'
import { isBelow } from './distinguished-name.js'
import { generalizedTime, parseGeneralizedTime } from './generalized-time.js'
import { errorOfConnecting, errorOfOperation, NO_SUCH_OBJECT } from './openldap-answers.js'
import { feedAccountOf, feedMapping, MODIFIED, openldapAccountOf } from './openldap-feed-account.js'
import { OpenldapProtectedSet } from './openldap-protected-set.js'
import type { OpenldapSettings } from './openldap-settings.js'
import type { OpenldapTree } from './openldap-tree.js'

/** A provider may be this far behind another one: what is read twice costs little, what is missed waits for a whole read. */
const OVERLAP_MS = 300_000

/** Members of protected groups that a read of changes looks at whatever they did themselves. */
const MOST_MEMBERS = 1_000

const Cursor = z.object({ scope: z.string(), since: z.string() }).strict()

/**
 * Whole reads and changes of slapd. Changes are what bears a modification time within the window, and they are found by the
 * server's own times, never by our clock; deletions leave no trace there, so each read of changes also lists all keys.
 */
export class OpenldapFeed implements AccountFeed {
  readonly #people: LdapFilter

  constructor(private readonly settings: OpenldapSettings, private readonly servers: LdapServers, private readonly tree: OpenldapTree) {
    this.#people = parseFilter(settings.personFilter)
  }

  async *readAll(request: FeedRequest): AsyncGenerator<FeedPage> {
    yield* this.#read(request, (lease) => this.#everything(lease, request))
  }

  async *readChanges(cursor: string, request: FeedRequest): AsyncGenerator<FeedPage> {
    const { since } = readCursor(Cursor, cursor, this.#scope(request))
    const from = parseGeneralizedTime(since)
    if (!from) throw new CursorExpired('it holds no time')
    yield* this.#read(request, (lease) => this.#changes(lease, from, request))
  }

  async *#everything(lease: LdapLease, request: FeedRequest): AsyncGenerator<FeedPage> {
    yield* this.#accounts(lease, this.#people, null, request)
  }

  async *#changes(lease: LdapLease, since: Date, request: FeedRequest): AsyncGenerator<FeedPage> {
    // keys first: what is added while they are listed is found by the window, and nothing that exists is taken for gone
    for await (const page of pagedRead(lease, this.#search(this.#people, ['entryUUID']), request)) {
      const seen = page.map((entry) => entry.text('entryUUID')?.toLowerCase() ?? '').filter(Boolean)
      if (seen.length > 0) yield { ...EMPTY_PAGE, seen }
    }
    const window = atLeast(MODIFIED, generalizedTime(new Date(since.getTime() - OVERLAP_MS)))
    yield* this.#accounts(lease, all(window, this.#people), since, request)
  }

  /** The last page is empty and says that this was all. */
  async *#accounts(lease: LdapLease, filter: LdapFilter, since: Date | null, request: FeedRequest): AsyncGenerator<FeedPage> {
    const deadline = (): Date => new Date(Date.now() + request.pageMs)
    const guarded = await OpenldapProtectedSet.read(this.settings, lease, deadline)
    let latest = since
    const pages = pagedRead(lease, this.#search(filter, feedMapping(this.settings, request).attributes), request)
    for await (const page of pages) {
      for (const entry of page) latest = later(latest, entry)
      yield { ...EMPTY_PAGE, accounts: await this.#judged(lease, page.splice(0), guarded, request) }
    }
    if (since !== null) {
      // who was put into a protected group did not change themselves
      const members = await this.#members(lease, guarded, request)
      if (members.length > 0) yield { ...EMPTY_PAGE, accounts: await this.#judged(lease, members, guarded, request) }
    }
    if (latest === null) await this.#assertVisible(lease, deadline())
    const cursor = JSON.stringify({ scope: this.#scope(request), since: generalizedTime(latest ?? new Date(0)) })
    yield { ...EMPTY_PAGE, cursor, complete: true }
  }

  async #judged(lease: LdapLease, entries: readonly LdapEntry[], guarded: OpenldapProtectedSet, request: FeedRequest): Promise<FeedAccount[]> {
    const now = new Date()
    const mapping = feedMapping(this.settings, request)
    const accounts: FeedAccount[] = []
    for (const entry of entries) {
      const account = openldapAccountOf(entry, this.settings)
      if (account.uuid === '') continue
      const policy = account.lockedSince === null && !account.mustChange
        ? null // asked for only where it matters
        : await this.tree.policyOf(account, lease, { deadline: new Date(Date.now() + request.pageMs), correlationId: request.correlationId })
      accounts.push(feedAccountOf(entry, account, this.settings, mapping, { policy, privileged: guarded.has(account), now }))
    }
    return accounts
  }

  async #members(lease: LdapLease, guarded: OpenldapProtectedSet, request: FeedRequest): Promise<LdapEntry[]> {
    const members: LdapEntry[] = []
    const { attributes } = feedMapping(this.settings, request)
    for (const base of guarded.dns.filter((dn) => isBelow(dn, this.settings.peopleDn)).slice(0, MOST_MEMBERS)) {
      const search = { base, scope: 'base' as const, filter: this.#people, attributes }
      members.push(...await lease.search(search, new Date(Date.now() + request.pageMs)).catch((error: unknown) => {
        if ((error as { code?: unknown }).code === NO_SUCH_OBJECT) return [] // named by a group and not there
        throw error
      }))
    }
    return members
  }

  /** Nobody found may also mean nobody shown: that must not look like everybody gone. */
  async #assertVisible(lease: LdapLease, deadline: Date): Promise<void> {
    const found = await lease.search({ base: this.settings.peopleDn, scope: 'base', attributes: ['1.1'] }, deadline)
    if (found.length === 0) throw new ConnectorError('not-permitted', `${this.settings.peopleDn} cannot be seen by the service account`)
  }

  #search(filter: LdapFilter, attributes: readonly string[]) {
    return { base: this.settings.peopleDn, scope: 'sub' as const, filter, attributes }
  }
  #scope(request: FeedRequest): string {
    const { peopleDn, personFilter, loginAttribute, nameAttributes, protectedGroups } = this.settings
    return scopeOf([peopleDn, personFilter, loginAttribute, nameAttributes, protectedGroups], request)
  }

  async *#read(request: FeedRequest, read: (lease: LdapLease) => AsyncGenerator<FeedPage>): AsyncGenerator<FeedPage> {
    let isConnected = false
    try {
      yield* leasedRead(this.servers, new Date(Date.now() + request.pageMs), (lease) => {
        isConnected = true
        return read(lease)
      })
    } catch (error) {
      if (error instanceof CursorExpired || request.signal.aborted) throw error
      const failure = isConnected ? errorOfOperation(error, false) : errorOfConnecting(error)
      // the base itself is missing or hidden: a fault of the configuration or the rights, never of one account
      throw failure.reason === 'no-such-account' ? new ConnectorError('not-permitted', failure.diagnostic) : failure
    }
  }
}

function later(latest: Date | null, entry: LdapEntry): Date | null {
  const at = parseGeneralizedTime(entry.text(MODIFIED))
  return at !== null && (latest === null || at > latest) ? at : latest
}
