import { Injectable, Logger } from '@nestjs/common'
import { newId } from '../../../kernel/ids.js'
import { ConnectorError, Directories } from '../../directories/index.js'
import type { Account } from '../../identity/index.js'
import { NO_DECLARED_RULES, type DeclaredRules } from '../../password-policy/index.js'
import { PasswordsSettings } from './passwords-settings.js'

/**
 * What each directory asks of this account's password. Directories remembers it for a minute; a directory that has never
 * answered is shown as one that may ask for anything ("at least"): the true word is its own, at the write.
 */
@Injectable()
export class DeclaredRulesReader {
  readonly #log = new Logger('Passwords')
  readonly #last = new Map<string, DeclaredRules>()

  constructor(
    private readonly directories: Directories,
    private readonly settings: PasswordsSettings,
  ) {}

  async rulesOf(account: Account): Promise<DeclaredRules> {
    const { directoryId, nativeId, login } = account
    const context = { deadline: new Date(Date.now() + this.settings.rulesWithinMs), correlationId: newId() }
    try {
      return this.#keep(account, await this.directories.declaredRules(directoryId, { nativeId, login }, context))
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      this.#log.warn(`rules of ${this.directories.get(directoryId).name} not read: ${error.reason}`)
      return { ...(this.lastKnown(account) ?? NO_DECLARED_RULES), exact: false }
    }
  }

  /** The last answer, however old, without asking: inside a transaction nobody waits for a directory. */
  lastKnown(account: Account): DeclaredRules | null {
    return this.#last.get(keyOf(account)) ?? null
  }

  #keep(account: Account, rules: DeclaredRules): DeclaredRules {
    const key = keyOf(account)
    this.#last.delete(key) // put last: the first of a Map is the one asked for longest ago
    this.#last.set(key, rules)
    if (this.#last.size > this.settings.rulesKept) this.#last.delete(this.#last.keys().next().value!)
    return rules
  }
}

const keyOf = ({ directoryId, nativeId }: Account): string => `${directoryId} ${nativeId}`
