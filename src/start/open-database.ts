import type { DataSourceOptions } from 'typeorm'
import type { Settings } from '../config/settings.js'
import { createDataSource } from '../platform/database/data-source.js'
import { Database } from '../platform/database/database.js'
import { assertAppRoleIsModest } from '../platform/database/grants.js'
import { assertInstallMode } from '../platform/database/install-stamp.js'
import { loadMigrations, pendingMigrations } from '../platform/database/migrate.js'
import type { Log } from '../platform/telemetry/index.js'
import { StartRefused } from './start-refused.js'

type Entities = DataSourceOptions['entities']

/** The pool of the serving process, after every reason not to serve from this database has been looked at. */
export async function openDatabase(url: string, settings: Settings, entities: Entities, log: Log): Promise<Database> {
  const source = createDataSource({
    url,
    applicationName: settings.role,
    poolSize: settings.database.poolSize,
    entities,
    onPoolError: (error) => log.warn({ error }, 'a database connection was lost'),
  })
  await source.initialize()
  try {
    const database = new Database(source)
    const pending = await pendingMigrations(database, await loadMigrations())
    if (pending.length > 0) throw new StartRefused(`${pending.length} migrations are pending; run them first: npm run migrate`)
    await assertInstallMode(database, settings.mode)
    await assertAppRoleIsModest(database)
    return database
  } catch (error) {
    await source.destroy()
    throw error
  }
}
