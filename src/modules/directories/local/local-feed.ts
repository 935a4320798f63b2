import { newId } from '../../../kernel/ids.js'
import type { Database } from '../../../platform/database/database.js'
import { CursorExpired, EMPTY_PAGE, type AccountFeed, type FeedAccount, type FeedPage, type FeedRequest } from '../domain/account-feed.js'
import type { LocalAccount, LocalAccounts } from './local-accounts.js'
import { inLocalTransaction } from './local-transactions.js'

const CURSOR = 'everything'
/** Below every key. */
const FIRST = '00000000-0000-0000-0000-000000000000'

/** It is one table, read in the order of its keys: a whole read is as cheap as any read of changes could be. */
export class LocalFeed implements AccountFeed {
  constructor(private readonly database: Database, private readonly accounts: LocalAccounts) {}

  async *readAll(request: FeedRequest): AsyncGenerator<FeedPage> {
    for (let after = FIRST; ;) {
      request.signal.throwIfAborted()
      const context = { deadline: new Date(Date.now() + request.pageMs), correlationId: request.correlationId || newId() }
      const page = await inLocalTransaction(this.database, context, (tx) => this.accounts.page(tx, after, request.pageSize))
      const accounts = page.map(({ expiresAt, ...account }) => feedAccountOf(account, expiresAt, request))
      if (page.length < request.pageSize) {
        yield { ...EMPTY_PAGE, accounts, cursor: CURSOR, complete: true }
        return
      }
      yield { ...EMPTY_PAGE, accounts }
      after = page.at(-1)!.id
    }
  }

  async *readChanges(cursor: string, request: FeedRequest): AsyncGenerator<FeedPage> {
    if (cursor !== CURSOR) throw new CursorExpired('the mark is not one of this kind of directory')
    yield* this.readAll(request)
  }
}

function feedAccountOf(account: LocalAccount, expiresAt: Date | null, { correlation }: FeedRequest): FeedAccount {
  const known: Readonly<Record<string, string>> = { login: account.login, displayname: account.displayName }
  return {
    nativeId: account.id,
    logins: [account.login],
    dn: null,
    displayName: account.displayName,
    givenName: null,
    familyName: null,
    mail: [],
    secondaryMail: [],
    mobile: [],
    manager: null,
    department: null,
    enabled: !account.disabled,
    locked: account.locked,
    expiresAt,
    passwordSetAt: account.passwordSetAt,
    mustChange: account.mustChange,
    privileged: account.protectedGroup !== null,
    correlation: Object.fromEntries(correlation.map((name) => [name, [known[name.toLowerCase()] ?? []].flat()])),
  }
}
