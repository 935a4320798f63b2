// Import of a whole slapd into an empty product, beside a raw paged search of the same entries on the same server in the
// same run. Prints JSON; asserts nothing.
//   node scripts/bench/import.mjs [--people=100000] [--page=1000]        (after node scripts/build.mjs --server-only)
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../source-hash.mjs'
import { startSlapd } from '../../test/directories/slapd/start-slapd.mjs'

const option = (name, otherwise) => Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise)
const people = option('people', 100_000)
const pageSize = option('page', 1_000)
const dist = (path) => import(pathToFileURL(join(root, 'dist/src', path)).href)

await import('reflect-metadata')
const [{ NestFactory }, { AppModule, entities }, { createDataSource }, { Database }, { runMigrations }, { KeyRing }] = await Promise.all([
  import('@nestjs/core'), dist('app.module.js'), dist('platform/database/data-source.js'), dist('platform/database/database.js'),
  dist('platform/database/migrate.js'), dist('platform/crypto/keyring.js'),
])
const [{ AuditSettings, TrailKeeper }, { NotificationsSettings }, { EpochSettings }, { Directories, DirectoryConfiguration }, { Importer, ImportConfiguration, ImportTuning }, ldap] = await Promise.all([
  dist('modules/audit/index.js'), dist('modules/notifications/index.js'), dist('platform/database/epoch-guard.js'), dist('modules/directories/index.js'),
  dist('modules/identity/index.js'), dist('integrations/ldap/index.js'),
])
const [{ HttpModule }, { TelemetryModule, Log }] = await Promise.all([dist('platform/http/http.module.js'), dist('platform/telemetry/index.js')])
const { SecretText } = await dist('kernel/secret-text.js')

const seconds = async (work) => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
const round = (value) => Math.round(value * 10) / 10
/** Processor seconds of these processes so far; Linux. What the machine does besides does not count. */
const ticksOf = (pid) => {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13)
    return (Number(user) + Number(system)) / 100
  } catch {
    return 0
  }
}
/** Of the children that have ended: Postgres closes connections that lie idle. */
const endedTicksOf = (pid) => {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(13, 15)
  return (Number(user) + Number(system)) / 100
}
const childrenOf = (parent) => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === parent)
const parentOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]
  } catch {
    return null
  }
}
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)
const processor = () => ({
  product: ticksOf(process.pid), postgres: postmaster && sum(childrenOf(postmaster).map(ticksOf)) + endedTicksOf(postmaster), slapd: sum(childrenOf(String(process.pid)).map(ticksOf)),
})
let postmaster = 0

/** The most memory in use while `work` ran, over what was in use before. */
async function measured(work) {
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().rss) }, 50)
  const processorBefore = processor()
  const took = await seconds(work)
  clearInterval(watch)
  const cpuSeconds = Object.fromEntries(Object.entries(processor()).map(([name, used]) => [name, round(used - processorBefore[name])]))
  return { took, rssGrowthMb: Math.round((most - before) / 2 ** 20), cpuSeconds }
}

const ATTRIBUTES = ['entryUUID', 'entryCSN', 'memberOf', 'pwdChangedTime', 'pwdAccountLockedTime', 'pwdFailureTime', 'pwdReset', 'pwdPolicySubentry',
  'pwdStartTime', 'pwdEndTime', 'modifyTimestamp', 'uid', 'displayName', 'cn', 'givenName', 'sn', 'mail', 'mobile', 'manager', 'departmentNumber']

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
const { startEmbeddedPostgres, EMBEDDED_APP_ROLE } = await dist('platform/database/embedded-postgres.js')
// the product's own Postgres, as durable as a customer's
const [slapd, postgres] = await Promise.all([startSlapd({ people }), startEmbeddedPostgres({ dataDir: folder })])
let app
let source
try {
  await runMigrations({ ownerUrl: postgres.ownerUrl, appRole: EMBEDDED_APP_ROLE })
  const servers = new ldap.LdapServers({
    urls: [slapd.url], tls: { ca: slapd.ca, serverName: slapd.serverName }, bind: { dn: slapd.bindDn, password: new SecretText(slapd.bindPassword) },
  })
  const raw = () => servers.use(new Date(Date.now() + 10_000), async (lease) => {
    let entries = 0
    const search = { base: slapd.peopleDn, scope: 'sub', filter: ldap.parseFilter('(objectClass=inetOrgPerson)'), attributes: ATTRIBUTES }
    for await (const page of lease.pages(search, pageSize, () => new Date(Date.now() + 30_000))) entries += page.length
    if (entries !== people) throw new Error(`the raw search found ${entries}`)
  })
  await raw() // the server's cache is warm for both
  const rawRun = await measured(raw)

  source = createDataSource({ url: postgres.appUrl, applicationName: 'bench', poolSize: 10, entities })
  await source.initialize()
  const [{ pid }] = await source.query('SELECT pg_backend_pid() AS pid')
  postmaster = parentOf(pid)
  const database = new Database(source)
  const product = AppModule.with({
    database, epoch: new EpochSettings(join(folder, 'epoch')), keys: new KeyRing([{ id: 1, key: Buffer.alloc(32, 7) }]),
    audit: Object.assign(new AuditSettings(), { checkpointFile: join(folder, 'checkpoints.jsonl') }),
    notifications: NotificationsSettings.of({ smtpUrl: null, from: 'a@b.example', publicOrigin: 'http://localhost', demo: false }), works: false, demo: false,
  })
  const http = HttpModule.with({ publicOrigin: 'http://localhost', trustedProxies: [], secureCookies: false, demo: false, webRoot: null, version: 'bench' })
  const log = new Log({ version: 'bench', correlationId: () => undefined, level: 'silent' })
  app = await NestFactory.createApplicationContext({ module: class Bench {}, imports: [TelemetryModule.with(log), http, product] }, { logger: ['error'], abortOnError: false })
  Object.assign(app.get(ImportTuning), { pageSize })
  const id = randomUUID()
  await app.get(DirectoryConfiguration).save(database, {
    id, kind: 'openldap', name: 'Bench', description: '', signIn: false, enabled: true, position: 0,
    settings: {
      servers: [slapd.url], ca: slapd.ca, serverName: slapd.serverName, bindDn: slapd.bindDn, peopleDn: slapd.peopleDn,
      defaultPolicyDn: slapd.defaultPolicyDn, policiesDn: slapd.policiesDn,
    },
    secrets: { bindPassword: slapd.bindPassword },
  })
  await app.get(ImportConfiguration).save(database, id, { correlation: [{ account: 'uid', person: 'login' }] })
  await app.get(Directories).reload()
  const runs = {}
  for (const [name, kind] of [['first', 'full'], ['again', 'full'], ['changes', 'incremental']]) {
    let outcome
    const measure = await measured(async () => { outcome = await app.get(TrailKeeper).during(() => app.get(Importer).run({ directoryId: id, kind, by: 'bench' })) })
    const { run } = outcome
    if (run.state !== 'completed') throw new Error(`${name}: ${run.state} ${run.diagnostic}`)
    runs[name] = {
      kind: run.kind, read: run.read, added: run.added, unchanged: run.unchanged, seconds: round(measure.took),
      entriesPerSecond: Math.round(people / measure.took), rssGrowthMb: measure.rssGrowthMb, cpuSeconds: measure.cpuSeconds,
    }
  }
  const rawPerSecond = Math.round(people / rawRun.took)
  console.log(JSON.stringify({
    people, pageSize, raw: { seconds: round(rawRun.took), entriesPerSecond: rawPerSecond, rssGrowthMb: rawRun.rssGrowthMb, cpuSeconds: rawRun.cpuSeconds },
    ...runs, firstToRaw: Math.round((runs.first.entriesPerSecond / rawPerSecond) * 100) / 100,
    againToRaw: Math.round((runs.again.entriesPerSecond / rawPerSecond) * 100) / 100,
  }, null, 2))
  await servers.close()
} finally {
  await app?.close()
  if (source?.isInitialized) await source.destroy()
  await slapd.stop()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
