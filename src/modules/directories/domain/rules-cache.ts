import type { Clock } from '../../../kernel/clock.js'
import type { DeclaredRules } from '../../password-policy/index.js'
import { ConnectorError } from './connector.js'

/** Of a directory that cannot be asked: it may well have rules, it only does not say. */
export const UNDECLARED: DeclaredRules = {
  minLength: null, maxLength: null, minLower: null, minUpper: null, minDigit: null, minSpecial: null, minClasses: null,
  prohibitedCharacters: null, rejectPersonWords: false, historyLength: null, minAgeSeconds: null, maxAgeSeconds: null,
  exact: false,
}

type Kept<T> = { readonly value: T; readonly readAt: number }

/** What a directory says about itself, for a while: one question at a time a key, and the last answer when it is silent. */
export class RulesCache<T> {
  readonly #kept = new Map<string, Kept<T>>()
  readonly #asking = new Map<string, Promise<T>>()

  constructor(
    private readonly forMs: number,
    private readonly entries: number,
    private readonly clock: Clock,
  ) {}

  /** The last answer, however old, without asking. */
  last(key: string): T | null {
    return this.#kept.get(key)?.value ?? null
  }

  async get(key: string, asStale: (value: T) => T, read: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key)
    if (kept && this.clock.now().getTime() - kept.readAt < this.forMs) return kept.value
    let asking = this.#asking.get(key)
    if (!asking) {
      asking = read().then((value) => this.#keep(key, value)).finally(() => this.#asking.delete(key))
      this.#asking.set(key, asking)
    }
    try {
      return await asking
    } catch (error) {
      if (kept && error instanceof ConnectorError) return asStale(kept.value)
      throw error
    }
  }

  #keep(key: string, value: T): T {
    this.#kept.delete(key) // put last: the first in a Map is the one read longest ago
    this.#kept.set(key, { value, readAt: this.clock.now().getTime() })
    if (this.#kept.size > this.entries) this.#kept.delete(this.#kept.keys().next().value!)
    return value
  }
}
