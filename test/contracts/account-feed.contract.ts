import { randomUUID } from 'node:crypto'
import { CursorExpired, type DirectoryConnector, type FeedAccount, type FeedPage, type FeedRequest } from '../../src/modules/directories/index.js'

export type FeedPerson = { readonly nativeId: string; readonly login: string; readonly dn: string }
/** One directory with an administrator. Others may work in it at the same time: only one's own people are looked at. */
export type FeedFixture = {
  readonly connector: DirectoryConnector
  /** An attribute of the kind that may join accounts to people, with two values where the directory can hold them. */
  readonly joining: { readonly attribute: string; readonly values: readonly string[] }
  /** Kinds that keep contacts and places. The built-in directory keeps neither. */
  readonly rich: boolean
  create(): Promise<FeedPerson>
  disable(person: FeedPerson): Promise<void>
  rename(person: FeedPerson, login: string): Promise<FeedPerson>
  remove(person: FeedPerson): Promise<void>
  protect(person: FeedPerson): Promise<void>
  setMail(person: FeedPerson, addresses: readonly string[]): Promise<void>
  moveOut(person: FeedPerson): Promise<void>
  close(): Promise<void>
}

export const feedRequest = (changes: Partial<FeedRequest> = {}): FeedRequest =>
  ({ correlationId: randomUUID(), pageMs: 10_000, pageSize: 100, signal: new AbortController().signal, correlation: [], ...changes })

/** All pages of a read as one; the last one must say that it is. */
export async function gathered(pages: AsyncIterable<FeedPage>) {
  const accounts = new Map<string, FeedAccount>()
  const named = new Set<string>()
  const gone = new Set<string>()
  let last: FeedPage | null = null
  for await (const page of pages) {
    expect(last?.complete ?? false).toBe(false)
    for (const account of page.accounts) accounts.set(account.nativeId, account)
    for (const key of [...page.seen, ...page.accounts.map(({ nativeId }) => nativeId)]) named.add(key)
    for (const key of page.gone) gone.add(key)
    last = page
  }
  const isGone = (key: string): boolean => gone.has(key) || (last!.complete && !named.has(key))
  return { accounts, isGone, cursor: last!.cursor!, complete: last!.complete }
}

/** What `watchChanges` promises (account-feed.ts), over a real directory of each kind. */
export function describeAccountFeed(name: string, open: () => Promise<FeedFixture>): void {
  describe(`account feed: ${name}`, () => {
    let fixture: FeedFixture
    beforeAll(async () => { fixture = await open() })
    afterAll(() => fixture.close())

    const readAll = (changes?: Partial<FeedRequest>) => gathered(fixture.connector.feed!.readAll(feedRequest(changes)))
    const changes = (cursor: string, wish?: Partial<FeedRequest>) => gathered(fixture.connector.feed!.readChanges(cursor, feedRequest(wish)))

    it('declares that it can be watched', () => expect(fixture.connector.capabilities.has('watchChanges')).toBe(true))

    it('reads everybody, page by page, and ends with a mark', async () => {
      const people = [await fixture.create(), await fixture.create(), await fixture.create()]
      const sizes: number[] = []
      const watched = async function* () {
        for await (const page of fixture.connector.feed!.readAll(feedRequest({ pageSize: 2 }))) {
          sizes.push(page.accounts.length)
          yield page
        }
      }
      const { accounts, complete, cursor } = await gathered(watched())
      expect(complete).toBe(true)
      expect(cursor).toEqual(expect.any(String))
      expect(Math.max(...sizes)).toBeLessThanOrEqual(2)
      for (const { nativeId, login } of people) {
        expect(accounts.get(nativeId)).toMatchObject({ nativeId, enabled: true, locked: false, privileged: false, mustChange: false })
        expect(accounts.get(nativeId)!.logins[0]).toBe(login)
      }
    })

    it('hands over every value of an attribute that joins', async () => {
      const { joining } = fixture
      const person = await fixture.create()
      const { accounts } = await readAll({ correlation: [joining.attribute] })
      const found = accounts.get(person.nativeId)!.correlation[joining.attribute]!
      expect([...found].sort()).toEqual([...(joining.values.length > 0 ? joining.values : [person.login])].sort())
    })

    it('shows a change, a new login, a disabled and a new person to the next read of changes', async () => {
      const [disabled, renamed, same] = [await fixture.create(), await fixture.create(), await fixture.create()]
      const { cursor } = await readAll()
      await fixture.disable(disabled)
      const login = `r${randomUUID().slice(0, 15)}`
      await fixture.rename(renamed, login)
      const born = await fixture.create()
      const { accounts, isGone } = await changes(cursor)
      expect(accounts.get(disabled.nativeId)).toMatchObject({ enabled: false })
      expect(accounts.get(renamed.nativeId)!.logins[0]).toBe(login)
      expect(accounts.get(born.nativeId)).toMatchObject({ enabled: true })
      expect([disabled, renamed, same, born].filter(({ nativeId }) => isGone(nativeId))).toEqual([])
    })

    it('shows who was deleted as gone, and nobody else', async () => {
      const [deleted, kept] = [await fixture.create(), await fixture.create()]
      const { cursor } = await readAll()
      await fixture.remove(deleted)
      const after = await changes(cursor)
      expect(after.isGone(deleted.nativeId)).toBe(true)
      expect(after.isGone(kept.nativeId)).toBe(false)
      const whole = await readAll()
      expect(whole.isGone(deleted.nativeId)).toBe(true)
      expect(whole.isGone(kept.nativeId)).toBe(false)
    })

    it('shows who became protected by somebody else’s doing', async () => {
      const person = await fixture.create()
      const { cursor, accounts } = await readAll()
      expect(accounts.get(person.nativeId)).toMatchObject({ privileged: false })
      await fixture.protect(person)
      expect((await changes(cursor)).accounts.get(person.nativeId)).toMatchObject({ privileged: true })
      expect((await readAll()).accounts.get(person.nativeId)).toMatchObject({ privileged: true })
    })

    it('goes on from the mark of a read of changes', async () => {
      const person = await fixture.create()
      const first = await readAll()
      const second = await changes(first.cursor)
      await fixture.disable(person)
      const third = await changes(second.cursor)
      expect(third.accounts.get(person.nativeId)).toMatchObject({ enabled: false })
    })

    it('says that a mark of somebody else is of no use', async () => {
      for (const cursor of ['', '{}', 'x', JSON.stringify({ scope: 'another', since: '20260101000000Z' })]) {
        await expect(changes(cursor)).rejects.toBeInstanceOf(CursorExpired)
      }
    })

    it('stops between pages when it is told to', async () => {
      await fixture.create()
      await fixture.create()
      const stop = new AbortController()
      const pages = fixture.connector.feed!.readAll(feedRequest({ pageSize: 1, signal: stop.signal }))[Symbol.asyncIterator]()
      await pages.next()
      stop.abort(new Error('enough'))
      await expect((async () => {
        for (;;) if ((await pages.next()).done) return
      })()).rejects.toThrow('enough')
    })

    it('gives its connection back when nobody asks for more', async () => {
      for (let round = 0; round < 6; round += 1) {
        for await (const page of fixture.connector.feed!.readAll(feedRequest({ pageSize: 1 }))) {
          expect(page.accounts.length).toBeLessThanOrEqual(1)
          break
        }
      }
      expect((await readAll()).complete).toBe(true)
    })

    describe('contacts and places', () => {
      it('shows every address, a changed one, and none when it was taken away', async () => {
        if (!fixture.rich) return
        const person = await fixture.create()
        const addresses = [`${person.login}@example.test`, `${person.login}@other.test`]
        await fixture.setMail(person, addresses.slice(0, 1))
        const first = await readAll()
        expect(first.accounts.get(person.nativeId)!.mail).toEqual(addresses.slice(0, 1))
        await fixture.setMail(person, addresses.slice(1))
        const second = await changes(first.cursor)
        expect(second.accounts.get(person.nativeId)!.mail).toEqual(addresses.slice(1))
        await fixture.setMail(person, [])
        expect((await changes(second.cursor)).accounts.get(person.nativeId)!.mail).toEqual([])
      })

      it('shows who was moved out of what it covers as gone', async () => {
        if (!fixture.rich) return
        const person = await fixture.create()
        const { cursor } = await readAll()
        await fixture.moveOut(person)
        expect((await changes(cursor)).isGone(person.nativeId)).toBe(true)
        expect((await readAll()).isGone(person.nativeId)).toBe(true)
      })
    })
  })
}
