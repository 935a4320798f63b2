import { jest } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnvironment } from '../../../src/config/environment.js'
import { ConnectorOpener } from '../../../src/modules/directories/domain/connector-opener.js'
import { DirectoryConfiguration, type ConnectorFactory } from '../../../src/modules/directories/index.js'
import { DirectoryRecords } from '../../../src/modules/directories/persistence/directory-records.js'
import { loadKeyRing } from '../../../src/platform/crypto/master-key-file.js'
import { selfTest } from '../../../src/start/self-test.js'
import { openTestDatabase, type TestDatabase } from '../../medium/harness/test-database.js'
import { runningDirectories } from '../harness/directories.js'
import { OpenldapWorld, settingsOf } from './openldap-world.js'

const { slapd } = runningDirectories()
let folder: string
let db: TestDatabase
let world: OpenldapWorld
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-self-test-'))
  await writeFile(join(folder, 'master.key'), `1 ${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  db = await openTestDatabase()
  world = await OpenldapWorld.open(slapd)
})
afterAll(async () => {
  await world.close()
  await db.close()
  await rm(folder, { recursive: true })
})
const settings = () => parseEnvironment(
  { DATABASE_URL: db.url, LATCHKEY_MODE: 'production', LATCHKEY_MASTER_KEY_FILE: join(folder, 'master.key'), LATCHKEY_DATA_DIR: join(folder, 'data') },
  { role: 'self-test', defaultDataDir: folder, installedMode: () => null },
)

it('latchkey self-test asks the configured directory, prints what it found and leaves a trail', async () => {
  const [spare, boss] = [await world.person(), await world.person()]
  const { bindPassword, ...open } = settingsOf(slapd, {
    protectedGroups: [await world.admin.addGroup([boss.dn])], selfTest: { account: spare.login, protectedAccount: boss.login, outsideDn: slapd.othersDn },
  })
  const keys = await loadKeyRing({ masterKeyFile: join(folder, 'master.key'), mayCreate: false })
  const records = new DirectoryRecords(db.database)
  const configuration = new DirectoryConfiguration(records, new ConnectorOpener(records, [world.factory as unknown as ConnectorFactory], keys), keys)
  const id = randomUUID()
  await configuration.save(db.database, {
    id, kind: 'openldap', name: 'Company directory', description: '', signIn: false, enabled: true, position: 0, settings: open, secrets: { bindPassword: bindPassword as string },
  })
  let output = ''
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text)
    return true
  })
  const code = await selfTest(settings(), ['Company directory'], () => undefined).finally(() => write.mockRestore())
  expect(output).toMatch(/Company directory: .*cn=latchkey,ou=service/)
  expect(output).toMatch(/ok +reset +write userPassword: accepted/)
  expect(output).not.toContain(bindPassword)
  // in the shared tree one policy has pwdSafeModify TRUE
  expect(code).toBe(1)
  expect(await db.database.query('SELECT action, outcome, directory_id FROM audit_entry ORDER BY at')).toEqual([
    expect.objectContaining({ action: 'directories.rights.tested', outcome: 'intent', directory_id: id }), expect.objectContaining({ outcome: 'failure', directory_id: id }),
  ])
})
