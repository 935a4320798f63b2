import { all, anyOf, atLeast, equal, type LdapEntry, type LdapFilter, type LdapLease, type LdapServers } from '../../../integrations/ldap/index.js'
import { CursorExpired, EMPTY_PAGE, type AccountFeed, type FeedAccount, type FeedPage, type FeedRequest } from '../domain/account-feed.js'
import { ConnectorError } from '../domain/connector.js'
import { readCursor, scopeOf } from '../ldap/feed-cursor.js'
import { leasedRead } from '../ldap/leased-read.js'
import { pagedRead } from '../ldap/paged-read.js'
import { AdChangeMarks, AdMark } from './ad-change-marks.js'
import { connectorErrorOf } from './ad-failure.js'
import { feedAccountOf, feedMapping } from './ad-feed-account.js'
import { AdProtectedSet } from './ad-protected-set.js'
import type { AdSettings } from './ad-settings.js'
import { guidBytes, guidText } from './object-guid.js'

const USER_ACCOUNTS: LdapFilter = equal('sAMAccountType', '805306368')
/** Keys asked about in one question. */
const KEYS = 50
/** Members of protected groups that a read of changes looks at whatever they did themselves. */
const MOST_MEMBERS = 2_000

/**
 * Whole reads and changes of a domain. Changes come from DirSync where our account may use it (object security: what it
 * may see, nothing secret), else by sequence number. A deletion is shown to administrators only, so each read of changes
 * also lists all keys: what is not among them was deleted or moved out.
 */
export class AdFeed implements AccountFeed {
  constructor(private readonly settings: AdSettings, private readonly servers: LdapServers) {}

  async *readAll(request: FeedRequest): AsyncGenerator<FeedPage> {
    yield* this.#read(request, (lease) => this.#everything(lease, request))
  }

  async *readChanges(cursor: string, request: FeedRequest): AsyncGenerator<FeedPage> {
    const mark = readCursor(AdMark, cursor, this.#scope(request))
    if (!this.servers.urls.includes(mark.server)) throw new CursorExpired(`${mark.server} is no longer a server of this directory`)
    yield* this.#read(request, (lease) => this.#changes(lease, mark, request), mark.server)
  }

  async *#everything(lease: LdapLease, request: FeedRequest): AsyncGenerator<FeedPage> {
    const mark = await new AdChangeMarks(this.settings.baseDn, request).now(lease, this.#scope(request))
    yield* this.#accounts(lease, USER_ACCOUNTS, await this.#guarded(lease, request), request)
    yield { ...EMPTY_PAGE, cursor: JSON.stringify(mark), complete: true }
  }

  async *#changes(lease: LdapLease, mark: AdMark, request: FeedRequest): AsyncGenerator<FeedPage> {
    const marks = new AdChangeMarks(this.settings.baseDn, request)
    const now = await marks.now(lease, mark.scope)
    marks.assertSameCopy(mark, now)
    if (mark.cookie === null && now.cookie !== null) throw new CursorExpired('the domain controller gives marks to our account now')
    // keys first: what is added while they are listed is found below, and nothing that exists is taken for gone
    for (const base of this.settings.organizationalUnits) {
      for await (const page of pagedRead(lease, { base, scope: 'sub', filter: USER_ACCOUNTS, attributes: ['objectGUID'] }, request)) {
        yield { ...EMPTY_PAGE, seen: page.flatMap(keyOf) }
      }
    }
    const guarded = await this.#guarded(lease, request)
    let cookie = mark.cookie
    if (cookie === null) {
      yield* this.#accounts(lease, all(USER_ACCOUNTS, atLeast('uSNChanged', (BigInt(mark.usn) + 1n).toString())), guarded, request)
    } else {
      for await (const changed of marks.since(lease, { ...mark, cookie }, feedMapping(request).attributes)) {
        yield* this.#byKeys(lease, changed.guids, guarded, request)
        cookie = changed.cookie
      }
    }
    // who was put into a protected group did not change themselves
    yield* this.#byKeys(lease, guarded.members.slice(0, MOST_MEMBERS), guarded, request)
    yield { ...EMPTY_PAGE, cursor: JSON.stringify({ ...now, cookie }), complete: true }
  }

  /** What is found of them in our units; the others are elsewhere, and nothing to us. */
  async *#byKeys(lease: LdapLease, guids: readonly string[], guarded: AdProtectedSet, request: FeedRequest): AsyncGenerator<FeedPage> {
    for (let from = 0; from < guids.length; from += KEYS) {
      const wanted = anyOf(...guids.slice(from, from + KEYS).map((guid) => equal('objectGUID', guidBytes(guid))))
      yield* this.#accounts(lease, all(USER_ACCOUNTS, wanted), guarded, request)
    }
  }

  async *#accounts(lease: LdapLease, filter: LdapFilter, guarded: AdProtectedSet, request: FeedRequest): AsyncGenerator<FeedPage> {
    const mapping = feedMapping(request)
    for (const base of this.settings.organizationalUnits) {
      for await (const page of pagedRead(lease, { base, scope: 'sub', filter, attributes: mapping.attributes }, request)) {
        const accounts = page.splice(0).map((entry) => feedAccountOf(entry, mapping, guarded)).filter((account): account is FeedAccount => account !== null)
        if (accounts.length > 0) yield { ...EMPTY_PAGE, accounts }
      }
    }
  }

  #guarded(lease: LdapLease, request: FeedRequest): Promise<AdProtectedSet> {
    return AdProtectedSet.read(this.settings, lease, () => new Date(Date.now() + request.pageMs))
  }
  #scope(request: FeedRequest): string {
    const { baseDn, organizationalUnits, protectedGroups } = this.settings
    return scopeOf([baseDn, organizationalUnits, protectedGroups], request)
  }

  async *#read(request: FeedRequest, read: (lease: LdapLease) => AsyncGenerator<FeedPage>, on?: string): AsyncGenerator<FeedPage> {
    try {
      yield* leasedRead(this.servers, new Date(Date.now() + request.pageMs), read, on)
    } catch (error) {
      const failure = connectorErrorOf(error, false)
      // a unit that is missing or hidden: a fault of the configuration or the rights, never of one account
      const isMissing = failure instanceof ConnectorError && failure.reason === 'no-such-account'
      throw isMissing ? new ConnectorError('not-permitted', failure.diagnostic) : failure
    }
  }
}

function keyOf(entry: LdapEntry): string[] {
  const guid = entry.bytes('objectGUID')
  return guid?.length === 16 ? [guidText(guid)] : []
}
