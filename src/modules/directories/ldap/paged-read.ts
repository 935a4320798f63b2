import { LdapFailure, type LdapEntry, type LdapLease, type LdapSearch } from '../../../integrations/ldap/index.js'
import type { FeedRequest } from '../domain/account-feed.js'
import { ConnectorError } from '../domain/connector.js'

/** A server that will not give a page of the size asked for may give a smaller one. */
const SMALLER = 5
const SMALLEST = 20
const TIME_LIMIT = 3
const SIZE_LIMIT = 4
const ADMIN_LIMIT = 11

export type PagedSearch = Omit<LdapSearch, 'sizeLimit' | 'controls'>

/**
 * A whole search, page by page, each within its own time. Limits are the server's to set: a smaller page is tried as long
 * as nothing was handed out; after that the read fails, because a read that was cut short must never pass for a whole one.
 * A page is the caller's to empty: what it leaves in it stays in memory until the next one has come.
 */
export async function* pagedRead(lease: LdapLease, search: PagedSearch, request: FeedRequest): AsyncGenerator<LdapEntry[]> {
  for (let pageSize = request.pageSize; ; pageSize = Math.max(SMALLEST, Math.floor(pageSize / SMALLER))) {
    let given = 0
    try {
      for await (const page of lease.pages(search, pageSize, () => new Date(Date.now() + request.pageMs))) {
        request.signal.throwIfAborted()
        given += page.length
        yield page
      }
      return
    } catch (error) {
      const limit = limitOf(error)
      if (limit === null) throw error
      if (given > 0 || pageSize <= SMALLEST) {
        throw new ConnectorError('throttled', `cut short after ${given} entries below ${search.base} by the server's ${limit} limit for the service account`)
      }
    }
  }
}

const NAME_OF: Readonly<Record<number, string>> = { [TIME_LIMIT]: 'time', [SIZE_LIMIT]: 'size', [ADMIN_LIMIT]: 'administrative' }
const limitOf = (error: unknown): string | null => (error instanceof LdapFailure && error.code !== null ? NAME_OF[error.code] ?? null : null)

/** Values that are text as text; bytes that are none as `hex:`, so that they compare and can be stored. */
export function comparableValue(value: Buffer): string {
  const text = value.toString('utf8')
  const isText = !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text)
  return isText ? text : `hex:${value.toString('hex')}`
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f]+/g
/** UTF-16 units; Postgres refuses the first half of a pair. */
const LONGEST = 400
const HALF_A_CHARACTER = /[\ud800-\udbff]$/

/** What Postgres cannot keep is no name: control characters go, and an empty rest is none. Called a million times an import. */
export function plainText(text: string | null): string | null {
  if (text === null || text === '') return null
  const plain = text.replace(CONTROL, ' ').trim()
  if (plain === '') return null
  return plain.length > LONGEST ? plain.slice(0, LONGEST).replace(HALF_A_CHARACTER, '') : plain
}
export function plainTexts(texts: readonly string[]): string[] {
  if (texts.length === 0) return []
  return [...new Set(texts.map(plainText))].filter((text) => text !== null)
}
