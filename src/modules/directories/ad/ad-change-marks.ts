import { z } from 'zod'
import { all, anyOf, DirSyncControl, equal, LdapFailure, not, type LdapEntry, type LdapFilter, type LdapLease } from '../../../integrations/ldap/index.js'
import { CursorExpired, type FeedRequest } from '../domain/account-feed.js'
import { ConnectorError } from '../domain/connector.js'
import { readEntry } from './ad-domain.js'
import { guidText } from './object-guid.js'

/**
 * Where a read of changes goes on. The replication cookie where the server gives one to our account, else its own
 * sequence number; both mean something only to the copy of the database (invocationId) that gave them.
 */
export const AdMark = z.object({
  scope: z.string(),
  server: z.string(),
  invocation: z.string(),
  cookie: z.string().nullable(),
  usn: z.string().regex(/^\d{1,20}$/),
}).strict()
export type AdMark = z.infer<typeof AdMark>

/** DirSync is refused: no such control (12), not to this account (50), not here (53), or not in this form (1, 2). */
const REFUSED: ReadonlySet<number | null> = new Set([1, 2, 12, 50, 53])
const PEOPLE_AND_PLACES = anyOf(
  all(equal('objectClass', 'user'), not(equal('objectClass', 'computer'))), equal('objectClass', 'organizationalUnit'),
)
const NOBODY = equal('objectClass', 'domainDNS')
/** Computed at the moment of the question: nothing that changes, and nothing DirSync takes. */
const COMPUTED = /^(msDS-User-Account-Control-Computed|objectGUID)$/i

export class AdChangeMarks {
  constructor(private readonly baseDn: string, private readonly request: FeedRequest) {}

  /** From now on. To be taken before a whole read begins, so that what changes meanwhile is seen again. */
  async now(lease: LdapLease, scope: string): Promise<AdMark> {
    const root = await lease.rootDse(['highestCommittedUSN', 'dsServiceName'], this.#deadline())
    const usn = root.text('highestCommittedUSN')
    const service = root.text('dsServiceName')
    const copy = service === null ? null : await readEntry(lease, service, ['invocationId'], this.#deadline())
    const invocation = copy?.bytes('invocationId')
    if (usn === null || !/^\d+$/.test(usn)) throw new ConnectorError('not-permitted', 'the server does not tell its highestCommittedUSN')
    return { scope, server: lease.server, invocation: invocation ? invocation.toString('hex') : 'unknown', cookie: await this.#freshCookie(lease), usn }
  }

  /** Throws unless it is still the copy that gave the mark. A restored copy starts a new invocation; another server is another one. */
  assertSameCopy(mark: AdMark, now: AdMark): void {
    if (mark.invocation !== now.invocation) throw new CursorExpired('another domain controller answers, or this one was restored')
    if (BigInt(now.usn) < BigInt(mark.usn)) throw new CursorExpired('the sequence of the domain controller went backwards')
  }

  /** objectGUIDs of what changed since the cookie, page by page. */
  async *since(lease: LdapLease, mark: AdMark & { cookie: string }, attributes: readonly string[]): AsyncGenerator<{ guids: string[]; cookie: string }> {
    let cookie: Buffer = Buffer.from(mark.cookie, 'base64')
    for (let more = true; more;) {
      this.request.signal.throwIfAborted()
      const answer = await this.#ask(lease, cookie, PEOPLE_AND_PLACES, ['name', 'whenCreated', 'objectClass', ...attributes.filter((name) => !COMPUTED.test(name))])
        .catch((error: unknown) => {
          if (isRefusal(error)) throw new CursorExpired(`the domain controller takes its own mark no more (${error.message})`)
          throw error
        })
      for (const entry of answer.entries) assertNoPlaceMoved(entry)
      cookie = answer.cookie
      more = answer.more
      yield { guids: answer.entries.flatMap(guidOf), cookie: cookie.toString('base64') }
    }
  }

  /** Null: not for our account, or not on this server. The filter finds hardly anything, but the mark moves to the end. */
  async #freshCookie(lease: LdapLease): Promise<string | null> {
    let cookie: Buffer = Buffer.alloc(0)
    try {
      for (let more = true; more;) {
        const answer = await this.#ask(lease, cookie, NOBODY, ['name'])
        cookie = answer.cookie
        more = answer.more
      }
      return cookie.toString('base64')
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  }

  async #ask(lease: LdapLease, cookie: Buffer, filter: LdapFilter, attributes: readonly string[]) {
    const control = new DirSyncControl(cookie)
    const entries = await lease.search({ base: this.baseDn, scope: 'sub', filter, attributes: [...new Set([...attributes, 'objectGUID'])], controls: [control] }, this.#deadline())
    if (!control.answer) throw new LdapFailure({ kind: 'refused', code: 12, diagnostic: 'no answer to the DirSync control' })
    return { entries, ...control.answer }
  }

  #deadline(): Date {
    return new Date(Date.now() + this.request.pageMs)
  }
}

/** objectClass is shown of what is new only; the name tells units from people, who are CN like plain containers. */
const isPlace = (entry: LdapEntry): boolean => /^OU=/i.test(entry.dn)

const isRefusal = (error: unknown): error is LdapFailure => error instanceof LdapFailure && error.kind === 'refused' && REFUSED.has(error.code)

function guidOf(entry: LdapEntry): string[] {
  const guid = entry.bytes('objectGUID')
  return guid?.length === 16 ? [guidText(guid)] : []
}

/**
 * Only what changed is shown. A place with a changed name that was not created just now was moved or renamed, and all the
 * people in it with it, without a trace on themselves.
 */
function assertNoPlaceMoved(entry: LdapEntry): void {
  if (isPlace(entry) && entry.has('name') && !entry.has('whenCreated')) throw new CursorExpired(`${entry.dn} was moved or renamed with everybody in it`)
}
