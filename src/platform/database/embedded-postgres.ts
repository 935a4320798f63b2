import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import {
  DATABASE_NAME, prepareCluster, readPassword, SOCKET_PORT, type Cluster, type ClusterRole,
} from './embedded/cluster.js'
import { isDataInUse, lastLogLines, removeStalePid, shutDown, spawnPostmaster } from './embedded/postmaster.js'
import { LauncherLock } from './embedded/launcher-lock.js'

export type EmbeddedOptions = {
  readonly dataDir: string
  readonly log?: (message: string) => void
  /**
   * True (default): one launcher a data directory; a second one is refused, and this one restarts the server when it
   * dies. False: a guest such as `verify-audit`, which uses a running server and leaves it running.
   */
  readonly exclusive?: boolean
}

/** A Postgres of our own, reached through a unix socket only. */
export type EmbeddedPostgres = {
  readonly appUrl: string
  /** Read from its file at each call: the serving process never asks, so it never holds the owner's password. */
  readonly ownerUrl: string
  /** It was running already, for example after a SIGKILL of the process that had started it. */
  readonly adopted: boolean
  readonly version: string
  /** Ends the server, unless another launcher has taken it over. */
  stop(): Promise<void>
  /** Lets go of the server and leaves it running, for the process that comes next. */
  release(): Promise<void>
}

export class DataDirectoryInUse extends Error {
  constructor(holder: string | null) {
    super(`another Latchkey${holder ? ` (${holder})` : ''} is using this data directory`)
    this.name = 'DataDirectoryInUse'
  }
}

/** Name of the role that serves from an embedded Postgres. */
export const EMBEDDED_APP_ROLE: ClusterRole = 'app'

/** Recovery after a power cut reads at most max_wal_size; this is generous for that. */
const START_PATIENCE_MS = 60_000
const REVIVE_PAUSE_MS = 250

/** Starts Postgres, or adopts the one that already runs on these files. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') throw new Error('the embedded Postgres needs Linux or macOS; set DATABASE_URL instead')
  const { log = () => {}, exclusive = true } = options
  const cluster = await prepareCluster(options.dataDir)
  const adopted = await ensureRunning(cluster)
  log(`Postgres ${cluster.binaries.version} ${adopted ? 'was running and is used again' : 'started'}`)

  let lock: LauncherLock | null = null
  let revival: Promise<void> | null = null
  let closing = false
  const takeLock = async (): Promise<LauncherLock> => {
    const answer = await LauncherLock.take(urlOf(cluster, 'app'), () => {
      lock = null
      revival = revive()
    })
    if (answer instanceof LauncherLock) return answer
    throw new DataDirectoryInUse(answer.holder)
  }
  /** The lock's session ends with the server, so its loss is how we learn of a crash. */
  const revive = async () => {
    while (!closing && !lock) {
      try {
        const wasRunning = await ensureRunning(cluster)
        lock = await takeLock()
        log(wasRunning ? 'Postgres is reached again' : 'Postgres had ended and was started again')
      } catch (error) {
        log(`Postgres is not available: ${(error as Error).message}`)
        if (error instanceof DataDirectoryInUse) return
        await pause(REVIVE_PAUSE_MS)
      }
    }
  }
  if (exclusive) lock = await takeLock()

  return {
    appUrl: urlOf(cluster, 'app'),
    get ownerUrl() {
      return urlOf(cluster, 'owner')
    },
    adopted,
    version: cluster.binaries.version,
    async stop() {
      closing = true
      await revival
      // Without the lock (a guest that started the server, a launcher whose server crashed) the server may meanwhile
      // have another launcher, and is left to that one.
      if (!lock && (exclusive || !adopted)) lock = await takeLock().catch(() => null)
      await lock?.release()
      if (lock) await shutDown(cluster)
      lock = null
    },
    async release() {
      closing = true
      await revival
      await lock?.release()
    },
  }
}

/** Ends when the server answers. Returns whether it was running without our doing. */
async function ensureRunning(cluster: Cluster): Promise<boolean> {
  const giveUpAt = Date.now() + START_PATIENCE_MS
  let child: ChildProcess | null = null
  for (let starts = 0; Date.now() < giveUpAt; await pause(15)) {
    const answer = await knock(cluster)
    if (answer === 'ready') return child === null || child.exitCode !== null
    if (answer === 'busy' || (child && child.exitCode === null && child.signalCode === null)) continue
    if (await isDataInUse(cluster)) continue
    if (starts++ === 3) break
    await removeStalePid(cluster)
    child = await spawnPostmaster(cluster)
  }
  throw new Error(`Postgres did not start; the end of ${cluster.logFile}:\n  ${await lastLogLines(cluster)}`)
}

/** busy: it is there, and starting, stopping or recovering. */
async function knock(cluster: Cluster): Promise<'ready' | 'busy' | 'absent'> {
  const client = new pg.Client({ connectionString: urlOf(cluster, 'app'), connectionTimeoutMillis: 5_000 })
  client.on('error', () => {}) // the server may end while we ask; the next knock finds out
  try {
    await client.connect()
    await client.end()
    return 'ready'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'absent'
    // cannot_connect_now, admin_shutdown, crash_shutdown, too_many_connections: real answers of a server in motion.
    if (['57P03', '57P01', '57P02', '53300', 'ECONNRESET', 'EPIPE'].includes(code ?? '')) return 'busy'
    if (/terminated unexpectedly|timeout/i.test((error as Error).message)) return 'busy'
    throw error
  }
}

function urlOf(cluster: Cluster, role: ClusterRole): string {
  const host = encodeURIComponent(cluster.socketDir)
  return `postgres://${role}:${readPassword(cluster.secretsDir, role)}@${host}:${SOCKET_PORT}/${DATABASE_NAME}`
}
