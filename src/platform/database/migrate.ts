import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { DataSource, MigrationInterface } from 'typeorm'
import { besideTheProgram, OWN_EXTENSION } from '../files/beside-the-program.js'
import { createDataSource, MIGRATION_TABLE } from './data-source.js'
import { Database, type Queryable } from './database.js'
import { grantToApp } from './grants.js'

export type MigrationClass = new () => MigrationInterface
export type MigrateOptions = {
  /** The only use of the owner's password; the process that migrates ends afterwards. */
  readonly ownerUrl: string
  /** Role of the serving processes, which gets its rights here. */
  readonly appRole: string
  /** Default: all of this build. */
  readonly migrations?: readonly MigrationClass[]
  readonly log?: (message: string) => void
  /** Once the schema is there, as the owner, still under the lock: the install stamp. */
  readonly afterwards?: (database: Database) => Promise<void>
}

/** "migr" as a number: replicas that start together migrate one after the other. */
const MIGRATION_LOCK = 0x6d696772
const LOCK_PAUSE_MS = 100
/** The migrations of this build, oldest first. */
export async function loadMigrations(folder = besideTheProgram('migrations')): Promise<MigrationClass[]> {
  const files = (await readdir(folder)).filter((name) => extname(name) === OWN_EXTENSION).sort()
  return Promise.all(files.map(async (name) => {
    const exported = Object.values((await import(pathToFileURL(join(folder, name)).href)) as Record<string, MigrationClass>)
    const [migration] = exported
    const stamp = /^\d{14}/.exec(name)?.[0]
    if (exported.length !== 1 || !migration || !stamp || !migration.name.endsWith(stamp)) {
      throw new Error(`migration ${name} must export one class whose name ends in its 14 digits`)
    }
    return migration
  }))
}

/** Brings the schema and the app role's rights up to date. Returns the names of the migrations that were applied. */
export async function runMigrations(options: MigrateOptions): Promise<string[]> {
  const migrations = options.migrations ?? (await loadMigrations())
  const source = createDataSource({
    url: options.ownerUrl, applicationName: 'migrate', poolSize: 3, migrations: [...migrations],
  })
  await source.initialize()
  try {
    return await underLock(source, async () => {
      const database = new Database(source)
      const applied = (await source.runMigrations()).map(({ name }) => name)
      for (const name of applied) options.log?.(`applied ${name}`)
      await options.afterwards?.(database)
      await database.transaction((tx) => grantToApp(tx, options.appRole))
      return applied
    })
  } finally {
    await source.destroy()
  }
}

/**
 * A session lock: it ends with the process, however that dies. Asked for again and again instead of waited for, because
 * a waiting statement holds a snapshot, and CREATE INDEX CONCURRENTLY in the winner would wait for that one in turn.
 */
async function underLock<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  const session = source.createQueryRunner()
  try {
    for (;;) {
      const [row] = (await session.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])) as { taken: boolean }[]
      if (row?.taken) break
      await pause(LOCK_PAUSE_MS)
    }
    try {
      return await work()
    } finally {
      await session.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK])
    }
  } finally {
    await session.release()
  }
}

/** Names of migrations of this build that the database has not seen. Readable by the app role. */
export async function pendingMigrations(on: Queryable, migrations: readonly MigrationClass[]): Promise<string[]> {
  const sql = 'SELECT to_regclass($1) IS NOT NULL AS present'
  const [table] = await on.query<{ present: boolean }>(sql, [`public.${MIGRATION_TABLE}`])
  const applied = table?.present ? await on.query<{ name: string }>(`SELECT name FROM ${MIGRATION_TABLE}`) : []
  const known = new Set(applied.map(({ name }) => name))
  return migrations.map(({ name }) => name).filter((name) => !known.has(name))
}
