import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { SecretText } from '../../../src/kernel/secret-text.js'
import {
  ConnectorError, DirectoryConfiguration, runDirectoryAdd, runDirectoryList, type ConnectorFactory, type Directory, type DirectoryEvent,
} from '../../../src/modules/directories/index.js'
import { ConnectorOpener } from '../../../src/modules/directories/domain/connector-opener.js'
import { DirectoryRecords } from '../../../src/modules/directories/persistence/directory-records.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

const SECRET = 'Kanari-in-the-file-7'
let db: TestDatabase
let folder: string
let tested: unknown[]
let answersTest: () => Promise<void>
const factory: ConnectorFactory<{ host: string; bindPassword: SecretText }> = {
  kind: 'made-up', label: 'Made up',
  settingsSchema: z.object({ host: z.string().min(3), bindPassword: z.string().min(1).transform((text) => new SecretText(text)) }).strict(),
  test: async (settings) => {
    tested.push(settings)
    await answersTest()
  },
  open: () => Promise.reject(new Error('nothing is opened by a command')),
}
let configuration: DirectoryConfiguration
let records: DirectoryRecords
beforeAll(async () => {
  db = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'latchkey-directory-'))
  await writeFile(join(folder, 'bind.secret'), `${SECRET}\n`)
  records = new DirectoryRecords(db.database)
  const keys = new KeyRing([{ id: 1, key: randomBytes(32) }])
  const others = { ...factory, kind: 'another' } as unknown as ConnectorFactory
  configuration = new DirectoryConfiguration(records, new ConnectorOpener(records, [factory as unknown as ConnectorFactory, others], keys), keys)
})
beforeEach(async () => {
  tested = []
  answersTest = async () => undefined
  await db.owner.execute('DELETE FROM directory')
})
afterAll(async () => {
  await db.close()
  await rm(folder, { recursive: true })
})

const GOOD = { kind: 'made-up', name: 'Windows and email', signIn: true, position: 1, settings: { host: 'dc1.example', bindPassword: { file: 'bind.secret' } } }

async function add(content: unknown, record: (event: DirectoryEvent) => Promise<void> = async () => undefined) {
  const file = join(folder, 'directory.json')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  const printed: string[] = []
  const events: DirectoryEvent[] = []
  const known = (await records.list()) as readonly Directory[]
  const code = await runDirectoryAdd({
    file, database: db.database, directories: { list: () => known }, configuration, print: (line) => printed.push(line),
    record: async (_tx, event) => {
      events.push(event)
      await record(event)
    },
  })
  return { code, printed: printed.join('\n'), events }
}

describe('latchkey directory add', () => {
  it('tests the connection, saves with the secret sealed, and leaves a trail', async () => {
    const { code, printed, events } = await add(GOOD)
    expect({ code, printed }).toEqual({ code: 0, printed: expect.stringMatching(/^ADDED: Windows and email \(made-up\) answers; [0-9a-f-]{36}$/) })
    expect((tested[0] as { bindPassword: SecretText }).bindPassword.reveal()).toBe(SECRET)
    const [row] = await records.list()
    expect(row).toMatchObject({ name: 'Windows and email', kind: 'made-up', signIn: true, enabled: true, settings: { host: 'dc1.example' } })
    expect(row!.sealedSecrets).toBeInstanceOf(Buffer)
    expect(JSON.stringify(row!.settings) + row!.sealedSecrets!.toString('latin1') + JSON.stringify(events)).not.toContain(SECRET)
    expect(events).toEqual([expect.objectContaining({ action: 'directories.configuration.added', directoryId: row!.id })])
  })

  it('replaces the one of the same name, however it is written, under the same id', async () => {
    await add(GOOD)
    const [before] = await records.list()
    const { printed, events } = await add({ ...GOOD, name: 'WINDOWS and email', settings: { ...GOOD.settings, host: 'dc2.example' } })
    expect(printed).toMatch(/^CHANGED: /)
    expect(events).toEqual([expect.objectContaining({ action: 'directories.configuration.changed', directoryId: before!.id })])
    expect(await records.list()).toEqual([expect.objectContaining({ id: before!.id, settings: { host: 'dc2.example' }, revision: before!.revision + 1 })])
  })

  it('saves one that is switched off without asking it', async () => {
    answersTest = () => Promise.reject(new ConnectorError('unreachable', 'nobody there'))
    expect(await add({ ...GOOD, enabled: false })).toMatchObject({ code: 0, printed: expect.stringContaining('is switched off and was not asked') })
    expect(tested).toEqual([])
  })

  it.each([
    ['that does not answer', GOOD, /unreachable: nobody there/],
    ['with its secret in the file itself', { ...GOOD, settings: { host: 'dc1.example', bindPassword: SECRET } }, /settings\.bindPassword: a secret; put it in a file of its own/],
    ['whose secret is not there', { ...GOOD, settings: { host: 'dc1.example', bindPassword: { file: 'nowhere' } } }, /settings\.bindPassword: .*nowhere cannot be read: ENOENT/],
    ['with a setting that does not exist', { ...GOOD, settings: { ...GOOD.settings, hots: 'x' } }, /settings refused: .*hots/],
    ['with a member that does not exist', { ...GOOD, secrets: {} }, /secrets/],
    ['of a kind that does not exist', { ...GOOD, kind: 'novell' }, /knows no directory of kind "novell"/],
    ['without a name', { ...GOOD, name: '  ' }, /^REFUSED, nothing was saved: name: /],
    ['that is not JSON', `{"bindPassword": "${SECRET}`, /is not JSON$/],
  ])('refuses one %s and saves nothing', async (_which, content, why) => {
    answersTest = () => Promise.reject(new ConnectorError('unreachable', 'nobody there'))
    const { code, printed, events } = await add(content)
    expect({ code, printed, events }).toEqual({ code: 1, printed: expect.stringMatching(why), events: [] })
    expect(printed).not.toContain(SECRET)
    expect(await records.list()).toEqual([])
  })

  it('does not turn a directory into one of another kind', async () => {
    await add(GOOD)
    expect(await add({ ...GOOD, kind: 'another' })).toMatchObject({ code: 1, printed: expect.stringContaining('another kind is another directory') })
    expect(await records.list()).toEqual([expect.objectContaining({ kind: 'made-up', revision: 1 })])
  })

  it('saves nothing when the trail cannot be written', async () => {
    await expect(add(GOOD, () => Promise.reject(new Error('the trail is full')))).rejects.toThrow('the trail is full')
    expect(await records.list()).toEqual([])
  })
})

describe('latchkey directory list', () => {
  it('shows names, kinds and whether they are in use, and no setting', async () => {
    await add(GOOD)
    await add({ ...GOOD, name: 'Archive', enabled: false, signIn: false, position: 2 })
    const directories = { list: () => [] as readonly Directory[] }
    const printed: string[] = []
    const show = async (asJson: boolean) => runDirectoryList({ directories: { list: () => known }, asJson, print: (line) => printed.push(line) })
    const known = (await records.list()).map(({ settings: _settings, sealedSecrets: _sealed, ...shown }) => shown)
    expect(await show(false)).toBe(0)
    expect(printed).toEqual([expect.stringMatching(/^Windows and email {2}made-up, people sign in with it {2}[0-9a-f-]{36}$/), expect.stringMatching(/^Archive {2}made-up, switched off {2}/)])
    printed.length = 0
    await show(true)
    expect(JSON.parse(printed.join(''))).toHaveLength(2)
    expect(runDirectoryList({ directories, asJson: false, print: (line) => printed.push(line) })).toBe(0)
    expect(printed.at(-1)).toContain('no directory is configured')
  })
})
