import { newId } from '../../../src/kernel/ids.js'
import { IdentitySettings, identityEntities, People, RegisterPerson } from '../../../src/modules/identity/index.js'
import { PersonRegistry } from '../../../src/modules/identity/persistence/person.registry.js'
import { PersonStore } from '../../../src/modules/identity/persistence/person.store.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const settings = new IdentitySettings()
const people = new People(new PersonStore(), settings)
const register = new RegisterPerson(new PersonRegistry(), settings)
let test: TestDatabase
let directoryId: string

beforeAll(async () => {
  test = await openTestDatabase({ entities: identityEntities })
  directoryId = newId()
  await test.owner.execute(`INSERT INTO directory (id, kind, name) VALUES ($1, 'local', 'Windows and email')`, [directoryId])
})
afterAll(() => test.close())

function add(login: string, more: Partial<Parameters<RegisterPerson['register']>[1]> = {}): Promise<string> {
  return test.database.transaction((tx) =>
    register.register(tx, {
      givenName: 'Aino', familyName: 'Korhonen', language: 'fi',
      accounts: [{ directoryId, nativeId: newId(), login }], contacts: [], ...more,
    }),
  )
}

describe('finding a person', () => {
  it('finds one by login name, mail and phone in every spelling', async () => {
    const id = await add('aino.korhonen', {
      contacts: [
        { kind: 'mail', value: 'Aino.Korhonen@Norrhavn.Example', source: 'test', behindAccount: true },
        { kind: 'phone', value: '+358 40 123 0042', source: 'test' },
      ],
    })
    for (const typed of ['AINO.KORHONEN', 'norrhavn\\aino.korhonen', 'aino.korhonen@norrhavn.example', '040 1230042', '+358401230042']) {
      expect(await people.resolve(test.database, typed)).toMatchObject({ found: 'one', person: { id } })
    }
  })

  it('finds nobody for a name nobody has', async () => {
    expect(await people.resolve(test.database, 'nobody.at.all')).toEqual({ found: 'none' })
  })

  it('does not choose between two people who share a mailbox', async () => {
    const shared = [{ kind: 'mail' as const, value: 'family@posti.example', source: 'test' }]
    await add('anna.laine', { contacts: shared })
    await add('antti.laine', { contacts: shared })
    expect(await people.resolve(test.database, 'family@posti.example')).toEqual({ found: 'several' })
    expect(await people.resolve(test.database, 'anna.laine')).toMatchObject({ found: 'one' })
  })

  it('treats hostile input as text', async () => {
    for (const typed of ["' OR 1=1 --", '%', '*', '${jndi:x}', '\u202Eaino', '🙂']) {
      expect(await people.resolve(test.database, typed)).toEqual({ found: 'none' })
    }
  })
})

describe('contacts', () => {
  it('marks one changed yesterday, and not one first seen today', async () => {
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000)
    const id = await add('emma.salo', {
      contacts: [
        { kind: 'mail', value: 'emma.new@posti.example', source: 'test', changedAt: yesterday },
        { kind: 'mail', value: 'emma@posti.example', source: 'test' },
        { kind: 'mail', value: 'emma.old@posti.example', source: 'test', changedAt: new Date(Date.now() - 73 * 60 * 60 * 1000) },
      ],
    })
    expect((await people.listContactPoints(test.database, id)).map((contact) => contact.recentlyChanged)).toEqual([true, false, false])
  })
})

describe('a person on record', () => {
  it('is privileged while one account is', async () => {
    const id = await add('sari.virtanen', { accounts: [
      { directoryId, nativeId: newId(), login: 'sari.virtanen' }, { directoryId, nativeId: newId(), login: 'adm-svirtanen', privileged: true },
    ] })
    expect((await people.getPerson(test.database, id)).privileged).toBe(true)
  })

  it('gives the words a password must not be made of', async () => {
    const id = await add('mikael.sundstrom', { givenName: 'Mikael', familyName: 'Sundström', contacts: [{ kind: 'mail', value: 'misu@posti.example', source: 'test' }] })
    expect(await people.personWords(test.database, id)).toEqual(['Mikael', 'Sundström', 'Mikael Sundström', 'mikael.sundstrom', 'misu'])
  })

  it('is frozen only until the freeze ends', async () => {
    const id = await add('frozen.person')
    await test.owner.execute(`UPDATE person SET frozen_until = now() + interval '1 hour' WHERE id = $1`, [id])
    expect((await people.getPerson(test.database, id)).frozenUntil).toBeInstanceOf(Date)
    await test.owner.execute(`UPDATE person SET frozen_until = now() - interval '1 second' WHERE id = $1`, [id])
    expect((await people.getPerson(test.database, id)).frozenUntil).toBeNull()
  })

  it('cannot be locked by two writers at once', async () => {
    const id = await add('two.writers')
    const order: string[] = []
    let entered!: () => void
    const first = new Promise<void>((resolve) => (entered = resolve))
    const one = test.database.transaction(async (tx) => {
      await people.lockPerson(tx, id)
      entered()
      await waitForLockWaiter()
      order.push('first')
    })
    await first
    const two = test.database.transaction(async (tx) => {
      await people.lockPerson(tx, id)
      order.push('second')
    })
    await Promise.all([one, two])
    expect(order).toEqual(['first', 'second'])
  })
})

/** Returns once some session of this database waits for a lock. */
async function waitForLockWaiter(): Promise<void> {
  for (;;) {
    const [row] = await test.owner.query<{ waiting: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())) AS waiting`,
    )
    if (row?.waiting) return
  }
}
