import { randomUUID } from 'node:crypto'
import { ConnectorOpener } from '../../../src/modules/directories/domain/connector-opener.js'
import { Directories, DirectoriesSettings, DirectoryConfiguration, LocalDirectoryAdmin, type ConnectorFactory } from '../../../src/modules/directories/index.js'
import { LocalConnectorFactory } from '../../../src/modules/directories/local/local-connector.js'
import { DirectoryRecords } from '../../../src/modules/directories/persistence/directory-records.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

/** The cheapest hashes the settings allow: these tests are about rules, not about cost. */
export const CHEAP = { argon2: { memoryKib: 4_096, passes: 1, lanes: 1 } }

/** The module as the product wires it, over a database of its own. */
export async function openDirectories(options: { settings?: DirectoriesSettings; factories?: ConnectorFactory[] } = {}) {
  const db: TestDatabase = await openTestDatabase({ poolSize: 16 })
  const { database } = db
  const keys = new KeyRing([{ id: 1, key: Buffer.alloc(32, 7) }])
  const records = new DirectoryRecords(database)
  const local = new LocalConnectorFactory(database)
  const opener = new ConnectorOpener(records, [local as ConnectorFactory, ...(options.factories ?? [])], keys)
  const directories = new Directories(opener, options.settings ?? new DirectoriesSettings())
  await directories.onModuleInit()
  const configuration = new DirectoryConfiguration(records, opener, keys)
  const admin = new LocalDirectoryAdmin()
  return {
    db, database, directories, configuration, admin, local,
    owner: (sql: string, params: unknown[]) => db.owner.execute(sql, params),
    /** Adds (or replaces) a directory and takes it over. */
    async configure(input: { id?: string; kind?: string; name?: string; settings?: Record<string, unknown>; secrets?: Record<string, string>; enabled?: boolean } = {}) {
      const id = input.id ?? randomUUID()
      await configuration.save(database, {
        id, kind: input.kind ?? 'local', name: input.name ?? `Directory ${id}`, description: '', signIn: true, enabled: input.enabled ?? true,
        position: 0, settings: input.settings ?? CHEAP, secrets: input.secrets,
      })
      await directories.reload()
      return id
    },
    async close() {
      await directories.onApplicationShutdown()
      await db.close()
    },
  }
}
