import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'

const dist = (path) => import(new URL(`../../dist/src/${path}`, import.meta.url).href)

/** The product in this process, as a worker composes it, on an embedded Postgres of its own that waits for its disk. */
export async function openProduct(folder, closing) {
  const [{ AppModule, entities }, { startEmbeddedPostgres, EMBEDDED_APP_ROLE }, { runMigrations }, { createDataSource }, { Database }, { KeyRing }, { EpochSettings }, { createApplication }, { Log }] = await Promise.all([
    dist('app.module.js'), dist('platform/database/embedded-postgres.js'), dist('platform/database/migrate.js'), dist('platform/database/data-source.js'),
    dist('platform/database/database.js'), dist('platform/crypto/keyring.js'), dist('platform/database/epoch-guard.js'),
    dist('platform/http/index.js'), dist('platform/telemetry/index.js'),
  ])
  const [{ AuditSettings }, { NotificationsSettings }, { Directories, DirectoryConfiguration }, { RegisterPerson }, { Provisioning }, { SecretText }] = await Promise.all([
    dist('modules/audit/index.js'), dist('modules/notifications/index.js'), dist('modules/directories/index.js'), dist('modules/identity/index.js'),
    dist('modules/provisioning/index.js'), dist('kernel/secret-text.js'),
  ])
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') })
  closing.unshift(() => postgres.stop())
  await runMigrations({ ownerUrl: postgres.ownerUrl, appRole: EMBEDDED_APP_ROLE })
  const source = createDataSource({ url: postgres.appUrl, applicationName: 'bench', poolSize: 10, entities })
  await source.initialize()
  const database = new Database(source)
  const app = await createApplication(AppModule.with({
    database, epoch: new EpochSettings(join(folder, 'epoch')), keys: new KeyRing([{ id: 1, key: randomBytes(32) }]),
    audit: Object.assign(new AuditSettings(), { checkpointFile: join(folder, 'checkpoints.jsonl') }),
    notifications: NotificationsSettings.of({ smtpUrl: new SecretText('smtp://127.0.0.1:9'), from: 'a@b.example', publicOrigin: 'https://bench.example', demo: false }),
    works: true, demo: false,
  }), { publicOrigin: 'https://bench.example', trustedProxies: [], secureCookies: true, demo: false, webRoot: null, version: 'bench' }, {
    log: new Log({ level: 'error', version: 'bench', correlationId: () => undefined }, process.stderr),
  })
  await app.init()
  closing.unshift(() => app.close())
  const provisioning = app.get(Provisioning)
  const people = app.get(RegisterPerson)
  let settled = null
  provisioning.addSettleListener(async (tx, task) => tx.afterCommit(() => settled?.(task)))

  return {
    async configure({ kind, name, settings, secrets }) {
      const id = randomUUID()
      await database.transaction((tx) => app.get(DirectoryConfiguration).save(tx, { id, kind, name, description: '', signIn: true, enabled: true, position: 1, settings, secrets }))
      await app.get(Directories).reload()
      return id
    },

    /** Submits one reset for each in one transaction, and waits until all are settled. Counts from the commit. */
    async resets(directoryId, accounts, fresh) {
      const owners = await Promise.all(accounts.map(async ({ login, nativeId }) => ({
        login, nativeId,
        personId: await database.transaction((tx) => people.register(tx, {
          givenName: 'Bench', familyName: login, language: 'en', contacts: [], accounts: [{ directoryId, nativeId, login }],
        })),
      })))
      const began = {}
      const took = []
      const refused = []
      const statementsBefore = await countStatements(database)
      const done = new Promise((resolve) => {
        settled = (task) => {
          took.push(performance.now() - began.at)
          if (task.state !== 'succeeded') refused.push(`${task.login}: ${task.state} ${task.code} ${task.diagnostic}`)
          if (took.length === owners.length) resolve()
        }
      })
      await database.transaction(async (tx) => {
        for (const { login, nativeId, personId } of owners) {
          await provisioning.submit(tx, {
            kind: 'reset', origin: 'SELF', requestId: randomUUID(), personId, accountId: randomUUID(), directoryId, ref: { nativeId, login }, mustChange: false,
            newPassword: new SecretText(fresh()), currentPassword: null, secretTtlSeconds: 600, actor: { kind: 'person', id: personId }, correlationId: randomUUID(),
          })
        }
        tx.afterCommit(() => Object.assign(began, { at: performance.now(), cpu: process.cpuUsage() }))
      })
      await done
      const seconds = (performance.now() - began.at) / 1000
      const { user, system } = process.cpuUsage(began.cpu)
      settled = null
      if (refused.length > 0) throw new Error(`${refused.length} of ${owners.length} were not written: ${refused[0]}`)
      return {
        rate: owners.length / seconds, cpuMs: (user + system) / 1000 / owners.length, medianMs: took[Math.floor(took.length / 2)],
        statements: ((await countStatements(database)) - statementsBefore) / owners.length,
      }
    },
  }
}

/** Counted where they leave this process; those of the submit included, which are the same whatever the worker does. */
let statements = 0
let isCounting = false
async function countStatements(database) {
  if (!isCounting) {
    isCounting = true
    const { default: pg } = await import('pg')
    const { query } = pg.Client.prototype
    pg.Client.prototype.query = function counted(...parts) {
      statements += 1
      return query.apply(this, parts)
    }
    await database.query('SELECT 1 AS one')
  }
  return statements
}
