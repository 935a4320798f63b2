import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import pg from 'pg'
import { asRoot, findBinaries, runAs, UNPRIVILEGED } from './postgres-binaries.mjs'

/**
 * A throw-away Postgres for one jest run: unix socket only, scram for every role as in the product, no durability.
 * It is plain JavaScript because jest loads its global setup without our transform.
 *
 * Each run owns a folder. A run that was killed leaves its Postgres behind; the next one ends it by its pid file.
 */
const NAME = `latchkey-test-${process.getuid?.() ?? 'user'}`
/** Memory where there is enough of it: a database is some 300 files, and its copy is what every medium test starts with. */
const BASE = join(memoryFolder() ?? tmpdir(), NAME)
const READY_WITHIN_MS = 20_000

const SETTINGS = {
  listen_addresses: '',
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  checkpoint_timeout: '1h',
  max_connections: '300',
  max_prepared_transactions: '4',
  shared_buffers: '128MB',
  jit: 'off',
  // A worker of it inside the template would make CREATE DATABASE wait.
  autovacuum: 'off',
  timezone: 'UTC',
  log_line_prefix: '%m [%p] %d ',
}

export async function startCluster() {
  mkdirSync(BASE, { recursive: true, mode: 0o755 })
  await endAbandonedRuns()
  const bin = await findBinaries()
  const folder = mkdtempSync(join(BASE, 'run-'))
  writeFileSync(join(folder, 'runner'), identityOf(process.pid))
  const data = join(folder, 'data')
  const password = randomBytes(18).toString('hex')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (asRoot) for (const path of [folder, passwordFile]) chownSync(path, UNPRIVILEGED, UNPRIVILEGED)

  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8',
      '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync', '--no-instructions'],
    { ...runAs(), encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`)

  const cluster = { folder, socket: folder, password, log: join(folder, 'postgres.log') }
  await launch(cluster)
  await createRoles(cluster)
  return cluster
}

async function launch(cluster) {
  const { folder, log } = cluster
  const bin = await findBinaries()
  const logHandle = openSync(log, 'a')
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: folder })
  const server = spawn(join(bin, 'postgres'), ['-D', join(folder, 'data'), ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`])], {
    ...runAs(),
    stdio: ['ignore', logHandle, logHandle],
  })
  server.unref()
  closeSync(logHandle)
  cluster.pid = server.pid
  await untilReady(cluster, server)
}

/** Takes Postgres away: SIGINT as an administrator does, SIGQUIT as a crash. Resolves when it is gone. */
export async function takeAway(cluster, signal = 'SIGINT') {
  process.kill(cluster.pid, signal)
  if (!(await pollUntil(() => !isAlive(cluster.pid), READY_WITHIN_MS))) throw new Error(`Postgres did not end on ${signal}`)
}

/** Starts it again on what it left behind. */
export const bringBack = (cluster) => launch(cluster)

/** Ends Postgres at once (nothing in it is worth a checkpoint) and removes its folder. */
export async function stopCluster(cluster) {
  if (!cluster) return
  endPostgresOf(cluster.folder)
  await pollUntil(() => !isAlive(cluster.pid), 5_000)
  rmSync(cluster.folder, { recursive: true, force: true })
}

/** Options for node-postgres as the cluster's superuser. */
export const superuser = ({ socket, password }, database = 'postgres') => ({ host: socket, user: 'postgres', password, database })

/** The product's two roles, neither superuser, both scram. One password serves: nobody but this run can reach the socket. */
async function createRoles(cluster) {
  const client = new pg.Client(superuser(cluster))
  await client.connect()
  await client.query(`CREATE ROLE owner LOGIN PASSWORD '${cluster.password}'; CREATE ROLE app LOGIN PASSWORD '${cluster.password}'`)
  await client.end()
}

async function untilReady(cluster, server) {
  let last
  const ready = await pollUntil(async () => {
    if (server.exitCode !== null) throw new Error(`Postgres ended at once:\n${readFileSync(cluster.log, 'utf8')}`)
    const client = new pg.Client(superuser(cluster))
    try {
      await client.connect()
      await client.end()
      return true
    } catch (error) {
      last = error
      return false
    }
  }, READY_WITHIN_MS)
  if (ready) return
  throw new Error(`Postgres did not answer within ${READY_WITHIN_MS} ms (${last})\n${readFileSync(cluster.log, 'utf8')}`)
}

async function pollUntil(condition, withinMs) {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    if (await condition()) return true
    await new Promise((wake) => setTimeout(wake, 10))
  }
  return false
}

async function endAbandonedRuns() {
  for (const name of readdirSync(BASE).filter((entry) => entry.startsWith('run-'))) {
    const folder = join(BASE, name)
    const runner = existsSync(join(folder, 'runner')) ? readFileSync(join(folder, 'runner'), 'utf8') : undefined
    // A folder without its note is being made right now by another run, or was cut off there: it holds no server yet.
    if (runner === undefined || runner === identityOf(Number.parseInt(runner, 10))) continue
    const pid = endPostgresOf(folder)
    await pollUntil(() => !pid || !isOurPostgres(pid, folder), 5_000)
    rmSync(folder, { recursive: true, force: true })
  }
}

function endPostgresOf(folder) {
  const file = join(folder, 'data/postmaster.pid')
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined
  if (!pid || !isOurPostgres(pid, folder)) return undefined
  process.kill(pid, 'SIGQUIT')
  return pid
}

/** A pid alone may have been given to someone else since; ours names its folder on its command line. */
function isOurPostgres(pid, folder) {
  if (process.platform !== 'linux') return isAlive(pid)
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(basename(folder))
  } catch {
    return false
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** "pid start-time": two processes with the same pid differ in the second word (field 22 of /proc/pid/stat). */
function identityOf(pid) {
  if (process.platform !== 'linux') return isAlive(pid) ? `${pid}` : ''
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return ''
  }
}

function memoryFolder() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize > 2 * 2 ** 30 ? '/dev/shm' : undefined
  } catch {
    return undefined
  }
}
