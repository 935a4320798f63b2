import { jest } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnvironment } from '../../../src/config/environment.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { LocalDirectoryAdmin } from '../../../src/modules/directories/index.js'
import { directory } from '../../../src/start/directory.js'
import { auditParts } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'
import { CHEAP } from '../directories/local-directory.js'
import { ServerProcess, temporaryFolder } from './server-process.js'

/** A production install where no server runs: its commands, and nothing else. */
let db: TestDatabase
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  ;[db, folder] = await Promise.all([openTestDatabase(), temporaryFolder()])
  await file('master.key', `1 ${randomBytes(32).toString('base64')}\n`)
  env = {
    LATCHKEY_MODE: 'production', LATCHKEY_DATA_DIR: join(folder.path, 'data'), LATCHKEY_MASTER_KEY_FILE: join(folder.path, 'master.key'),
    LATCHKEY_AUDIT_CHECKPOINT_FILE: join(folder.path, 'checkpoints.jsonl'), DATABASE_URL: db.url, LATCHKEY_PUBLIC_ORIGIN: 'https://password.norrhavn.example',
    LATCHKEY_SMTP_URL: 'smtp://127.0.0.1:2525', LATCHKEY_MAIL_FROM: 'no-reply@norrhavn.example',
  }
  const { code, output } = await spawned('directory', 'add', await file('company.json', JSON.stringify({ kind: 'local', name: 'Company', settings: CHEAP })))
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('ADDED: Company') as string })
})
afterAll(async () => {
  await db.close()
  await folder.remove()
})

async function file(name: string, text: string): Promise<string> {
  const path = join(folder.path, name)
  await writeFile(path, text, { mode: 0o600 })
  return path
}
type Ended = { code: number | string | null; output: string }
/** As a process of its own. */
async function spawned(...words: string[]): Promise<Ended> {
  const command = ServerProcess.start(words, env)
  return { code: await command.ended, output: command.output }
}
/** The role itself: a process costs seconds, and what comes before the role is the same for all. */
async function run(...words: string[]): Promise<Ended> {
  let output = ''
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text)
    return true
  })
  const settings = parseEnvironment(env, { role: 'directory', defaultDataDir: folder.path, installedMode: () => null })
  const code = await directory(settings, words.slice(1), (line) => { output += `${line}\n` }).finally(() => write.mockRestore())
  return { code, output }
}
const trail = (action: string) => db.owner.query<{ channel: string; facts: Record<string, unknown> }>('SELECT channel, facts FROM audit_entry WHERE action = $1 ORDER BY id', [action])

it('shows the defaults, refuses a file member by member, saves a right one, and warns', async () => {
  expect(await run('directory', 'import-settings', 'Company')).toMatchObject({ code: 0, output: expect.stringContaining('nothing was set, these are the defaults') as string })
  const wrong = await run('directory', 'import-settings', 'Company', `--set=${await file('wrong.json', JSON.stringify({
    correlation: [{ account: 'displayName', person: 'number' }], createsPeople: 'yes', corelation: [],
  }))}`)
  expect(wrong.code).toBe(1)
  expect(wrong.output.split('\n')).toEqual([
    'REFUSED, nothing was saved:',
    '  correlation.0.account: a name joins nobody: two people may have the same',
    '  createsPeople: Invalid input: expected boolean, received string',
    expect.stringMatching(/^ {2}nobody knows corelation; known are correlation, createsPeople, /) as string, '',
  ])
  const right = await file('right.json', JSON.stringify({ correlation: [{ account: 'mobile', person: 'mobile' }], personWrites: ['mobile'] }))
  const judged = await run('directory', 'import-settings', 'Company', `--set=${right}`, '--dry-run')
  expect(judged).toMatchObject({ code: 0, output: expect.stringMatching(/^RIGHT: .*\nWARNING: correlation\.0\.account: mobile: personWrites says/) as string })
  expect(await trail('identity.import-settings.changed')).toEqual([])
  expect(await run('directory', 'import-settings', 'Company', `--set=${right}`)).toMatchObject({ code: 0, output: expect.stringMatching(/^SAVED: Company.*\nWARNING: /) as string })
  expect(await trail('identity.import-settings.changed')).toMatchObject([{ channel: 'command-line', facts: { correlation: 'mobile=mobile', warnings: 1 } }])
  const shown = await run('directory', 'import-settings', 'Company', '--json')
  expect(JSON.parse(shown.output)).toMatchObject({ configured: true, settings: { personWrites: ['mobile'] }, warnings: [{ reason: 'person-writes' }] })
}, 60_000)

it('sets a schedule by cron and zone, shows it, and takes it away', async () => {
  const set = await run('directory', 'schedule', 'Company', '--full=30 2 * * *', '--changes=*/10 * * * *', '--time-zone=Europe/Helsinki')
  expect(set.output).toMatch(/SAVED: Company[^]*everything {2,}30 2 \* \* \* {2}Europe\/Helsinki\n {2}changes {2,}\*\/10 \* \* \* \* {2}Europe\/Helsinki/)
  expect((await run('directory', 'schedule', 'Company', '--full=noon')).output).toBe('REFUSED, nothing was saved:\n  full.cron: five fields with numbers, such as 30 2 * * *\n')
  await run('directory', 'schedule', 'Company', '--changes=off')
  expect(JSON.parse((await run('directory', 'schedule', 'Company', '--json')).output)).toEqual({ full: { cron: '30 2 * * *', timeZone: 'Europe/Helsinki', enabled: true }, incremental: null })
  expect(await trail('identity.import-schedule.changed')).toHaveLength(2)
}, 60_000)

it('sets whose word counts by the names of directories', async () => {
  const set = await run('directory', 'precedence', `--set=${await file('order.json', JSON.stringify({ mobile: ['csv', 'Company'] }))}`)
  expect(set).toMatchObject({ code: 0, output: expect.stringMatching(/mobile +csv, then Company\n +other fields: files, then Company/) as string })
  expect((await run('directory', 'precedence', `--set=${await file('order.json', JSON.stringify({ mobile: ['Nowhere'] }))}`)).code).toBe(1)
}, 60_000)

it('switches an event task', async () => {
  expect((await run('directory', 'event-tasks', 'Company', '--off=unlock')).output).toContain('OFF  unlock    Local IGA Admin Actions: Unlock = unlock')
  expect(await run('directory', 'event-tasks', 'Company', '--off=fly')).toMatchObject({ code: 1, output: expect.stringContaining('there are verify, add, remove') as string })
  expect(await trail('directories.event-task.switched')).toMatchObject([{ channel: 'command-line', facts: { step: 'unlock', enabled: false } }])
}, 60_000)

it('reads the directory in where no worker process keeps the trail: the command keeps it, and the chain holds', async () => {
  const [row] = await db.owner.query<{ id: string }>('SELECT id FROM directory')
  await new LocalDirectoryAdmin().create(db.owner, row!.id, { login: 'aino', displayName: 'Aino Korhonen', password: new SecretText('Lokki-lautta-7-majakka') })
  const { code, output } = await spawned('import', 'Company')
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('1 read: 1 new') as string })
  const { health } = auditParts(db.database)
  await health.refresh()
  expect(health.gauges()).toMatchObject({ oldestUnchainedSeconds: 0 })
  expect(health.gauges().chainPosition).toBeGreaterThanOrEqual((await db.owner.query('SELECT id FROM audit_entry')).length)
}, 60_000)

it.each([
  [['directory', 'schedule', 'Company', '--full']], [['directory', 'schedule', 'Company', '--weekly=1']], [['directory', 'import-settings']],
  [['directory', 'precedence', 'Company']], [['directory', 'toString']],
])('does not understand %j and says what it would', async (words) => {
  expect(await run(...words)).toMatchObject({ code: 2, output: expect.stringMatching(/^usage: main\.js directory add/) as string })
}, 60_000)
