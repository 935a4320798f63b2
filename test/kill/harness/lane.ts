import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stampInstall } from '../../../src/platform/database/install-stamp.js'
import { openTestDatabase, type TestDatabase } from '../../medium/harness/test-database.js'
import { MisbehavingSmtp } from '../../smtp/misbehaving-smtp.js'
import { PatientClient } from './patient-client.js'
import type { KillPlan, Standby, Victim } from './victim.js'

/** One product on one database, killed again and again: what one trial leaves behind is there in the next. */
export class Lane {
  #victim!: Victim
  #up: Promise<void> = Promise.resolve()
  #closing = false
  accidents: string[] = []

  private constructor(
    readonly index: number,
    readonly port: number,
    readonly database: TestDatabase,
    readonly smtp: MisbehavingSmtp,
    readonly dataDir: string,
    private readonly standby: Standby,
  ) {}

  static async open(index: number, standby: Standby): Promise<Lane> {
    const database = await openTestDatabase({ poolSize: 4 })
    await stampInstall(database.owner, 'demo')
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-kill-'))
    const lane = new Lane(index, await freePort(), database, await MisbehavingSmtp.start(), dataDir, standby)
    await lane.#boot()
    return lane
  }

  get origin(): string {
    return `http://localhost:${this.port}`
  }

  /** A browser of its own at an address of its own, so that trials do not share limits by address. */
  client(trial: number): PatientClient {
    const address = `10.${this.index}.${(trial >> 8) & 255}.${trial & 255}`
    return new PatientClient(this.origin, (afterLoss) => this.#listening(afterLoss), { 'x-forwarded-for': address })
  }

  /** Plans the next death. */
  async arm(plan: KillPlan): Promise<Victim> {
    await this.#up
    const victim = this.#victim
    await victim.arm(plan)
    return victim
  }

  /** Everybody may live: what was planned and not reached is called off. */
  async disarm(): Promise<void> {
    await this.#up
    // It may die of the old plan at this very moment; its successor has none.
    await this.#victim.arm(null).catch(() => this.#listening(true))
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#up
    await this.#victim.stop()
    await this.smtp.close()
    await this.database.close()
    await rm(this.dataDir, { recursive: true, force: true })
  }

  /** The line breaks a moment before the death of the process is known; without a death it was a hiccup of the line. */
  async #listening(afterLoss: boolean): Promise<void> {
    if (afterLoss) await Promise.race([this.#victim.exited, pause(250)])
    await this.#up
  }

  #boot(): Promise<void> {
    const victim = this.standby.take()
    this.#victim = victim
    this.#up = victim.serve(this.#env(), this.port)
    void victim.exited.then(() => {
      if (this.#closing) return
      if (!victim.killed) this.accidents.push(`ended by itself:\n${victim.output}`)
      this.#up = this.#boot()
      this.#up.catch((error: Error) => this.accidents.push(error.message))
    })
    return this.#up
  }

  #env(): Record<string, string> {
    return {
      LATCHKEY_DATA_DIR: this.dataDir,
      LATCHKEY_MODE: 'demo',
      LATCHKEY_LOG_FILE: join(this.dataDir, 'latchkey.log'),
      LATCHKEY_SMTP_URL: this.smtp.url,
      TRUSTED_PROXIES: '127.0.0.1,::1',
      DATABASE_URL: this.database.url,
    }
  }
}

/** The same port before and after a death, below the ephemeral range so that no outgoing connection takes it meanwhile. */
async function freePort(): Promise<number> {
  for (;;) {
    const candidate = 20_000 + Math.floor(Math.random() * 10_000)
    const probe = createServer()
    const port = await new Promise<number | null>((resolve) => {
      probe.once('error', () => resolve(null))
      probe.listen(candidate, '127.0.0.1', () => resolve((probe.address() as AddressInfo).port))
    })
    await new Promise((closed) => (port ? probe.close(closed) : closed(undefined)))
    if (port) return port
  }
}
