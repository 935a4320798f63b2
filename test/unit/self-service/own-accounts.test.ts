import type { DomainError } from '../../../src/kernel/domain-error.js'
import type { AccountOperation, AccountState, Capability, Directories, DirectoryConnection, Workflow } from '../../../src/modules/directories/index.js'
import { ConnectorError } from '../../../src/modules/directories/index.js'
import { stepsOf } from '../../../src/modules/directories/domain/event-task.js'
import type { Account, People } from '../../../src/modules/identity/index.js'
import { OwnAccounts } from '../../../src/modules/self-service/domain/own-accounts.js'
import { SelfServiceSettings } from '../../../src/modules/self-service/self-service-settings.js'
import type { Queryable } from '../../../src/platform/database/database.js'

const ON = {} as Queryable
type Given = { name?: string; enabled?: boolean; capabilities?: Capability[]; switchedOff?: string[]; lookup?: () => Promise<AccountState> }
const account = (id: string, facts: Partial<Account> = {}): Account =>
  ({ id, personId: 'p', directoryId: 'd1', nativeId: `native ${id}`, login: `login-${id}`, enabled: true, privileged: false, ...facts })
const state = (facts: Partial<AccountState> = {}): AccountState => ({
  ref: { nativeId: 'n', login: 'l' }, displayName: null, enabled: true, accountExpired: false, locked: false, lockedAt: null, unlocksAt: null,
  wrongPasswords: 0, mustChange: false, passwordSetAt: null, passwordExpiresAt: null, passwordExpired: false, protected: false,
  protectedBecause: null, passwordMarker: '1', ...facts,
})

/** The real class over a list of accounts and directories that answer as told. */
function own(accounts: Account[], directories: Record<string, Given>): OwnAccounts {
  const people = { listAccounts: async () => accounts } as unknown as People
  const of = (id: string): Given => directories[id]!
  const registry = {
    list: () => Object.entries(directories).map(([id, { name, enabled }]) => (
      { id, kind: 'test', name: name ?? id, description: `what ${id} opens`, signIn: true, enabled: enabled ?? true, position: 0 })),
    capabilities: (id: string) => new Set<Capability>(of(id).capabilities ?? ['reset', 'change', 'unlock']),
    switchedOff: (id: string, operation: AccountOperation, workflow: Workflow) =>
      stepsOf(operation, workflow).find((step) => of(id).switchedOff?.includes(step)) ?? null,
    use: (id: string, _context: object, work: (connection: DirectoryConnection) => Promise<unknown>) =>
      work({ lookup: of(id).lookup ?? (async () => state()) } as DirectoryConnection),
  } as unknown as Directories
  return new OwnAccounts(people, registry, new SelfServiceSettings())
}
const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'nothing', (error: unknown) => (error as DomainError).code)
const RESET = { live: false, preselect: 'all', correlationId: 'c' } as const

describe('the accounts a page shows', () => {
  it('are open and chosen when nothing stands in the way', async () => {
    const [view] = await own([account('a')], { d1: { name: 'Windows and email' } }).views(ON, 'p', 'reset', RESET)
    expect(view).toEqual({
      id: 'a', directory: 'Windows and email', description: 'what d1 opens', login: 'login-a', selectable: true, preselected: true, closed: null,
      lock: null, passwordExpiresAt: null, passwordExpired: false, mustChange: false,
    })
  })

  it.each([
    ['ACCOUNT_DISABLED', { enabled: false }, {}],
    ['OPERATION_NOT_SUPPORTED', {}, { capabilities: ['change', 'unlock'] as Capability[] }],
    ['ACCOUNT_DISABLED', { enabled: false }, { capabilities: [] as Capability[] }],
  ])('are closed with %s and the name people know', async (code, facts, directory) => {
    const [view] = await own([account('a', facts)], { d1: { name: 'Windows and email', ...directory } }).views(ON, 'p', 'reset', RESET)
    expect(view).toMatchObject({ selectable: false, preselected: false, closed: { code, params: { directory: 'Windows and email' } } })
  })

  it('are closed for the step whose event task is switched off, and for no other', async () => {
    const found = own([account('a')], { d1: { switchedOff: ['reset'] } })
    expect(await found.views(ON, 'p', 'reset', RESET)).toMatchObject([{ selectable: false, closed: { code: 'OPERATION_NOT_SUPPORTED' } }])
    expect(await codeOf(found.choose(ON, 'p', 'reset', ['a']))).toBe('OPERATION_NOT_SUPPORTED')
    expect(await found.views(ON, 'p', 'unlock', RESET)).toMatchObject([{ selectable: true }])
    expect(await found.views(ON, 'p', 'change', RESET)).toMatchObject([{ selectable: true }])
  })

  it('are closed for everything where nobody may look at the live account', async () => {
    const found = own([account('a')], { d1: { switchedOff: ['verify'] } })
    for (const operation of ['reset', 'change', 'unlock'] as const) {
      expect(await found.views(ON, 'p', operation, RESET)).toMatchObject([{ selectable: false, closed: { code: 'OPERATION_NOT_SUPPORTED' } }])
    }
  })

  it('do not include protected ones, nor those of a directory that is switched off', async () => {
    const found = own(
      [account('a', { privileged: true }), account('b', { directoryId: 'd2' }), account('c')], { d1: {}, d2: { enabled: false } },
    )
    expect((await found.views(ON, 'p', 'reset', RESET)).map(({ id }) => id)).toEqual(['c'])
  })

  it('leave out those of a directory this process does not know', async () => {
    const found = own([account('a', { directoryId: 'd-elsewhere' }), account('b')], { d1: {} })
    expect((await found.views(ON, 'p', 'reset', RESET)).map(({ id }) => id)).toEqual(['b'])
  })

  it('preselect the account one signed in with, and only while it is open', async () => {
    const options = { ...RESET, preselect: 'b' }
    const both = await own([account('a'), account('b')], { d1: {} }).views(ON, 'p', 'change', options)
    expect(both.map(({ preselected }) => preselected)).toEqual([false, true])
    const [closed] = await own([account('b', { enabled: false })], { d1: {} }).views(ON, 'p', 'change', options)
    expect(closed!.preselected).toBe(false)
  })

  it('carry the live lock, and what is silent stays as on record beside what answers', async () => {
    const [lockedAt, unlocksAt, expires] = [new Date(1_000), new Date(2_000), new Date(3_000)]
    const found = own([account('a'), account('b', { directoryId: 'd2' })], {
      d1: { lookup: async () => state({ locked: true, lockedAt, unlocksAt, wrongPasswords: 10, mustChange: true, passwordExpiresAt: expires, passwordExpired: true }) },
      d2: { lookup: () => Promise.reject(new ConnectorError('unreachable', 'gone')) },
    })
    const [answers, silent] = await found.views(ON, 'p', 'unlock', { ...RESET, live: true })
    expect(answers).toMatchObject({
      lock: { locked: true, since: lockedAt.toISOString(), unlocksAt: unlocksAt.toISOString(), wrongPasswords: 10 },
      mustChange: true, passwordExpired: true, passwordExpiresAt: expires.toISOString(),
    })
    expect(silent).toMatchObject({ selectable: true, lock: null, mustChange: false, passwordExpired: false })
  })

  it('ask no directory when nobody needs the live state', async () => {
    const lookup = () => Promise.reject(new Error('asked'))
    let asked = 0
    await own([account('a')], { d1: { lookup: () => { asked += 1; return lookup() } } }).views(ON, 'p', 'reset', RESET)
    expect(asked).toBe(0)
  })
})

describe('the accounts of a write', () => {
  const two = () => own([account('a'), account('b')], { d1: {} })

  it('are exactly those that were named, each once', async () => {
    expect((await two().choose(ON, 'p', 'reset', ['b', 'a', 'b'])).map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it.each([
    ['NO_ACCOUNT', 'somebody else’s among them', ['a', 'foreign']],
    ['NO_ACCOUNT', 'a made-up one', ['nothing']],
  ])('are refused as a whole with %s for %s', async (code, _what, ids) => {
    expect(await codeOf(two().choose(ON, 'p', 'reset', ids))).toBe(code)
  })

  it('are refused with the reason of the first closed one', async () => {
    const mixed = own([account('a'), account('b', { enabled: false }), account('c', { privileged: true })], { d1: {} })
    expect(await codeOf(mixed.choose(ON, 'p', 'reset', ['a', 'b']))).toBe('ACCOUNT_DISABLED')
    // a protected account is answered like one that is not there
    expect(await codeOf(mixed.choose(ON, 'p', 'reset', ['a', 'c']))).toBe('NO_ACCOUNT')
    const unsupported = own([account('a')], { d1: { capabilities: ['reset'] } })
    expect(await codeOf(unsupported.choose(ON, 'p', 'unlock', ['a']))).toBe('OPERATION_NOT_SUPPORTED')
    expect(await codeOf(unsupported.choose(ON, 'p', 'reset', ['a']))).toBe('nothing')
  })
})

describe('the accounts of somebody signed in', () => {
  const expires = new Date('2026-12-03T12:04:00.000Z')
  const TOLD = { expiresAt: expires.toISOString(), expired: false, mustChange: false }
  const page = (known: Parameters<OwnAccounts['signedInViews']>[2]['known']) => ({ preselect: 'a', correlationId: 'c', known })

  it('say when their passwords expire, each asked once; one whose directory is silent is asked again with the next page', async () => {
    const asked: string[] = []
    let isSilent = true
    const found = own([account('a'), account('b', { directoryId: 'd2' })], {
      d1: { lookup: async () => { asked.push('a'); return state({ passwordExpiresAt: expires }) } },
      d2: {
        lookup: async () => {
          asked.push('b')
          if (isSilent) throw new ConnectorError('unreachable', 'away')
          return state({ mustChange: true })
        },
      },
    })
    const first = await found.signedInViews(ON, 'p', page({}))
    expect(first.accounts).toMatchObject([{ id: 'a', preselected: true, passwordExpiresAt: expires.toISOString() }, { id: 'b', preselected: false, passwordExpiresAt: null, mustChange: false }])
    expect(first.facts).toEqual({ a: TOLD })
    isSilent = false
    const second = await found.signedInViews(ON, 'p', page(first.facts))
    expect(second.accounts).toMatchObject([{ passwordExpiresAt: expires.toISOString() }, { mustChange: true }])
    const third = await found.signedInViews(ON, 'p', page(second.facts))
    expect(third).toEqual(second)
    expect(asked).toEqual(['a', 'b', 'b'])
  })

  it('tell nothing of an account that is not theirs any more', async () => {
    const { accounts, facts } = await own([account('a')], { d1: {} }).signedInViews(ON, 'p', page({ a: TOLD, gone: TOLD }))
    expect([accounts.map(({ id }) => id), Object.keys(facts)]).toEqual([['a'], ['a']])
  })
})
