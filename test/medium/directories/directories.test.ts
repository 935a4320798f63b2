import { randomUUID } from 'node:crypto'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { ConnectorError, DirectoriesSettings, type CallContext, type SetPassword } from '../../../src/modules/directories/index.js'
import { NO_DECLARED_RULES } from '../../../src/modules/password-policy/index.js'
import { FaultyFactory } from './faulty-connector.js'
import { openDirectories } from './local-directory.js'

/** Small bounds: what is tested is that they hold, not how large they are. */
class Quick extends DirectoriesSettings {
  override readonly connectMs = 60
  override readonly operationMs = 60
  override readonly totalMs = 150
  override readonly parallel = 2
  override readonly queue = 1
  override readonly probeAfterMs: number = 40
  override readonly rulesCacheMs: number = 0
  override readonly pollMs = 20
}

class Patient extends Quick {
  override readonly probeAfterMs = 60_000
}

const soon = (ms = 5_000): CallContext => ({ deadline: new Date(Date.now() + ms), correlationId: randomUUID() })
const ref = { nativeId: 'n', login: 'n' }
const write: SetPassword = { kind: 'reset', newPassword: new SecretText('Kettle-7-harbour'), mustChange: false }
const hang = <T>(): Promise<T> => new Promise<T>(() => undefined)
const refuse = async (): Promise<never> => { throw new ConnectorError('unreachable', 'connection refused') }
/** A condition with a deadline, looked at as often as the event loop allows. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const end = Date.now() + 5_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come true within 5 s')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('Directories', () => {
  let world: Awaited<ReturnType<typeof openDirectories>>
  let faulty: FaultyFactory
  let id: string
  beforeEach(async () => {
    faulty = new FaultyFactory()
    world = await openDirectories({ settings: new Quick(), factories: [faulty] })
    id = await world.configure({ kind: 'faulty', settings: { host: 'directory.example' }, secrets: { secret: 'bind password' } })
  })
  afterEach(() => world.close())

  const lookup = (context = soon()) => world.directories.use(id, context, (it) => it.lookup(ref, context))
  const failing = (work: Promise<unknown>): Promise<ConnectorError> => work.then(() => { throw new Error('it succeeded') }, (error: ConnectorError) => error)
  const openCircuit = async () => {
    const good = faulty.connect
    faulty.connect = refuse
    for (let failure = 0; failure < 3; failure += 1) await failing(lookup())
    faulty.connect = good
  }

  describe('configuration', () => {
    it('lists what is configured, by position and name, without its settings', async () => {
      const second = await world.configure({ name: 'aaa first' })
      expect(world.directories.list().map((directory) => directory.id)).toEqual([second, id])
      expect(JSON.stringify(world.directories.list())).not.toContain('directory.example')
    })
    it('gives the connector its settings and its secrets, and keeps the secrets sealed', async () => {
      expect(faulty.reached.settings).toEqual([{ host: 'directory.example', secret: 'bind password' }])
      const [row] = await world.database.query<{ text: string }>('SELECT directory::text AS text FROM directory WHERE id = $1', [id])
      expect(row!.text).not.toContain('bind password')
      expect(row!.text).not.toContain(Buffer.from('bind password').toString('hex'))
    })
    it('refuses settings by the kind\'s own schema, naming the member and not its value', async () => {
      const failure = await failing(world.configure({ kind: 'faulty', settings: { hots: 'secret-value' } }))
      expect(failure).toMatchObject({ reason: 'bad-credentials', diagnostic: expect.stringContaining('host') })
      expect(failure.message).not.toContain('secret-value')
    })
    it('opens a changed directory anew and closes the old one', async () => {
      await world.configure({ id, kind: 'faulty', settings: { host: 'other.example' } })
      expect(faulty.reached.settings.at(-1)).toEqual({ host: 'other.example' })
      await until(() => faulty.reached.closes === 1)
    })
    it('notices what another process has changed', async () => {
      await world.database.execute(`UPDATE directory SET name = 'Renamed', revision = revision + 1 WHERE id = $1`, [id])
      await until(() => world.directories.get(id).name === 'Renamed')
    })
    it('keeps the others, opened, when one changes', async () => {
      await world.configure()
      expect(faulty.reached.opens).toBe(1)
    })
    it('lives with a directory it cannot open, and opens it once it is mended', async () => {
      await world.database.execute(`UPDATE directory SET settings = '{}', revision = revision + 1 WHERE id = $1`, [id])
      await world.directories.reload()
      expect(world.directories.capabilities(id).size).toBe(0)
      expect(await failing(lookup())).toMatchObject({ reason: 'bad-credentials', applied: 'no' })
      expect(world.directories.health(id)).toMatchObject({ state: 'up' })
      await world.configure({ id, kind: 'faulty', settings: { host: 'mended' } })
      expect(world.directories.capabilities(id).has('reset')).toBe(true)
    })
    it('does not call a directory that is switched off', async () => {
      await world.configure({ id, kind: 'faulty', settings: { host: 'x' }, enabled: false })
      expect(await failing(lookup())).toMatchObject({ reason: 'unreachable', applied: 'no' })
      expect(faulty.reached.connects).toBe(0)
    })
    it('knows no other directory', () => {
      expect(() => world.directories.get(randomUUID())).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
    })
  })

  describe('deadlines', () => {
    it('gives up a connection that does not come, with nothing sent', async () => {
      let arrive = (): void => undefined
      faulty.connect = () => new Promise((resolve) => { arrive = resolve })
      const failure = await failing(world.directories.use(id, soon(), (it) => it.setPassword!(ref, write, soon())))
      expect(failure).toMatchObject({ reason: 'timed-out', applied: 'no' })
      // the connection comes after all: the work must not start now
      arrive()
      await new Promise((resolve) => setImmediate(resolve))
      expect(faulty.reached.writes).toBe(0)
    })
    it('calls a write without an answer unknown', async () => {
      faulty.setPassword = hang
      expect(await failing(world.directories.use(id, soon(), (it) => it.setPassword!(ref, write, soon())))).toMatchObject({ reason: 'timed-out', applied: 'unknown' })
    })
    it('calls a read without an answer timed out and nothing applied', async () => {
      faulty.lookup = hang
      expect(await failing(lookup())).toMatchObject({ reason: 'timed-out', applied: 'no' })
    })
    it('still calls it unknown when the read after a write fails', async () => {
      faulty.lookup = refuse
      const failure = await failing(world.directories.use(id, soon(), async (it) => {
        await it.setPassword!(ref, write, soon())
        return it.lookup(ref, soon())
      }))
      expect(failure).toMatchObject({ reason: 'unreachable', applied: 'unknown' })
    })
    it('believes a refusal: what the directory says it did not do it did not do', async () => {
      faulty.setPassword = async () => { throw new ConnectorError('history', 'used before') }
      expect(await failing(world.directories.use(id, soon(), (it) => it.setPassword!(ref, write, soon())))).toMatchObject({ reason: 'history', applied: 'no' })
    })
    it('sends nothing more for a caller who has been answered', async () => {
      let proceed = (): void => undefined
      const between = new Promise<void>((resolve) => { proceed = resolve })
      let late: Promise<unknown> = Promise.resolve()
      const failure = await failing(world.directories.use(id, soon(), (it) => {
        late = (async () => {
          await it.lookup(ref, soon())
          await between
          await it.setPassword!(ref, write, soon())
        })()
        return late
      }))
      expect(failure).toMatchObject({ reason: 'timed-out', applied: 'no' })
      proceed()
      await expect(late).rejects.toMatchObject({ reason: 'timed-out' })
      expect(faulty.reached.writes).toBe(0)
    })
    it('tells each step what is left of the time', async () => {
      let given = 0
      faulty.lookup = async ({ deadline }) => {
        given = deadline.getTime() - Date.now()
        throw new ConnectorError('no-such-account', 'x')
      }
      await failing(lookup(soon(60_000)))
      expect(given).toBeGreaterThan(0)
      expect(given).toBeLessThanOrEqual(60)
    })
    it('calls whatever else a connector throws unknown', async () => {
      faulty.setPassword = async () => { throw new TypeError('cannot read properties') }
      expect(await failing(world.directories.use(id, soon(), (it) => it.setPassword!(ref, write, soon())))).toMatchObject({ reason: 'unknown', applied: 'unknown' })
    })
    it('passes an error of the caller\'s own work as it is', async () => {
      await expect(world.directories.use(id, soon(), async () => { throw new RangeError('mine') })).rejects.toThrow(RangeError)
    })
  })

  describe('circuit', () => {
    it('opens after three failures in a row and then refuses without asking', async () => {
      await world.close()
      world = await openDirectories({ settings: new Patient(), factories: [faulty] })
      id = await world.configure({ kind: 'faulty', settings: { host: 'x' } })
      await openCircuit()
      expect(await failing(lookup())).toMatchObject({ reason: 'unreachable', applied: 'no', diagnostic: expect.stringContaining('not asked') })
      expect(faulty.reached.connects).toBe(3)
    })
    it('counts failures in a row only', async () => {
      await world.close()
      world = await openDirectories({ settings: new Patient(), factories: [faulty] })
      id = await world.configure({ kind: 'faulty', settings: { host: 'x' } })
      for (const connect of [refuse, refuse, async () => undefined, refuse, refuse]) {
        faulty.connect = connect
        await lookup().catch(() => undefined)
      }
      expect(world.directories.health(id).state).toBe('up')
    })
    it('says since when it is down, and since when it is up again', async () => {
      const before = Date.now()
      faulty.connect = refuse
      for (let failure = 0; failure < 3; failure += 1) await failing(lookup())
      const { state, since, lastFailure } = world.directories.health(id)
      expect(['down', 'trying']).toContain(state)
      expect(since.getTime()).toBeGreaterThanOrEqual(before)
      expect(lastFailure).toContain('connection refused')
      faulty.connect = async () => undefined
      await until(() => world.directories.health(id).state === 'up')
      expect(world.directories.health(id).since.getTime()).toBeGreaterThan(since.getTime())
    })
    it('finds out by its own probe that the directory is back', async () => {
      await openCircuit()
      await until(() => world.directories.health(id).state === 'up')
      expect(faulty.reached.lookups).toBe(0)
      await expect(lookup()).resolves.toBeDefined()
    })
    it('stays closed while the directory answers, whatever it answers', async () => {
      faulty.lookup = async () => { throw new ConnectorError('no-such-account', 'gone') }
      for (let refusal = 0; refusal < 6; refusal += 1) expect(await failing(lookup())).toMatchObject({ reason: 'no-such-account' })
      expect(world.directories.health(id).state).toBe('up')
    })
    it('does not blame the directory for callers who come without time', async () => {
      faulty.lookup = () => hang()
      for (let failure = 0; failure < 4; failure += 1) await failing(lookup(soon(10)))
      expect(world.directories.health(id).state).toBe('up')
    })
    it('leaves the other directories alone', async () => {
      const other = await world.configure()
      await openCircuit()
      await expect(world.directories.checkHealth(other, soon())).resolves.toBeUndefined()
    })
  })

  describe('places', () => {
    it('lets so many in at once, so many wait, and refuses the next as throttled', async () => {
      let inside = 0
      let most = 0
      const gate: { open: () => void } = { open: () => undefined }
      const opened = new Promise<void>((resolve) => { gate.open = resolve })
      faulty.connect = async () => {
        inside += 1
        most = Math.max(most, inside)
        await opened
        inside -= 1
      }
      const calls = [lookup(), lookup(), lookup()]
      await until(() => inside === 2)
      expect(await failing(lookup())).toMatchObject({ reason: 'throttled', applied: 'no' })
      gate.open()
      await Promise.all(calls)
      expect(most).toBe(2)
    })
    it('keeps the place of a call that hangs, so that a sick directory is not sent ever more', async () => {
      faulty.lookup = hang
      await Promise.all([failing(lookup()), failing(lookup())])
      const waited = await failing(lookup(soon(30)))
      expect(waited).toMatchObject({ reason: 'throttled' })
      expect(faulty.reached.lookups).toBe(2)
    })
  })

  describe('what a directory declares', () => {
    const rules = { ...NO_DECLARED_RULES, minLength: 14, exact: true }
    it('shows the last known rules as "at least" when the directory is silent', async () => {
      faulty.rules = async () => rules
      expect(await world.directories.declaredRules(id, ref, soon())).toEqual(rules)
      faulty.rules = refuse
      expect(await world.directories.declaredRules(id, ref, soon())).toEqual({ ...rules, exact: false })
      expect(world.directories.lastDeclaredRules(id, ref)).toEqual(rules)
      expect(world.directories.lastDeclaredRules(id, { nativeId: 'never asked', login: 'x' })).toBeNull()
      expect(world.directories.lastDeclaredRules(randomUUID(), ref)).toBeNull()
      expect(await failing(world.directories.declaredRules(id, { nativeId: 'never asked', login: 'x' }, soon()))).toMatchObject({ reason: 'unreachable' })
    })
    it('does the same with the lockout rules', async () => {
      faulty.lockout = async () => ({ threshold: 5, windowSeconds: 60 })
      expect(await world.directories.lockoutRules(id, soon())).toEqual({ threshold: 5, windowSeconds: 60 })
      faulty.lockout = refuse
      expect(await world.directories.lockoutRules(id, soon())).toEqual({ threshold: 5, windowSeconds: 60, exact: false })
    })
    it('forgets what an earlier configuration declared', async () => {
      faulty.rules = async () => rules
      await world.directories.declaredRules(id, ref, soon())
      faulty.rules = refuse
      await world.configure({ id, kind: 'faulty', settings: { host: 'other.example' } })
      expect(await failing(world.directories.declaredRules(id, ref, soon()))).toMatchObject({ reason: 'unreachable' })
    })
    it('asks once for many who want to know at the same time', async () => {
      let asked = 0
      faulty.rules = async () => {
        asked += 1
        return rules
      }
      await Promise.all(Array.from({ length: 10 }, () => world.directories.declaredRules(id, ref, soon())))
      expect(asked).toBe(1)
    })
  })
})
