import { Injectable } from '@nestjs/common'
import type { PasswordCheck, PolicyView } from '../../../contract/password-policy.contract.js'
import type { Violation } from '../../../contract/problem.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { codePoints } from './characters.js'
import { CommonPasswords } from './common-passwords.js'
import type { PersonWords } from './declared-rules.js'
import { PasswordPolicySettings } from './password-policy-settings.js'
import { joinPolicies, type DirectoryRules, type PolicyOperation } from './policy-join.js'
import { MAX_CODE_POINTS } from './product-policy.js'
import { brokenRules, type RuleContext } from './rules.js'
import { StrengthMeter, type Strength } from './strength-meter.js'

/**
 * The one judge of a new password: the page's live ticks, the gate at the submit and the generator all ask it.
 * A view holds every rule somebody can plan a password by; five more hold always and are named only when broken:
 * max-length (256 code points), not-blank, no-control, and the meter's strength.
 */
@Injectable()
export class PolicyEngine {
  readonly #context: Omit<RuleContext, 'personWords'>

  constructor(
    private readonly settings: PasswordPolicySettings,
    common: CommonPasswords,
    private readonly meter: StrengthMeter,
  ) {
    this.#context = { common, contextWords: settings.policy.contextWords }
  }

  /** The product's policy joined with what each chosen directory declares. */
  join(directories: readonly DirectoryRules[], operation: PolicyOperation): PolicyView {
    return joinPolicies(this.settings.policy, directories, operation)
  }

  /** Every broken rule that is checked here, without the meter. Pure: same input, same answer. */
  violations(view: PolicyView, password: SecretText, personWords: PersonWords): Violation[] {
    return brokenRules(view, password.reveal(), { ...this.#context, personWords })
  }

  /** What the gate asks: the rules, and when they are all met the meter's lowest score too. */
  async judge(view: PolicyView, password: SecretText, personWords: PersonWords): Promise<Violation[]> {
    const violations = this.violations(view, password, personWords)
    if (violations.length > 0) return violations
    const strength = await this.#measure(password, personWords, this.settings.meterGateBudgetMs)
    return this.#tooWeak(strength) ? [{ rule: 'strength', params: { min: this.settings.policy.minScore } }] : []
  }

  /** The live check: the same rules as `judge`, ticked one by one, and the meter's opinion of whatever was typed. */
  async check(view: PolicyView, password: SecretText, personWords: PersonWords): Promise<PasswordCheck> {
    const violations = this.violations(view, password, personWords)
    const length = codePoints(password.reveal())
    // too long is refused unseen, and nothing typed is nothing to measure
    const strength = length === 0 || length > MAX_CODE_POINTS ? null : await this.#measure(password, personWords)
    const broken = new Set(violations.map(({ rule }) => rule))
    const rules: PasswordCheck['rules'] = view.rules
      .filter(({ checkedBy }) => checkedBy !== 'not-enforced')
      .map(({ rule, checkedBy }) => ({ rule, met: checkedBy === 'here' ? !broken.has(rule) : null }))
    for (const rule of ['max-length', 'not-blank', 'no-control'] as const) {
      if (broken.has(rule) && !rules.some((row) => row.rule === rule)) rules.push({ rule, met: false })
    }
    const weak = this.#tooWeak(strength)
    if (this.settings.policy.minScore > 0) rules.push({ rule: 'strength', met: strength === null && length > 0 ? null : !weak && length > 0 })
    return {
      acceptable: violations.length === 0 && !weak,
      rules,
      score: strength?.score ?? null,
      reason: strength?.reason ?? null,
    }
  }

  #measure(password: SecretText, personWords: PersonWords, budgetMs?: number): Promise<Strength | null> {
    return this.meter.measure(password, [...personWords, ...this.settings.policy.contextWords], budgetMs)
  }

  /** Fail-safe of an advisory judge: without a score (the meter died, was slow, was flooded) the rules alone decide. */
  #tooWeak(strength: Strength | null): boolean {
    return strength !== null && strength.score < this.settings.policy.minScore
  }
}
