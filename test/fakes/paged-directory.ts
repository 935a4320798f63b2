import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import {
  CursorExpired, EMPTY_PAGE, type AccountFeed, type ConnectorFactory, type DirectoryConnector, type FeedAccount, type FeedPage, type FeedRequest,
} from '../../src/modules/directories/index.js'

type Entry = { account: FeedAccount; attributes: Readonly<Record<string, readonly string[]>>; changed: number }

export const feedAccount = (more: Partial<FeedAccount> = {}): FeedAccount => {
  const login = `u${randomUUID().slice(0, 13)}`
  return {
    nativeId: randomUUID(), logins: [login], dn: `uid=${login},ou=people`, displayName: 'Test Person', givenName: 'Test', familyName: 'Person',
    mail: [], secondaryMail: [], mobile: [], manager: null, department: null, enabled: true, locked: false, expiresAt: null, passwordSetAt: null,
    mustChange: false, privileged: false, correlation: {}, ...more,
  }
}

/** A directory in memory that is read in pages and counts its changes. It tells deletions itself, unlike LDAP servers. */
export class PagedDirectory implements ConnectorFactory, AccountFeed {
  readonly kind: string = 'paged'
  readonly label = 'Paged directory of the tests'
  readonly settingsSchema = z.object({}).strict()
  readonly entries = new Map<string, Entry>()
  readonly deleted = new Map<string, number>()
  /** Called before each page with its number, from 0 in each read: may throw or wait. */
  beforePage: (page: number) => void | Promise<void> = () => undefined
  /** Marks from before it are void. */
  epoch = 1
  reads: ('all' | 'changes')[] = []
  requests: FeedRequest[] = []
  /** What a read names without anybody having changed: a server that lists its keys. */
  seen: readonly string[] = []
  #sequence = 0

  put(account: FeedAccount, attributes: Readonly<Record<string, readonly string[]>> = account.correlation): FeedAccount {
    this.deleted.delete(account.nativeId)
    this.entries.set(account.nativeId, { account, attributes, changed: ++this.#sequence })
    return account
  }
  /** Changes without a trace, as a restored or moved entry does. */
  smuggle(account: FeedAccount): FeedAccount {
    this.entries.set(account.nativeId, { account, attributes: account.correlation, changed: 0 })
    return account
  }
  change(nativeId: string, more: Partial<FeedAccount>): void {
    const { account, attributes } = this.entries.get(nativeId)!
    this.put({ ...account, ...more }, attributes)
  }
  remove(nativeId: string): void {
    this.entries.delete(nativeId)
    this.deleted.set(nativeId, ++this.#sequence)
  }

  async *readAll(request: FeedRequest): AsyncGenerator<FeedPage> {
    this.reads.push('all')
    yield* this.#pages([...this.entries.values()], [], request, true)
  }
  async *readChanges(cursor: string, request: FeedRequest): AsyncGenerator<FeedPage> {
    const [, epoch, since] = /^(\d+):(\d+)$/.exec(cursor) ?? []
    if (Number(epoch) !== this.epoch) throw new CursorExpired('from before the fire')
    this.reads.push('changes')
    const changed = [...this.entries.values()].filter((entry) => entry.changed > Number(since))
    yield* this.#pages(changed, [...this.deleted].filter(([, at]) => at > Number(since)).map(([key]) => key), request, false)
  }
  async *#pages(entries: readonly Entry[], gone: readonly string[], request: FeedRequest, complete: boolean): AsyncGenerator<FeedPage> {
    this.requests.push(request)
    const cursor = `${this.epoch}:${this.#sequence}`
    const given = entries.map(({ account, attributes }) => ({
      ...account, correlation: Object.fromEntries(request.correlation.map((name) => [name, attributes[name] ?? []])),
    }))
    let number = 0
    for (let from = 0; from < given.length; from += request.pageSize) {
      request.signal.throwIfAborted()
      await this.beforePage(number++)
      yield { ...EMPTY_PAGE, accounts: given.slice(from, from + request.pageSize) }
    }
    await this.beforePage(number)
    request.signal.throwIfAborted()
    yield { ...EMPTY_PAGE, gone, seen: complete ? [] : this.seen, cursor, complete }
  }

  readonly connector: DirectoryConnector = {
    capabilities: new Set(['watchChanges'] as const),
    feed: this,
    use: async () => { throw new Error('only read as a whole') },
    lockoutRules: async () => ({ threshold: null, windowSeconds: null }),
    health: async () => undefined,
    close: async () => undefined,
  }
  async test(): Promise<void> {}
  async open(): Promise<DirectoryConnector> {
    return this.connector
  }
}
