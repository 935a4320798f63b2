import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stampInstall } from '../../../src/platform/database/install-stamp.js'
import { afterWholeFile } from '../../together/suite-of.js'
import { openTestDatabase, type TestDatabase } from '../../medium/harness/test-database.js'

const MAIN = join(process.cwd(), 'dist/src/main.js')
const READY_WITHIN_MS = 60_000

export type ServerOptions = {
  role?: 'all' | 'api' | 'worker'
  /** Added to a clean environment: nothing of the machine's own LATCHKEY_ or DATABASE_ variables gets in. */
  env?: Record<string, string>
  /** Another process on the same data: take it from the first server. */
  database?: TestDatabase
  dataDir?: string
  /** Boot with the product's own embedded Postgres, as a newcomer does. Slower; one test of it is enough. */
  embedded?: boolean
}

export type RunningServer = {
  origin: string
  pid: number
  dataDir: string
  /** Undefined when the server has its embedded Postgres. */
  database: TestDatabase | undefined
  /** Everything it has printed. */
  output(): string
  /** Asks it to stop, answers its exit code, and removes what this server brought with it. */
  stop(): Promise<number | null>
  /** kill -9; data and database stay for the next start. */
  kill(): Promise<void>
}

/** Starts the compiled product as a demo, in a process and a data directory of its own, and waits until it is ready. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  if (!existsSync(MAIN)) throw new Error('dist/ is missing: npm run build first')
  const { role = 'all', env = {}, embedded = false } = options
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'latchkey-server-')))
  const database = embedded ? undefined : (options.database ?? (await openDemoDatabase()))
  const child = spawn(process.execPath, [MAIN, role], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LATCHKEY_DATA_DIR: dataDir,
      LATCHKEY_MODE: 'demo',
      PORT: '0',
      ...(database ? { DATABASE_URL: database.url } : {}),
      ...env,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = once(child, 'exit')
  const removeOwn = async (): Promise<void> => {
    if (!options.database) await database?.close()
    if (!options.dataDir) await rm(dataDir, { recursive: true, force: true })
  }
  const origin = await untilReady(child, role, () => output).catch(async (error: unknown) => {
    await removeOwn()
    throw error
  })
  return {
    origin,
    pid: child.pid!,
    dataDir,
    database,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      await exited
      await removeOwn()
      return child.exitCode
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

let shared: Promise<RunningServer> | undefined

/** Say it where a file defines its tests: the one server of all that say so, started by the first and ended after the last. */
export function sharedServer(): () => Promise<RunningServer> {
  afterWholeFile(async () => {
    const ending = shared
    shared = undefined
    await (await ending)?.stop()
  })
  return () => (shared ??= startServer())
}

async function openDemoDatabase(): Promise<TestDatabase> {
  const database = await openTestDatabase()
  await stampInstall(database.owner, 'demo')
  return database
}

/** It prints its address once it listens; then its own /health/ready decides. A worker has no address. */
async function untilReady(child: ChildProcess, role: string, output: () => string): Promise<string> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended while starting:\n${output()}`)
    if (role === 'worker' && /worker ready/.test(output())) return ''
    const origin = /ready after [\d.]+ s:\s+(http:\/\/\S+)/.exec(output())?.[1]
    if (origin && (await answersReady(origin))) return origin
    await pause(25)
  }
  child.kill('SIGKILL')
  throw new Error(`the server was not ready within ${READY_WITHIN_MS} ms:\n${output()}`)
}

const answersReady = (origin: string): Promise<boolean> =>
  fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(({ ok }) => ok, () => false)
