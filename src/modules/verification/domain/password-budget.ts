import { Injectable } from '@nestjs/common'
import type { Tx } from '../../../platform/database/database.js'
import { Directories } from '../../directories/index.js'
import { PasswordBudgetStore } from '../persistence/password-budget.store.js'
import type { BindTarget } from './known-password-target.js'
import { VerificationSettings } from './verification-settings.js'

export type PasswordGrant = { readonly granted: true; readonly left: number } | { readonly granted: false; readonly until: Date }
type Rules = { readonly most: number; readonly windowSeconds: number }

/**
 * How many wrong passwords the portal may try on an account before the directory itself would lock it: half of the
 * directory's threshold, at least one, at most five (security.md rule 6). Our count starts anew only after a whole quiet
 * window, as AD's does, or after a right password.
 */
@Injectable()
export class PasswordBudget {
  readonly #rules = new Map<string, { readonly rules: Rules; readonly until: number }>()

  constructor(
    private readonly store: PasswordBudgetStore,
    private readonly directories: Directories,
    private readonly settings: VerificationSettings,
  ) {}

  /** One atomic committed statement, before the bind. */
  async take({ directoryId, budgetKey }: BindTarget): Promise<PasswordGrant> {
    const { most, windowSeconds } = await this.#rulesOf(directoryId)
    const tries = await this.store.take(budgetKey, most, windowSeconds)
    if (tries === null) return { granted: false, until: await this.store.closedUntil(budgetKey) }
    return { granted: true, left: most - tries }
  }

  async giveBack({ budgetKey }: BindTarget): Promise<void> {
    await this.store.giveBack(budgetKey)
  }

  async reset(tx: Tx, { budgetKey }: BindTarget): Promise<void> {
    await this.store.reset(tx, budgetKey)
  }

  /** Read from the directory and remembered for minutes: it must not cost every sign-in a directory call. */
  async #rulesOf(directoryId: string): Promise<Rules> {
    const known = this.#rules.get(directoryId)
    const now = performance.now()
    if (known && now < known.until) return known.rules
    const { rules, readable } = await this.#read(directoryId)
    const { lockoutRulesSeconds, unreadableRulesSeconds } = this.settings
    this.#rules.set(directoryId, { rules, until: now + (readable ? lockoutRulesSeconds : unreadableRulesSeconds) * 1000 })
    return rules
  }

  async #read(directoryId: string): Promise<{ rules: Rules; readable: boolean }> {
    const { assumedLockoutThreshold, assumedLockoutWindowSeconds, mostPasswordTries, bindMs } = this.settings
    const context = { deadline: new Date(Date.now() + bindMs), correlationId: 'lockout-rules' }
    // unreadable for whatever reason is treated as the strictest that directories commonly have
    const read = await this.directories.lockoutRules(directoryId, context).catch(() => null)
    const threshold = read?.threshold ?? assumedLockoutThreshold
    const rules = {
      // AD's threshold 0 is "never locks": then our own bound alone holds
      most: threshold === 0 ? mostPasswordTries : Math.max(1, Math.min(mostPasswordTries, Math.floor(threshold / 2))),
      windowSeconds: read?.windowSeconds || assumedLockoutWindowSeconds,
    }
    return { rules, readable: read !== null }
  }
}
