import { join } from 'node:path'
import { ConnectorOpener } from '../../../src/modules/directories/domain/connector-opener.js'
import { DirectoryConfiguration } from '../../../src/modules/directories/index.js'
import { OpenldapConnectorFactory } from '../../../src/modules/directories/openldap/openldap-connector.js'
import { DirectoryRecords } from '../../../src/modules/directories/persistence/directory-records.js'
import { loadKeyRing } from '../../../src/platform/crypto/master-key-file.js'
import { openTestDatabase, type TestDatabase } from '../../medium/harness/test-database.js'
import { ServerProcess, temporaryFolder } from '../../medium/start/server-process.js'
import { settingsOf } from '../openldap/openldap-world.js'
import { startSlapd } from '../slapd/start-slapd.mjs'

const PEOPLE = 4_000
const ID = '0193aaaa-0000-7000-8000-000000000042'
let db: TestDatabase
let slapd: Awaited<ReturnType<typeof startSlapd>>
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  ;[db, slapd, folder] = await Promise.all([openTestDatabase(), startSlapd({ people: PEOPLE }), temporaryFolder()])
  const masterKeyFile = join(folder.path, 'master.key')
  const keys = await loadKeyRing({ masterKeyFile, epochFile: `${masterKeyFile}.epoch`, mayCreate: true } as Parameters<typeof loadKeyRing>[0])
  const records = new DirectoryRecords(db.database)
  const { bindPassword, ...settings } = settingsOf(slapd) as { bindPassword: string }
  const configuration = new DirectoryConfiguration(records, new ConnectorOpener(records, [new OpenldapConnectorFactory() as never], keys), keys)
  await configuration.save(db.database, {
    id: ID, kind: 'openldap', name: 'Company LDAP', description: '', signIn: true, enabled: true, position: 0, settings, secrets: { bindPassword },
  })
  env = { LATCHKEY_MODE: 'demo', LATCHKEY_DATA_DIR: join(folder.path, 'data'), LATCHKEY_MASTER_KEY_FILE: masterKeyFile, DATABASE_URL: db.url }
})
afterAll(async () => {
  await Promise.all([db.close(), slapd.stop(), folder.remove()])
})

const command = (...words: string[]): ServerProcess => ServerProcess.start(['import', ...words], env)
const runs = () => db.owner.query<{ state: string; read: number; added: number; unchanged: number }>('SELECT state, read, added, unchanged FROM import_run ORDER BY started_at')

describe('latchkey import', () => {
  it('killed in the middle leaves whole pages, and comes out right the next time', async () => {
    const killed = command('Company LDAP', '--full')
    for (;;) {
      const [run] = await runs()
      if (run && run.read > 0) break
      if (killed.child.exitCode !== null) throw new Error(killed.output)
    }
    expect(await killed.stop('SIGKILL')).toBe('SIGKILL')
    const [dead] = await runs()
    expect(dead).toMatchObject({ state: 'running' })
    const [half] = await db.owner.query<{ accounts: number; people: number }>('SELECT (SELECT count(*)::int FROM account) AS accounts, (SELECT count(*)::int FROM person) AS people')
    expect(half!.accounts % 1_000).toBe(0)
    expect(half!.people).toBe(half!.accounts)

    const again = command(ID, '--json')
    expect({ code: await again.ended, output: again.output }).toMatchObject({ code: 0 })
    expect(JSON.parse(again.output)).toMatchObject({ directory: 'Company LDAP', run: { state: 'completed', kind: 'full', read: PEOPLE, unchanged: half!.accounts } })
    expect((await runs()).map(({ state }) => state)).toEqual(['interrupted', 'completed'])
    const [whole] = await db.owner.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM account) AS accounts, (SELECT count(*)::int FROM person) AS people, (SELECT count(*)::int FROM contact_point) AS contacts,
         (SELECT count(*)::int FROM import_seen) AS seen, (SELECT count(*)::int FROM contact_point WHERE changed_at IS NOT NULL) AS changed`)
    expect(whole).toEqual({ accounts: PEOPLE, people: PEOPLE, contacts: PEOPLE, seen: 0, changed: 0 })
  }, 60_000)

  it('says what it will not do, by its exit code too', async () => {
    for (const [words, code, output] of [
      [['Nobody’s'], 2, 'NOT READ: no directory is called Nobody’s'], [['a', '--never'], 2, 'usage:'],
    ] as const) {
      const process = command(...words)
      expect({ code: await process.ended, output: process.output }).toMatchObject({ code, output: expect.stringContaining(output) })
    }
  }, 60_000)
})
