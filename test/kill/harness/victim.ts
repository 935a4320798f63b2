import { fork, type ChildProcess } from 'node:child_process'
import type { CheckpointLabel } from '../../../src/kernel/checkpoints.js'

/** Die the `left`-th time the walk comes past this label from now on. */
export type KillPlan = { label: CheckpointLabel; left: number }

type Answer = { kind: string; message?: string; reached?: Partial<Record<CheckpointLabel, number>> }

/** One process of the product that can be told where to die. */
export class Victim {
  readonly exited: Promise<void>
  readonly loaded: Promise<Answer>
  #dead = false
  #output = ''

  private readonly child: ChildProcess

  constructor(program: string) {
    const child = (this.child = fork(program, { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }))
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-20_000)))
    }
    child.on('error', () => {}) // a message to one that has just died
    // Not events.once: that one rejects on the error of a message to the dead.
    this.exited = new Promise((resolve) => child.once('exit', () => {
      this.#dead = true
      resolve()
    }))
    this.loaded = this.#answer('loaded')
    this.loaded.catch(() => {})
  }

  get dead(): boolean {
    return this.#dead
  }
  /** True when the end was the one we planned and not an accident. */
  get killed(): boolean {
    return this.child.signalCode === 'SIGKILL'
  }
  get output(): string {
    return this.#output
  }

  async serve(env: Record<string, string>, port: number): Promise<void> {
    await this.loaded
    await this.#ask('serve', { env, port })
  }
  async arm(plan: KillPlan | null): Promise<void> {
    await this.#ask('arm', { plan })
  }
  /** SIGKILL from outside, wherever it is. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.exited
  }
  async stop(): Promise<void> {
    if (this.#dead) return
    if (this.child.connected) this.child.send({ kind: 'stop' })
    await this.exited
  }

  #ask(kind: string, message: object): Promise<Answer> {
    if (this.#dead || !this.child.connected) return Promise.reject(new Error(`the victim is dead: ${kind}`))
    const answer = this.#answer(`${kind}-done`)
    this.child.send({ kind, ...message })
    return answer
  }

  #answer(kind: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        this.child.off('message', listen)
        this.child.off('exit', end)
        settle()
      }
      const listen = (answer: Answer): void => {
        if (answer.kind === kind) finish(() => resolve(answer))
        else if (answer.kind === 'failed') finish(() => reject(new Error(`the victim failed: ${answer.message}`)))
      }
      const end = (): void => finish(() => reject(new Error(`the victim died before "${kind}"\n${this.#output}`)))
      this.child.on('message', listen)
      this.child.on('exit', end)
    })
  }
}

/** Loading takes longer than everything else in a trial, so the next process is loading while this one walks. */
export class Standby {
  readonly #waiting: Victim[] = []
  #closed = false
  constructor(private readonly program: string, size: number) {
    for (let i = 0; i < size; i++) this.#waiting.push(new Victim(program))
  }
  take(): Victim {
    const victim = this.#waiting.shift()!
    if (!this.#closed) this.#waiting.push(new Victim(this.program))
    return victim
  }
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#waiting.splice(0).map((victim) => victim.kill()))
  }
}
