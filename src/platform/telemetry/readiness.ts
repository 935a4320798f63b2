import { Injectable } from '@nestjs/common'

export type ReadinessReport = { readonly ready: boolean; readonly failing: readonly string[] }

/** A check slower than this has failed: who asks wants to know whether a request sent now would be served. */
const CHECK_WITHIN_MS = 2_000
/** The page is open to everybody; what it costs is bounded by asking again only after this long. */
const REMEMBER_MS = 1_000

/** Whether this process should be sent requests. Modules add what they cannot work without; a check throws its reason. */
@Injectable()
export class Readiness {
  readonly #checks = new Map<string, () => Promise<void>>()
  #stopping = false
  #last: { at: number; report: Promise<ReadinessReport> } | null = null

  /** @param name shown to whoever asks; it names a thing, never an address. */
  add(name: string, check: () => Promise<void>): void {
    if (this.#checks.has(name)) throw new Error(`readiness check ${name} is registered twice`)
    this.#checks.set(name, check)
  }

  /** From the begin of a graceful stop: balancers send no more requests here. */
  stop(): void {
    this.#stopping = true
  }

  report(): Promise<ReadinessReport> {
    if (this.#stopping) return Promise.resolve({ ready: false, failing: ['stopping'] })
    const now = performance.now()
    if (!this.#last || now - this.#last.at > REMEMBER_MS) this.#last = { at: now, report: this.#ask() }
    return this.#last.report
  }

  async #ask(): Promise<ReadinessReport> {
    const answers = await Promise.all([...this.#checks].map(async ([name, check]) => ((await passes(check)) ? null : name)))
    const failing = answers.filter((name) => name !== null)
    return { ready: failing.length === 0, failing }
  }
}

async function passes(check: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_WITHIN_MS)
  })
  try {
    return await Promise.race([check().then(() => true), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
