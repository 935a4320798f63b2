import { randomUUID } from 'node:crypto'
import { openImportWorld, type ImportWorld } from '../../medium/identity-import/import-world.js'
import type { ConnectorFactory } from '../../../src/modules/directories/index.js'

/** A place of its own in a real directory, and hands to work in it. */
export type Place = {
  readonly factory: ConnectorFactory
  readonly kind: string
  readonly settings: Record<string, unknown>
  readonly secrets: Record<string, string>
  /** An attribute that joins, and a second value of it where it can have more. */
  readonly joining: string
  add(login: string, attributes?: Record<string, string | string[] | Buffer>): Promise<string>
  set(dn: string, attribute: string, values: (string | Buffer)[]): Promise<void>
  disable(dn: string): Promise<void>
  rename(dn: string, login: string): Promise<string>
  /** Within what is covered, into another unit. */
  moveInside(dn: string): Promise<string>
  moveOut(dn: string): Promise<string>
  moveBack(dn: string): Promise<string>
  remove(dn: string): Promise<void>
  close(): Promise<void>
}

/** Bytes that are no text, as a badge number may be. */
export const BADGE = Buffer.from([0xff, 0x00, 0x80, 0x41, 0x0a])
export const nameIn = (dn: string): string => dn.split(/(?<!\\),/)[0]!

type Moves = Pick<Place, 'moveInside' | 'moveOut' | 'moveBack'>

/** A unit of the test's own with one inside it, and one beside it that is not covered. `move` keeps the name of what it moves. */
export async function ownUnits(
  kind: { rdn: 'OU' | 'ou'; below: string; addUnit(dn: string, name: string): Promise<unknown>; move(dn: string, to: string): Promise<unknown> },
): Promise<{ base: string } & Moves> {
  const unit = (name: string, below: string): string => `${kind.rdn}=${name},${below}`
  const [base, elsewhere] = ['i', 'e'].map((letter) => unit(`${letter}${randomUUID().slice(0, 8)}`, kind.below)) as [string, string]
  const inner = unit('inner', base)
  for (const dn of [base, elsewhere, inner]) await kind.addUnit(dn, nameIn(dn).slice(3))
  const to = (below: string) => async (dn: string): Promise<string> => {
    const moved = `${nameIn(dn)},${below}`
    await kind.move(dn, moved)
    return moved
  }
  return { base, moveInside: to(inner), moveOut: to(elsewhere), moveBack: to(base) }
}

/** People of a real directory on a real Postgres: what every kind has to bring about. */
export function describeImport(name: string, open: () => Promise<Place>, binaryAttribute: string): void {
  describe(`an import from ${name}`, () => {
    let place: Place
    let world: ImportWorld
    let id: string
    beforeAll(async () => {
      place = await open()
      world = await openImportWorld([place.factory], { pageSize: 7 })
    })
    afterAll(async () => {
      await world.close()
      await place.close()
    })
    const known = async (login: string) => {
      const person = await world.personOf(login)
      return { person, account: (await world.people.listAccounts(world.database, person.id))[0] }
    }

    it('reads everybody first, with addresses, numbers, several values and bytes', async () => {
      id = await world.configure({ kind: place.kind, settings: place.settings, secrets: place.secrets })
      await world.configuration.save(world.database, id, {
        correlation: [{ account: binaryAttribute, person: 'badge' }, { account: place.joining, person: 'number' }], mailboxesBehind: ['example.test'],
      })
      await place.add('aino', { givenName: 'Äinö', sn: 'O\'Brien, "x"', mail: 'aino@example.test', mobile: '040 123 0042', [place.joining]: ['4711', 'B/42'], [binaryAttribute]: BADGE })
      for (let n = 0; n < 40; n += 1) await place.add(`filler${n}`)
      const run = await world.import(id)
      expect(run).toMatchObject({ state: 'completed', kind: 'full', read: 41, added: 41, unmatched: 0 })
      const { person, account } = await known('aino')
      expect(person).toMatchObject({ givenName: 'Äinö', familyName: 'O\'Brien, "x"' })
      expect(account).toMatchObject({ login: 'aino', enabled: true, privileged: false })
      expect(await world.people.listContactPoints(world.database, person.id)).toMatchObject([
        { kind: 'mail', value: 'aino@example.test', behindAccount: true, recentlyChanged: false }, { kind: 'phone', value: '+358401230042', recentlyChanged: false },
      ])
      expect((await world.query<{ value: string }>('SELECT value FROM account_key WHERE account_id = $1 ORDER BY value', [account!.id])).map(({ value }) => value))
        .toEqual(['4711', 'b/42', `hex:${BADGE.toString('hex')}`])
      expect((await world.import(id))).toMatchObject({ kind: 'full', unchanged: 41, changed: 0, gone: 0 })
    })

    it('finds what changed by the next read of changes: a value, a name, a place, the switch', async () => {
      const dns = { changed: await place.add('i-changed', { mail: 'old@example.test' }), renamed: await place.add('i-renamed'), moved: await place.add('i-moved'), disabled: await place.add('i-disabled') }
      expect(await world.import(id, 'incremental')).toMatchObject({ kind: 'incremental', state: 'completed', added: 4 })
      const before = (await known('i-renamed')).person.id
      await place.set(dns.changed, 'mail', ['new@example.test'])
      const renamed = await place.rename(dns.renamed, 'i-renamed-again')
      await place.moveInside(dns.moved)
      await place.disable(dns.disabled)
      const run = await world.import(id, 'incremental')
      expect(run).toMatchObject({ state: 'completed', added: 0, gone: 0 })
      expect(run.changed).toBeGreaterThanOrEqual(4)
      expect((await world.people.listContactPoints(world.database, (await known('i-changed')).person.id))[0]).toMatchObject({ value: 'new@example.test', recentlyChanged: true })
      expect((await known('i-renamed-again')).person.id).toBe(before)
      await expect(world.personOf('i-renamed')).rejects.toThrow('none')
      expect((await known('i-disabled')).account).toMatchObject({ enabled: false })
      expect(await world.query('SELECT dn FROM account WHERE login = $1', ['i-moved'])).not.toEqual([{ dn: dns.moved }])
      await place.remove(renamed)
      expect(await world.import(id, 'incremental')).toMatchObject({ state: 'completed', gone: 1 })
    })

    it('finds who was deleted or moved out by the next read of changes, and who came back', async () => {
      const deleted = await place.add('deleted')
      const left = await place.add('left')
      await world.import(id, 'incremental')
      const before = (await known('left')).person.id
      await place.remove(deleted)
      const outside = await place.moveOut(left)
      expect(await world.import(id, 'incremental')).toMatchObject({ state: 'completed', gone: 2 })
      await expect(world.personOf('deleted')).rejects.toThrow('none')
      await place.moveBack(outside)
      expect(await world.import(id, 'incremental')).toMatchObject({ state: 'completed', gone: 0 })
      expect((await known('left')).person.id).toBe(before)
    })

    it('gives two entries with one number to one person and to nobody', async () => {
      await place.add('first', { [place.joining]: '999' })
      await world.import(id, 'incremental')
      await place.add('second', { [place.joining]: '999' })
      expect(await world.import(id, 'incremental')).toMatchObject({ unmatched: 1, added: 0 })
      expect(await world.query('SELECT login, unmatched FROM account WHERE unmatched IS NOT NULL')).toEqual([{ login: 'second', unmatched: 'taken' }])
    })

    it('stops when more than five of a hundred are gone, and goes on when somebody says that it is true', async () => {
      for (let n = 0; n < 6; n += 1) {
        const [row] = await world.query<{ dn: string }>('SELECT dn FROM account WHERE login = $1', [`filler${n}`])
        await place.remove(row!.dn)
      }
      expect(await world.import(id, 'incremental')).toMatchObject({ state: 'needs-confirmation', gone: 6 })
      expect(await world.personOf('filler0')).toBeDefined()
      expect(await world.import(id, 'incremental', { confirmGone: true })).toMatchObject({ state: 'completed', gone: 6 })
      await expect(world.personOf('filler0')).rejects.toThrow('none')
    })
  })
}
