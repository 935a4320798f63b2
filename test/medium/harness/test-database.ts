import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { MixedList } from 'typeorm'
import { createDataSource } from '../../../src/platform/database/data-source.js'
import { Database, type Queryable } from '../../../src/platform/database/database.js'
import { runMigrations } from '../../../src/platform/database/migrate.js'
import { urlOf, withSuperuser } from './roles.js'

export type TestDatabase = {
  /** As the serving process sees it: the app role, its pool, its rights. */
  database: Database
  /** As the owner of the tables: for arranging and looking behind the app's rights. */
  owner: Queryable
  /** Connection URL of the app role, as DATABASE_URL takes it. */
  url: string
  /** Connection URL of the owner role, as DATABASE_OWNER_URL takes it. */
  ownerUrl: string
  /** Closes both pools and drops the database. */
  close(): Promise<void>
}

export type TestDatabaseOptions = {
  /** TypeORM entities of the code under test; plain SQL needs none. */
  entities?: MixedList<Function | string>
  /** Connections of the app's pool; a race of 16 needs 16. */
  poolSize?: number
  /** An empty database with its two roles, without schema: for testing the migrations themselves. */
  empty?: boolean
}

/** Any number: it only has to be the same in all workers of this run. */
const TEMPLATE_LOCK = 7_201_001

/** A fresh database with every migration applied. Costs a file copy, not a migration run: one template a jest run. */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`
  await withSuperuser('postgres', async (admin) => {
    const template = options.empty ? undefined : await ensureTemplate(admin)
    await createDatabase(admin, name, template)
  })
  const url = urlOf('app', name)
  const ownerUrl = urlOf('owner', name)
  const { poolSize = 20, entities } = options
  const app = createDataSource({ url, applicationName: 'test', poolSize, ...(entities ? { entities } : {}) })
  const owner = createDataSource({ url: ownerUrl, applicationName: 'test owner', poolSize: 2, ...(entities ? { entities } : {}) })
  await Promise.all([app.initialize(), owner.initialize()])
  return {
    database: new Database(app),
    owner: new Database(owner),
    url,
    ownerUrl,
    async close() {
      await Promise.all([app, owner].filter((source) => source.isInitialized).map((source) => source.destroy()))
      await withSuperuser('postgres', (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`))
    },
  }
}

/** The rights are those of the product's own cluster (platform/database/embedded): nothing for PUBLIC, CONNECT for app. */
async function createDatabase(admin: pg.Client, name: string, template = 'template1'): Promise<void> {
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER owner STRATEGY FILE_COPY`)
  await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO app`)
}

let template: Promise<string> | undefined
const ensureTemplate = (admin: pg.Client): Promise<string> => (template ??= findOrBuildTemplate(admin))

/** The name carries the hash of what it is made from; an advisory lock lets one worker build while the others wait. */
async function findOrBuildTemplate(admin: pg.Client): Promise<string> {
  const name = `template_${await hashOfSchema()}`
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
  try {
    if ((await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).rowCount) return name
    const building = `building_${name}`
    await admin.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`)
    await createDatabase(admin, building)
    await runMigrations({ ownerUrl: urlOf('owner', building), appRole: 'app' })
    await admin.query(`ALTER DATABASE ${building} RENAME TO ${name}`)
    return name
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  }
}

async function hashOfSchema(): Promise<string> {
  const hash = createHash('sha256')
  const migrations = (await readdir('migrations')).sort().map((file) => join('migrations', file))
  for (const file of [...migrations, 'src/platform/database/grants.ts']) hash.update(file).update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}
