import { randomUUID } from 'node:crypto'
import { SecretText } from '../../src/kernel/secret-text.js'
import { ConnectorOpener } from '../../src/modules/directories/domain/connector-opener.js'
import { Directories, DirectoriesSettings, DirectoryConfiguration, type AccountRef, type ConnectorFactory } from '../../src/modules/directories/index.js'
import { DirectoryRecords } from '../../src/modules/directories/persistence/directory-records.js'
import { DIRECTORY, Workshop } from '../medium/provisioning/workshop.js'
import { FaultProxy, type Fault, type Interception } from './fault-proxy.js'

/** A directory that remembers passwords, behind a line that we can spoil. */
export type SpoiledDirectory = {
  readonly factory: ConnectorFactory
  /** As configured, with the line's address in it. */
  settingsAt(url: string): { settings: Record<string, unknown>; secrets: Record<string, string> }
  readonly server: { readonly host: string; readonly port: number }
  readonly interception: Interception
  createPerson(): Promise<{ ref: AccountRef; password: string }>
  /** By the administrator, past the line. */
  setElsewhere(ref: AccountRef, password: string): Promise<void>
  /** Asked past the line, with a client of its own. */
  accepts(ref: AccountRef, password: string): Promise<boolean>
  /** Something that changes with each effective write. */
  versionOf(ref: AccountRef): Promise<string>
  /** Whether history is asked at a reset; else only at a change. */
  readonly historyAtReset: boolean
  close(): Promise<void>
}

/** Short, so that waiting for an answer that never comes costs a second and not ten; long enough for a busy server. */
const SHORT = Object.assign(new DirectoriesSettings(), { operationMs: 1_500, connectMs: 1_400, totalMs: 4_000, failuresToOpen: 1_000, abandonedMs: 0 })
const never = new Promise<void>(() => undefined)

/** A reply that is lost on a real line to a real server: what the worker makes of it (decisions.md 6). */
export function describeLostReplies(name: string, open: () => Promise<SpoiledDirectory>): void {
  describe(`a lost reply: ${name}`, () => {
    let directory: SpoiledDirectory
    let proxy: FaultProxy
    let shop: Workshop
    beforeAll(async () => {
      directory = await open()
      proxy = await FaultProxy.start(directory.server, directory.interception)
    })
    beforeEach(async () => {
      proxy.requests.length = 0
      shop = await Workshop.open({ callBudgetMs: 4_000 }, async ({ database }, keys) => {
        const records = new DirectoryRecords(database)
        const opener = new ConnectorOpener(records, [directory.factory], keys)
        await new DirectoryConfiguration(records, opener, keys).save(database, {
          id: DIRECTORY, kind: directory.factory.kind, name: 'Windows and email', description: '', signIn: true, enabled: true, position: 0,
          ...directory.settingsAt(`ldaps://127.0.0.1:${proxy.port}`),
        })
        const directories = new Directories(opener, SHORT)
        await directories.reload()
        return directories
      })
    })
    afterEach(async () => {
      proxy.serve()
      await shop.directories.onApplicationShutdown()
      await shop.close()
    })
    afterAll(async () => {
      await proxy.close()
      await directory.close()
    })

    type Wish = { kind: 'reset' | 'change'; mustChange: boolean }
    const RESET: Wish = { kind: 'reset', mustChange: false }
    /** One task, taken by a worker whose write meets the fault. */
    const begin = async (wish: Wish, fault: Fault) => {
      const { ref, password } = await directory.createPerson()
      const before = await directory.versionOf(ref)
      const next = `Gx7-${randomUUID()}`
      const task = await shop.submit(ref, { ...wish, newPassword: new SecretText(next), ...(wish.kind === 'change' ? { currentPassword: new SecretText(password) } : {}) })
      const { step } = shop.worker()
      const planned = proxy.plan({ operation: 'modify' }, fault)
      await step()
      await planned.hit
      expect(await shop.task(task.id)).toMatchObject({ state: 'checking', hasSecret: true })
      const ask = async (): Promise<void> => {
        await shop.skipWaiting()
        await step()
      }
      return { ref, password, next, before, task, step, ask, planned }
    }
    const writes = (): number => proxy.requests.filter((operation) => operation === 'modify').length

    const applied: [string, Wish, Fault][] = [
      ['dropped, the line half-open', RESET, { kind: 'reply-dropped' }],
      ['dropped, of a reset that asks for a change', { kind: 'reset', mustChange: true }, { kind: 'reply-dropped' }],
      ['dropped, of a change by the owner', { kind: 'change', mustChange: false }, { kind: 'reply-dropped' }],
      ['lost with the line', RESET, { kind: 'reset-after' }],
      ['lost with the line, of a change by the owner', { kind: 'change', mustChange: false }, { kind: 'reset-after' }],
      ['coming at one byte a second', RESET, { kind: 'reply-trickled', msPerByte: 1_000 }],
      ['delayed beyond every deadline', RESET, { kind: 'reply-delayed', until: never }],
    ]
    it.each(applied)('%s: it was carried out, is told so, and was sent once', async (_how, wish, fault) => {
      const { ref, password, next, before, task, ask, planned } = await begin(wish, fault)
      await planned.answered
      await ask()
      expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded', changed: true, hasSecret: false, code: null, attempts: 1 })
      expect(await shop.attempts(task.id)).toMatchObject([{ result: 'succeeded', probes: 1 }])
      expect(writes()).toBe(1)
      expect(await directory.versionOf(ref)).not.toBe(before)
      expect(await directory.accepts(ref, next)).toBe(true)
      expect(await directory.accepts(ref, password)).toBe(false)
    })

    const lost: [string, Fault][] = [['the line breaks before', { kind: 'reset-before' }], ['it disappears on the way', { kind: 'request-dropped' }]]
    it.each(lost)('%s: it was not carried out, and is sent again only when that is proved', async (_how, fault) => {
      const { ref, next, before, task, ask, step } = await begin(RESET, fault)
      expect(await directory.versionOf(ref)).toBe(before)
      await ask()
      expect(await shop.task(task.id)).toMatchObject({ state: 'queued', hasSecret: true })
      expect(await shop.settle(step, task.id)).toMatchObject({ state: 'succeeded', attempts: 2 })
      expect(await shop.attempts(task.id)).toMatchObject([{ no: 1, result: 'not-applied', probes: 0 }, { no: 2, result: 'succeeded' }])
      expect(writes()).toBe(2)
      expect(await directory.accepts(ref, next)).toBe(true)
    })

    it('it lands after we gave up: met as ours, and not sent again', async () => {
      let land!: () => void
      const { ref, next, before, task, ask, planned } = await begin(RESET, { kind: 'request-delayed', until: new Promise<void>((done) => { land = done }) })
      expect(await directory.versionOf(ref)).toBe(before)
      land()
      await planned.answered
      await ask()
      expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded', attempts: 1 })
      expect(writes()).toBe(1)
      expect(await directory.accepts(ref, next)).toBe(true)
    })

    it('somebody else wrote in between: theirs stays, and ours is not sent again', async () => {
      const { ref, next, task, ask } = await begin(RESET, { kind: 'request-dropped' })
      const theirs = `Gx7-${randomUUID()}`
      await directory.setElsewhere(ref, theirs)
      await ask()
      expect(await shop.task(task.id)).toMatchObject({ state: 'failed', mayHaveChanged: false, code: 'ACTION_IN_PROGRESS' })
      expect(writes()).toBe(1)
      expect([await directory.accepts(ref, theirs), await directory.accepts(ref, next)]).toEqual([true, false])
    })

    it('the server is away when it is asked: still not known, until it is back', async () => {
      const { ref, next, task, ask, planned } = await begin(RESET, { kind: 'reset-after' })
      await planned.answered
      proxy.refuse()
      await ask()
      expect(await shop.task(task.id)).toMatchObject({ state: 'checking', code: 'CONNECTOR_UNAVAILABLE', hasSecret: true })
      proxy.serve()
      await ask()
      expect(await shop.task(task.id)).toMatchObject({ state: 'succeeded', attempts: 1 })
      expect(writes()).toBe(1)
      expect(await directory.accepts(ref, next)).toBe(true)
    })

    it('a second sending would have been refused as history, which is why it is never guessed', async () => {
      const { ref, password } = await directory.createPerson()
      const next = `Gx7-${randomUUID()}`
      const write = (current: string) => shop.directories.use(DIRECTORY, context(), (it) => it.setPassword!(ref, directory.historyAtReset
        ? { kind: 'reset', newPassword: new SecretText(next), mustChange: false }
        : { kind: 'change', newPassword: new SecretText(next), currentPassword: new SecretText(current) }, context()))
      await write(password)
      await expect(write(next)).rejects.toMatchObject({ reason: 'history', applied: 'no' })
    })
  })
}

const context = () => ({ deadline: new Date(Date.now() + 5_000), correlationId: randomUUID() })
