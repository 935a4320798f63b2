/**
 * Reading whole directories. A feed is an async sequence of pages, so whoever reads never holds more than one or two of
 * them; a page names accounts read whole, accounts that are certainly gone, and accounts that are merely still there.
 */

/** Which of the directory's own attributes carry what. Kinds have defaults; a directory may name others. */
export type FeedFields = {
  readonly givenName: string | null
  readonly familyName: string | null
  readonly mail: string | null
  readonly secondaryMail: string | null
  readonly mobile: string | null
  readonly manager: string | null
  readonly department: string | null
}

/** One read. Not bounded as a whole: each page is, and `signal` ends it between two of them. */
export type FeedRequest = {
  readonly correlationId: string
  /** Time for one page, in ms. */
  readonly pageMs: number
  readonly pageSize: number
  readonly signal: AbortSignal
  readonly fields?: Partial<FeedFields>
  /** Attributes that join accounts to people: their values are wanted as they are. */
  readonly correlation: readonly string[]
}

/** One account with the facts that a record keeps of it. Unknown facts are null, never guessed. */
export type FeedAccount = {
  readonly nativeId: string
  /** What it is called by; the first is the one shown. */
  readonly logins: readonly string[]
  readonly dn: string | null
  readonly displayName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  readonly mail: readonly string[]
  readonly secondaryMail: readonly string[]
  readonly mobile: readonly string[]
  /** The manager's name in this directory. */
  readonly manager: string | null
  readonly department: string | null
  readonly enabled: boolean
  readonly locked: boolean
  readonly expiresAt: Date | null
  readonly passwordSetAt: Date | null
  readonly mustChange: boolean
  /** For the cached flag: protected memberships as far as a whole read shows them. The live look at the write decides. */
  readonly privileged: boolean
  /** By the name that was asked for; every value of it. What is no text comes as `hex:…`. */
  readonly correlation: Readonly<Record<string, readonly string[]>>
}

export type FeedPage = {
  readonly accounts: readonly FeedAccount[]
  /** Deleted, or moved out of what this directory covers. */
  readonly gone: readonly string[]
  /** Still there and not read: keys alone. */
  readonly seen: readonly string[]
  /** Everything up to the end of this page is known under it. Opaque; to be kept only after the page has been. */
  readonly cursor: string | null
  /** On the last page of a read that named every account: what was not named is gone. */
  readonly complete: boolean
}

/** A cursor that leads nowhere any more (another server, a restored one, too old): everything has to be read again. */
export class CursorExpired extends Error {
  constructor(why: string) {
    super(`the changes since the last read can no longer be told: ${why}`)
    this.name = 'CursorExpired'
  }
}

export interface AccountFeed {
  /** Everything, from the beginning. The last page is `complete` and has a cursor. */
  readAll(request: FeedRequest): AsyncIterable<FeedPage>
  /** What changed since. Throws CursorExpired before or between pages. */
  readChanges(cursor: string, request: FeedRequest): AsyncIterable<FeedPage>
}

export const EMPTY_PAGE: FeedPage = { accounts: [], gone: [], seen: [], cursor: null, complete: false }
