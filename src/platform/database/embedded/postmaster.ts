import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open, readdir, readFile, readlink, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { BINARY_ENVIRONMENT, runBinary } from './run-binary.js'
import { isAlive, SOCKET_PORT, type Cluster } from './cluster.js'

const LARGEST_LOG_BYTES = 20 * 1024 * 1024

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: String(SOCKET_PORT),
  unix_socket_permissions: '0700',
  password_encryption: 'scram-sha-256',
  max_connections: '60',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  jit: 'off', // its statements are short; compiling them costs more than it saves
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A failed statement's text or parameters may hold what belongs in no log.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
}

/**
 * Starts the server in a session of its own: a Ctrl-C at the terminal reaches us, and Postgres stays up until we have
 * finished with it. It also outlives a SIGKILL of ours; the next start adopts it.
 */
export async function spawnPostmaster(cluster: Cluster): Promise<ChildProcess> {
  if (await stat(cluster.logFile).then(({ size }) => size > LARGEST_LOG_BYTES, () => false)) await truncate(cluster.logFile)
  const log = await open(cluster.logFile, 'a', 0o600)
  try {
    const settings = { ...SETTINGS, unix_socket_directories: cluster.socketDir }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(cluster.binaries.bin, 'postgres'), ['-D', cluster.data, ...options], {
      cwd: '/',
      env: BINARY_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...(cluster.account && { uid: cluster.account.uid, gid: cluster.account.gid }),
    })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

/**
 * Whether some Postgres process still works on these files, also one that is just starting, stopping or recovering.
 * The number in postmaster.pid proves nothing: after a crash or in a new container it may be anyone's.
 */
export async function isDataInUse(cluster: Cluster): Promise<boolean> {
  const pid = await postmasterPid(cluster)
  if (existsSync('/proc/self/cwd')) {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    return (await Promise.all(pids.map((name) => worksIn(name, cluster.data)))).includes(true)
  }
  if (pid === null || !isAlive(pid)) return false
  return (await runBinary('/bin/ps', ['-o', 'comm=', '-p', String(pid)], null)).stdout.includes('postgres')
}

/** Every Postgres process works in its data directory; so may an administrator's shell, which is not meant. */
async function worksIn(pid: string, data: string): Promise<boolean> {
  const place = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  return place === data && (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).startsWith('postgres')
}

/** Call only when `isDataInUse` said no: then the file is a leftover and would only keep the server from starting. */
export async function removeStalePid(cluster: Cluster): Promise<void> {
  await rm(pidFile(cluster), { force: true })
}

/**
 * Fast shutdown: open transactions are rolled back, a checkpoint is written, no recovery at the next start. The file
 * is the last thing the server removes, so its absence is the end (an unreaped zombie would still answer a signal).
 */
export async function shutDown(cluster: Cluster, patienceMs = 8_000): Promise<void> {
  const pid = await postmasterPid(cluster)
  if (pid === null || !(await isDataInUse(cluster))) return
  process.kill(pid, 'SIGINT')
  const immediateAt = Date.now() + patienceMs
  for (let asked = false; existsSync(pidFile(cluster)); await pause(10)) {
    if (!isAlive(pid)) return
    if (asked && Date.now() > immediateAt + 2_000) return // killed with its file left behind; the next start copes
    if (!asked && Date.now() > immediateAt) {
      asked = true
      process.kill(pid, 'SIGQUIT')
    }
  }
}

export async function lastLogLines(cluster: Cluster): Promise<string> {
  const text = await readFile(cluster.logFile, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-5).join('\n  ')
}

const pidFile = (cluster: Cluster): string => join(cluster.data, 'postmaster.pid')

async function postmasterPid(cluster: Cluster): Promise<number | null> {
  const text = await readFile(pidFile(cluster), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return pid > 0 ? pid : null
}
