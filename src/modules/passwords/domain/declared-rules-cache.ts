import { Injectable, Logger } from '@nestjs/common'
import { newId } from '../../../kernel/ids.js'
import { ConnectorError, Directories } from '../../directories/index.js'
import type { Account } from '../../identity/index.js'
import { NO_DECLARED_RULES, type DeclaredRules } from '../../password-policy/index.js'
import { PasswordsSettings } from './passwords-settings.js'

type Known = { readonly rules: DeclaredRules; readonly readAt: number; readonly fresh: boolean }

/**
 * What each directory asks of this account's password, remembered for a minute. A directory that does not answer is
 * shown with what it said last, or with nothing, and marked as "at least": the true word is its own at the write.
 */
@Injectable()
export class DeclaredRulesCache {
  readonly #log = new Logger('Passwords')
  readonly #known = new Map<string, Known>()
  readonly #reading = new Map<string, Promise<DeclaredRules>>()

  constructor(
    private readonly directories: Directories,
    private readonly settings: PasswordsSettings,
  ) {}

  async rulesOf(account: Account): Promise<DeclaredRules> {
    const key = keyOf(account.directoryId, account.nativeId)
    const known = this.#known.get(key)
    if (known && performance.now() - known.readAt < (known.fresh ? this.settings.rulesFreshMs : this.settings.rulesRetryMs)) return known.rules
    let reading = this.#reading.get(key)
    if (!reading) {
      reading = this.#read(key, account).finally(() => this.#reading.delete(key))
      this.#reading.set(key, reading)
    }
    return reading
  }

  /** What is remembered, however old, without asking: inside a transaction nobody waits for a directory. */
  lastKnown({ directoryId, nativeId }: Account): DeclaredRules | null {
    return this.#known.get(keyOf(directoryId, nativeId))?.rules ?? null
  }

  async #read(key: string, { directoryId, nativeId, login }: Account): Promise<DeclaredRules> {
    if (!this.directories.capabilities(directoryId).has('declaredPasswordRules')) return this.#keep(key, NO_DECLARED_RULES, true)
    const context = { deadline: new Date(Date.now() + this.settings.rulesWithinMs), correlationId: newId() }
    try {
      return this.#keep(key, await this.directories.declaredRules(directoryId, { nativeId, login }, context), true)
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      this.#log.warn(`rules of ${this.directories.get(directoryId).name} not read: ${error.reason}`)
      return this.#keep(key, { ...(this.#known.get(key)?.rules ?? NO_DECLARED_RULES), exact: false }, false)
    }
  }

  #keep(key: string, rules: DeclaredRules, fresh: boolean): DeclaredRules {
    this.#known.delete(key) // put last: the first in a Map is the one read longest ago
    this.#known.set(key, { rules, readAt: performance.now(), fresh })
    if (this.#known.size > this.settings.rulesKept) this.#known.delete(this.#known.keys().next().value!)
    return rules
  }
}

const keyOf = (directoryId: string, nativeId: string): string => `${directoryId} ${nativeId}`
