import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import pg from 'pg'
import { DataSource, type DataSourceOptions, type MigrationInterface, type MixedList } from 'typeorm'
import { Database, type Queryable } from '../../../src/platform/database/database.js'

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
}

type Cluster = { socket: string; password: string }
type Role = 'latchkey_app' | 'latchkey_owner'

const root = process.cwd()
const MIGRATIONS = join(root, 'migrations')
/** Any number: it only has to be the same in all workers of this run. */
const TEMPLATE_LOCK = 7_201_001

/** A fresh database with every migration applied. Costs a file copy, not a migration run: one template a jest run. */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const cluster = runningCluster()
  const name = `t_${randomBytes(8).toString('hex')}`
  await asSuperuser(cluster, 'postgres', async (admin) => {
    const template = await ensureTemplate(cluster, admin)
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER latchkey_owner STRATEGY FILE_COPY`)
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO latchkey_app`)
  })
  const app = new DataSource(sourceOptions(cluster, name, 'latchkey_app', options))
  const owner = new DataSource(sourceOptions(cluster, name, 'latchkey_owner', { ...options, poolSize: 2 }))
  await Promise.all([app.initialize(), owner.initialize()])
  return {
    database: new Database(app),
    owner: new Database(owner),
    url: urlOf(cluster, name, 'latchkey_app'),
    ownerUrl: urlOf(cluster, name, 'latchkey_owner'),
    async close() {
      await Promise.all([app, owner].filter((source) => source.isInitialized).map((source) => source.destroy()))
      await asSuperuser(cluster, 'postgres', (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`))
    },
  }
}

function runningCluster(): Cluster {
  const found = process.env.LATCHKEY_TEST_CLUSTER
  if (!found) throw new Error('no test Postgres: run through jest in a project with the start-cluster global setup')
  return JSON.parse(found) as Cluster
}

let template: Promise<string> | undefined
const ensureTemplate = (cluster: Cluster, admin: pg.Client): Promise<string> => (template ??= findOrBuildTemplate(cluster, admin))

/** The name carries the hash of the migrations; an advisory lock lets one worker build while the others wait. */
async function findOrBuildTemplate(cluster: Cluster, admin: pg.Client): Promise<string> {
  const name = `template_${await hashOfMigrations()}`
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
  try {
    if ((await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).rowCount) return name
    const building = `building_${name}`
    await admin.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`)
    for (const role of ['latchkey_owner', 'latchkey_app'] satisfies Role[]) {
      if ((await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])).rowCount) continue
      await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${cluster.password}'`)
    }
    await admin.query(`CREATE DATABASE ${building} OWNER latchkey_owner`)
    await admin.query(`REVOKE ALL ON DATABASE ${building} FROM PUBLIC`)
    await asSuperuser(cluster, building, (client) => client.query('ALTER SCHEMA public OWNER TO latchkey_owner'))
    await migrate(cluster, building)
    await admin.query(`ALTER DATABASE ${building} RENAME TO ${name}`)
    return name
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  }
}

async function migrate(cluster: Cluster, name: string): Promise<void> {
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.ts')).sort()
  const owner = new DataSource(sourceOptions(cluster, name, 'latchkey_owner', { poolSize: 2 }))
  await owner.initialize()
  try {
    // While the modules are being written side by side a migration may fail for a neighbour that is not there yet.
    for (const file of files) {
      try {
        const module = (await import(pathToFileURL(join(MIGRATIONS, file)).href)) as Record<string, new () => MigrationInterface>
        await owner.transaction(async ({ queryRunner }) => {
          for (const Migration of Object.values(module)) await new Migration().up(queryRunner!)
        })
      } catch (error) {
        console.warn(`left out of the test database: ${file}: ${error}`)
      }
    }
    await owner.query('GRANT USAGE ON SCHEMA public TO latchkey_app')
    await owner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO latchkey_app')
    await owner.query('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO latchkey_app')
  } finally {
    await owner.destroy()
  }
}

async function hashOfMigrations(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of (await readdir(MIGRATIONS)).sort()) hash.update(file).update(await readFile(join(MIGRATIONS, file)))
  return hash.digest('hex').slice(0, 16)
}

function sourceOptions(cluster: Cluster, database: string, username: Role, options: TestDatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    host: cluster.socket,
    username,
    password: cluster.password,
    database,
    entities: options.entities ?? [],
    synchronize: false,
    poolSize: options.poolSize ?? 20,
  }
}

const urlOf = (cluster: Cluster, database: string, role: Role): string =>
  `postgresql://${role}:${cluster.password}@/${database}?host=${encodeURIComponent(cluster.socket)}`

async function asSuperuser<T>(cluster: Cluster, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host: cluster.socket, user: 'postgres', password: cluster.password, database })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
