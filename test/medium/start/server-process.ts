import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const MAIN = join(process.cwd(), 'dist/src/main.js')

/** The built product as a process of its own. What the test run left in the environment does not reach it. */
export class ServerProcess {
  output = ''
  readonly ended: Promise<number | string | null>
  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream!.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    }
    this.ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  }

  static start(args: string[], env: NodeJS.ProcessEnv, command = [process.execPath, MAIN]): ServerProcess {
    if (!existsSync(MAIN)) throw new Error('dist is not built: node scripts/build.mjs')
    const [file, ...rest] = [...command, ...args]
    return new ServerProcess(spawn(file!, rest, {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    }))
  }

  /** Ends when the server answers, or throws with all that it said. */
  async ready(port: number): Promise<void> {
    for (let open = true; open;) {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null)
      if (answer?.ok) return
      open = await Promise.race([this.ended.then(() => false), new Promise<boolean>((wake) => setTimeout(wake, 50, true))])
    }
    throw new Error(`the server ended: ${this.output}`)
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | null> {
    this.child.kill(signal)
    return this.ended
  }
}

/** Free a moment ago, and below the ports that the system hands out by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const probe = createServer()
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    const { port: found } = probe.address() as AddressInfo
    await new Promise((closed) => probe.close(closed))
    return found
  }
}

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'lk-start-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** What the process could write, and so could have kept: heap, stacks, buffers. Linux; one Buffer a region. */
export async function memoryOf(pid: number): Promise<Buffer[]> {
  const regions = (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n').flatMap((line) => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? []
    return from && to ? [{ start: Number.parseInt(from, 16), end: Number.parseInt(to, 16) }] : []
  })
  const memory = await open(`/proc/${pid}/mem`)
  try {
    const parts: Buffer[] = []
    for (const { start, end } of regions) {
      const length = end - start
      const buffer = Buffer.alloc(length)
      const read = await memory.read({ buffer, position: start, length }).catch(() => null) // some regions are not for reading
      if (read) parts.push(buffer)
    }
    return parts
  } finally {
    await memory.close()
  }
}
