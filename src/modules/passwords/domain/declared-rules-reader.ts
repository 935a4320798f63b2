import { Injectable, Logger } from '@nestjs/common'
import { newId } from '../../../kernel/ids.js'
import { ConnectorError, Directories } from '../../directories/index.js'
import type { Account } from '../../identity/index.js'
import { NO_DECLARED_RULES, type DeclaredRules } from '../../password-policy/index.js'
import { PasswordsSettings } from './passwords-settings.js'

/**
 * What each directory asks of this account's password. Directories remembers it for a minute, and its last word for as long
 * as it is away; one that has never answered is shown as one that may ask for anything ("at least"): the true word is its own,
 * at the write.
 */
@Injectable()
export class DeclaredRulesReader {
  readonly #log = new Logger('Passwords')

  constructor(
    private readonly directories: Directories,
    private readonly settings: PasswordsSettings,
  ) {}

  async rulesOf(account: Account): Promise<DeclaredRules> {
    const { directoryId, nativeId, login } = account
    const context = { deadline: new Date(Date.now() + this.settings.rulesWithinMs), correlationId: newId() }
    try {
      return await this.directories.declaredRules(directoryId, { nativeId, login }, context)
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      this.#log.warn(`rules of directory ${directoryId} not read: ${error.reason}`)
      return { ...NO_DECLARED_RULES, exact: false }
    }
  }
}
