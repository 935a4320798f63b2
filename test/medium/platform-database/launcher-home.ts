import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod, chown, copyFile, link, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { transformFile } from '@swc/core'

/** Who launches: ourselves and, as root, an ordinary user too, who may own nothing but one folder. */
export type Caller = { readonly name: string; readonly uid?: number; readonly gid?: number }
export const ORDINARY: Caller = { name: 'an ordinary user', uid: 65_534, gid: 65_534 }
export const asRoot = process.getuid?.() === 0
export const CALLERS: Caller[] = asRoot ? [{ name: 'root' }, ORDINARY] : [{ name: 'an ordinary user' }]

const SOURCES = ['src/platform/database/embedded', 'src/platform/database/embedded-postgres.ts', 'src/platform/files']
const LAUNCH = `
import { startEmbeddedPostgres } from './src/platform/database/embedded-postgres.js'
const say = (fact) => process.stdout.write(JSON.stringify(fact) + '\\n')
try {
  const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2], log: (log) => say({ log }) })
  process.on('SIGTERM', async () => {
    await postgres.stop()
    process.exit(0)
  })
  say({ adopted: postgres.adopted, appUrl: postgres.appUrl, version: postgres.version })
  setInterval(() => {}, 60_000)
} catch (error) {
  say({ refused: error.message })
  process.exit(1)
}`

export type Fact = { adopted?: boolean; appUrl?: string; version?: string; refused?: string; log?: string }

/**
 * The launcher on its own, compiled, with the packages it needs, in a folder that any user can read: what is tested is
 * a real process that can be killed and that runs as somebody else.
 */
export class LauncherHome {
  readonly #children: ChildProcess[] = []
  private constructor(readonly folder: string, readonly caller: Caller) {}

  static async make(caller: Caller): Promise<LauncherHome> {
    const folder = await mkdtemp(join(tmpdir(), 'lk-'))
    await chmod(folder, 0o755)
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await writeFile(join(folder, 'launch.mjs'), LAUNCH)
    for (const file of (await Promise.all(SOURCES.map(sourcesOf))).flat()) {
      const target = join(folder, relative(process.cwd(), file)).replace(/\.ts$/, '.js')
      await mkdir(dirname(target), { recursive: true })
      const { code } = await transformFile(file, {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, swcrc: false,
      })
      await writeFile(target, code)
    }
    for (const name of await packagesOf('pg')) await copyPackage(name, folder)
    await copyPackage(BINARIES, folder)
    await mkdir(join(folder, 'home'))
    if (caller.uid !== undefined) await chown(join(folder, 'home'), caller.uid, caller.gid!)
    return new LauncherHome(folder, caller)
  }

  /** A place only this caller writes to; nothing is there yet. */
  dataDir(name: string): string {
    return join(this.folder, 'home', name)
  }
  get native(): string {
    return join(this.folder, 'node_modules', BINARIES, 'native')
  }

  launch(dataDir: string): Launch {
    const child = spawn(process.execPath, [join(this.folder, 'launch.mjs'), dataDir], {
      cwd: '/',
      env: { PATH: process.env.PATH, HOME: join(this.folder, 'home') },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(this.caller.uid !== undefined && { uid: this.caller.uid, gid: this.caller.gid }),
    })
    this.#children.push(child)
    return new Launch(child)
  }

  async remove(): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    for (const name of await readdir(join(this.folder, 'home'))) await endPostgres(this.dataDir(name))
    await rm(this.folder, { recursive: true, force: true })
  }
}

export class Launch {
  readonly facts: Fact[] = []
  #rest = ''
  constructor(readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n')
      this.#rest = lines.pop()!
      for (const line of lines) this.facts.push(JSON.parse(line) as Fact)
      child.emit('facts')
    })
  }

  /** The first fact that fits, now or when it comes; a launcher that ends without it fails the test. */
  async fact(fits: (fact: Fact) => boolean): Promise<Fact> {
    for (;;) {
      const found = this.facts.find(fits)
      if (found) return found
      if (this.ended) throw new Error(`ended, having said ${JSON.stringify(this.facts)}`)
      await Promise.race([once(this.child, 'facts'), once(this.child, 'close')])
    }
  }
  outcome(): Promise<Fact> {
    return this.fact(({ appUrl, refused }) => appUrl !== undefined || refused !== undefined)
  }
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }
  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }
  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.ended) return
    const ended = once(this.child, 'exit')
    this.child.kill(signal)
    await ended
  }
}

export async function postmasterPid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').catch(() => '')
  return Number.parseInt(text, 10) || null
}

/** After a test that killed its launcher: the folder goes away, so nothing of this server is worth a checkpoint. */
async function endPostgres(dataDir: string): Promise<void> {
  const pid = await postmasterPid(dataDir)
  if (pid === null || !(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(dataDir)) return
  process.kill(pid, 'SIGQUIT')
  while ((await postmasterPid(dataDir)) !== null) await new Promise((wake) => setTimeout(wake, 10))
}

const BINARIES = `@embedded-postgres/${process.platform}-${process.arch}`

async function sourcesOf(path: string): Promise<string[]> {
  const whole = join(process.cwd(), path)
  return path.endsWith('.ts') ? [whole] : (await readdir(whole)).map((name) => join(whole, name))
}

async function packagesOf(name: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(name)) return seen
  const manifest = await readFile(join(packageFolder(name), 'package.json'), 'utf8').catch(() => null)
  if (manifest === null) return seen // optional and not installed
  seen.add(name)
  const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: object }
  for (const needed of Object.keys(dependencies)) await packagesOf(needed, seen)
  return seen
}

const packageFolder = (name: string): string => join(process.cwd(), 'node_modules', name)

const copyPackage = (name: string, folder: string): Promise<void> =>
  mirror(packageFolder(name), join(folder, 'node_modules', name))

/** Hard links where the file system allows: the binaries are 60 MB. */
async function mirror(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await mirror(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else await link(source, target).catch(() => copyFile(source, target))
  }
}
