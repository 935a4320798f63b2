import { hash, verify } from '@node-rs/argon2'

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. 17 ms on one core of 2026. */
export type Argon2Cost = { readonly memoryKib: number; readonly passes: number; readonly lanes: number }
export const DEFAULT_ARGON2_COST: Argon2Cost = { memoryKib: 19_456, passes: 2, lanes: 1 }

/** `Algorithm.Argon2id`: the library's enum is a `const enum`, which isolated modules cannot read. */
const ARGON2ID = 2

/**
 * argon2id with a bound on how many run at once: each takes a core and 19 MiB, and a flood of sign-ins must queue here
 * instead of starving the thread pool that DNS and file access share.
 */
export class PasswordHasher {
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(private readonly parallel = 2) {}

  /** In PHC form, with its own salt and cost. */
  hash(password: string, { memoryKib, passes, lanes }: Argon2Cost): Promise<string> {
    return this.#inTurn(() => hash(password, { algorithm: ARGON2ID, memoryCost: memoryKib, timeCost: passes, parallelism: lanes }))
  }

  verify(phc: string, password: string): Promise<boolean> {
    return this.#inTurn(() => verify(phc, password))
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.parallel) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}
