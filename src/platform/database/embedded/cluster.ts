import { createHash, pbkdf2Sync, createHmac, randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeOnce } from '../../files/write-file.js'
import { canReach, runningAsRoot, serverAccount, type UnixAccount } from './account.js'
import { findBinaries, sharedDataHome, type Binaries } from './binaries.js'
import { runBinary } from './run-binary.js'

export type ClusterRole = 'owner' | 'app'
export const DATABASE_NAME = 'latchkey'
/** Names the socket only; nothing listens on a port. */
export const SOCKET_PORT = 5432
/** sun_path holds 108 bytes on Linux and 104 on macOS. */
const LONGEST_SOCKET_PATH = 99

/** Where one cluster lies and what runs it. */
export type Cluster = {
  readonly data: string
  readonly socketDir: string
  readonly logFile: string
  readonly secretsDir: string
  readonly account: UnixAccount | null
  readonly binaries: Binaries
}

/**
 * Makes the cluster, or finds the one that is there. It appears by one rename with its roles and its database already
 * in it, so a kill at any point leaves either nothing or all of it, and two processes at once make one.
 */
export async function prepareCluster(directory: string): Promise<Cluster> {
  const dataDir = resolve(directory)
  await mkdir(dataDir, { recursive: true, mode: runningAsRoot() ? 0o711 : 0o700 })
  const account = await serverAccount(join(dataDir, 'postgres', 'data'))
  // The directory is ours; its secrets lie deeper, in 0700. Passing through is all the server's account gets.
  if (account && !(await canReach(dataDir, account))) await chmod(dataDir, ((await lstat(dataDir)).mode & 0o777) | 0o011)
  const root = await clusterRoot(dataDir, account)
  const data = join(root, 'data')
  const written = await readFile(join(data, 'PG_VERSION'), 'utf8').then(Number, () => null)
  const cluster: Cluster = {
    data,
    socketDir: await socketDirectory(root, account),
    logFile: join(root, 'server.log'),
    secretsDir: join(dataDir, 'secrets'),
    account,
    binaries: await findBinaries(account, written),
  }
  await Promise.all((['owner', 'app'] as const).map((role) => ensurePassword(cluster.secretsDir, role)))
  if (written === null) await createCluster(cluster, root)
  return cluster
}

export function readPassword(secretsDir: string, role: ClusterRole): string {
  return readFileSync(passwordFile(secretsDir, role), 'utf8').trim()
}

const passwordFile = (secretsDir: string, role: ClusterRole): string => join(secretsDir, `database-${role}.password`)

/** Below a 0700 home the server's account could not read it: then the files lie elsewhere and a link says where. */
async function clusterRoot(dataDir: string, account: UnixAccount | null): Promise<string> {
  const root = join(dataDir, 'postgres')
  if (!(await lstat(root).catch(() => null))) {
    if (await canReach(dataDir, account)) await mkdir(root, { mode: 0o711 }).catch(ignoreExisting)
    else {
      const name = `${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}-${randomBytes(4).toString('hex')}`
      const elsewhere = join(sharedDataHome(), 'clusters', name)
      await mkdir(elsewhere, { recursive: true, mode: 0o711 })
      await symlink(elsewhere, root).catch(ignoreExisting)
    }
  }
  return realpath(root)
}

async function socketDirectory(root: string, account: UnixAccount | null): Promise<string> {
  const inside = join(root, 'run')
  const fits = Buffer.byteLength(`${inside}/.s.PGSQL.${SOCKET_PORT}`) <= LONGEST_SOCKET_PATH
  const directory = fits ? inside : `/tmp/latchkey-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`
  await mkdir(directory, { mode: 0o700 }).then(() => account && chown(directory, account.uid, account.gid), ignoreExisting)
  const found = await lstat(directory)
  const expected = account?.uid ?? process.getuid?.()
  if (fits && account && found.uid !== expected) await chown(directory, account.uid, account.gid) // killed between the two
  // In /tmp anyone may have been first; scram would still tell a false server, but refusing is clearer.
  else if (!found.isDirectory() || found.uid !== expected) throw new Error(`${directory} belongs to someone else`)
  return directory
}

async function ensurePassword(secretsDir: string, role: ClusterRole): Promise<void> {
  await mkdir(secretsDir, { recursive: true, mode: 0o700 })
  await writeOnce(passwordFile(secretsDir, role), `${randomBytes(24).toString('base64url')}\n`, 0o600)
}

async function createCluster(cluster: Cluster, root: string): Promise<void> {
  const { account, binaries } = cluster
  await removeAbandoned(root)
  const staging = join(root, `new-${process.pid}-${randomBytes(4).toString('hex')}`)
  await mkdir(staging, { mode: 0o700 })
  if (account) await chown(staging, account.uid, account.gid)
  // Builtin C.UTF-8 (17 and later): the same order and case rules on every machine, without the system's locales.
  const builtin = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const locale = binaries.major >= 17 ? builtin : ['--locale=C.UTF-8']
  // One call for the file system instead of one for each of a thousand files.
  const sync = binaries.major >= 17 && process.platform === 'linux' ? ['--sync-method=syncfs'] : []
  const initdb = await runBinary(join(binaries.bin, 'initdb'), [
    '-D', staging, '-U', 'postgres', '-E', 'UTF8', ...locale, ...sync, '--auth=trust', '--no-instructions',
  ], account)
  if (initdb.code !== 0) throw new Error(`initdb failed: ${initdb.stderr.trim()}`)

  // The trust that initdb wrote has never listened anywhere: this replaces it before the first start.
  const hba = `local all owner scram-sha-256\nlocal all app scram-sha-256\nlocal all all reject\n`
  await writeFile(join(staging, 'pg_hba.conf'), hba, { mode: 0o600 })
  const single = await runBinary(
    join(binaries.bin, 'postgres'),
    ['--single', '-D', staging, '-c', 'log_min_error_statement=panic', 'postgres'],
    account,
    roleStatements(cluster.secretsDir).join('\n'),
  )
  const refusal = /(ERROR|FATAL|PANIC):.*/.exec(single.stderr)
  if (single.code !== 0 || refusal) throw new Error(`setting up the roles failed: ${refusal?.[0] ?? single.stderr.trim()}`)

  await rename(staging, join(root, 'data')).catch(async (error: NodeJS.ErrnoException) => {
    await rm(staging, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error // someone else's cluster is as good
  })
}

/** Single-user mode reads one statement a line. The bootstrap superuser can never sign in: it has no password at all. */
function roleStatements(secretsDir: string): string[] {
  const verifier = (role: ClusterRole) => scramVerifier(readPassword(secretsDir, role))
  return [
    `CREATE ROLE owner LOGIN PASSWORD '${verifier('owner')}';`,
    `CREATE ROLE app LOGIN PASSWORD '${verifier('app')}';`,
    'ALTER ROLE postgres NOLOGIN PASSWORD NULL;',
    `CREATE DATABASE ${DATABASE_NAME} OWNER owner;`,
    `REVOKE ALL ON DATABASE ${DATABASE_NAME} FROM PUBLIC;`,
    `GRANT CONNECT ON DATABASE ${DATABASE_NAME} TO app;`,
    'REVOKE ALL ON DATABASE postgres FROM PUBLIC;',
    'REVOKE ALL ON DATABASE template1 FROM PUBLIC;',
    '',
  ]
}

/** What Postgres itself would store (RFC 5803), so that not even its logs could see the password. */
function scramVerifier(password: string): string {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`
}

/** What a killed process left half made. Its process id is in the name; the living are left alone. */
async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = /^new-(\d+)-/.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) await rm(join(root, name), { recursive: true, force: true })
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
