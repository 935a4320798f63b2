import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EpochGuard, EpochSettings } from '../../../src/platform/database/epoch-guard.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const ALWAYS = 0
const NEVER = 3_600_000

describe('the epoch guard', () => {
  let db: TestDatabase
  let folder: string
  beforeEach(async () => {
    db = await openTestDatabase()
    folder = await mkdtemp(join(tmpdir(), 'latchkey-epoch-'))
  })
  afterEach(async () => {
    await db.close()
    await rm(folder, { recursive: true })
  })

  const guard = (machine = 'one', rotateEveryMs = ALWAYS): EpochGuard =>
    new EpochGuard(db.database, new EpochSettings(join(folder, machine), rotateEveryMs))
  const note = (machine = 'one'): Promise<string> => readFile(join(folder, machine), 'utf8')
  const newest = async (): Promise<string> => {
    const [row] = await db.database.query<{ line: string }>(
      `SELECT epoch || ' ' || tag AS line FROM install_epoch ORDER BY epoch DESC LIMIT 1`)
    return `${row!.line}\n`
  }
  /** What pg_restore would do to this table; the files beside the keys stay as they are. */
  const backup = async (): Promise<() => Promise<void>> => {
    await db.owner.execute('DROP TABLE IF EXISTS epoch_backup')
    await db.owner.execute('CREATE TABLE epoch_backup AS SELECT * FROM install_epoch')
    return async () => {
      await db.owner.execute('DELETE FROM install_epoch')
      await db.owner.execute('INSERT INTO install_epoch SELECT * FROM epoch_backup')
    }
  }

  it('begins on a machine that remembers nothing, and remembers the newest epoch from then on', async () => {
    expect(await guard().check()).toBe('new-machine')
    expect(await note()).toBe(await newest())
    expect(await guard().check()).toBe('same')
    expect(await note()).toBe(await newest())
  })

  it('moves on only when the present epoch is old enough', async () => {
    await guard().check()
    const before = await newest()
    await guard('one', NEVER).check()
    expect(await newest()).toBe(before)
    await guard('one', ALWAYS).check()
    expect(await newest()).not.toBe(before)
  })

  it('voids what modules registered, once, after the database went back to a backup', async () => {
    await guard().check()
    const restore = await backup()
    await guard().check()
    await restore()
    const voided: string[] = []
    const started = guard('one', NEVER)
    started.register('codes', async () => void voided.push('codes'))
    started.register('links', async (tx) => void voided.push(`links ${(await tx.query('SELECT 1')).length}`))
    expect(await started.check()).toBe('restored')
    expect(voided).toEqual(['codes', 'links 1'])
    expect(await note()).toBe(await newest())
    expect(await started.check()).toBe('same')
    expect(voided).toHaveLength(2)
  })

  it('runs before anything else of the process starts', async () => {
    await guard().check()
    const restore = await backup()
    await guard().check()
    await restore()
    let voided = false
    const started = guard()
    started.register('flows', async () => void (voided = true))
    await started.onModuleInit()
    expect(voided).toBe(true)
  })

  it('commits the voiding and the new epoch together or neither, and then tries again', async () => {
    await guard().check()
    const restore = await backup()
    await guard().check()
    await restore()
    const before = await newest()
    const failing = guard()
    failing.register('flows', async () => {
      throw new Error('no')
    })
    await expect(failing.check()).rejects.toThrow('no')
    expect(await newest()).toBe(before)
    expect(await guard().check()).toBe('restored')
  })

  it('voids once more when it was killed between the commit and its note', async () => {
    await guard().check()
    const restore = await backup()
    await guard().check()
    const old = await note()
    await restore()
    expect(await guard().check()).toBe('restored')
    await writeFile(join(folder, 'one'), old)
    expect(await guard().check()).toBe('restored')
  })

  it('takes a machine that is behind for what it is: another one was busy meanwhile', async () => {
    await guard('one').check()
    await guard('two').check()
    for (let times = 0; times < 3; times++) await guard('two').check()
    expect(await guard('one').check()).toBe('same')
  })

  it('sees the restore also after another machine has counted past the lost epochs', async () => {
    await guard('behind').check()
    const restore = await backup()
    for (let times = 0; times < 2; times++) await guard('ahead').check()
    await restore()
    for (let times = 0; times < 5; times++) await guard('behind').check()
    expect(await guard('ahead').check()).toBe('restored')
  })

  it('gives many processes that start together one order of epochs', async () => {
    await guard('m0').check()
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => guard(`m${n}`).check()))
    expect(answers.filter((answer) => answer === 'restored')).toEqual([])
    const [row] = await db.database.query<{ rows: number; newest: number }>(
      'SELECT count(*)::int AS rows, max(epoch)::int AS newest FROM install_epoch')
    expect(row!.rows).toBe(row!.newest)
    expect(row!.rows).toBeGreaterThan(1)
  })

  it('does not guess when its note is damaged', async () => {
    await writeFile(join(folder, 'one'), 'half a li')
    await expect(guard().check()).rejects.toThrow('is damaged')
  })

  it('takes each registration once', () => {
    const twice = guard()
    twice.register('flows', async () => {})
    expect(() => twice.register('flows', async () => {})).toThrow('registered twice')
  })
})
