import type { AccountState, LockoutRules } from './connector.js'

/**
 * One more wrong password would reach the threshold: a bind of ours must not be the one that locks (security.md rule 6).
 * 0: the directory never locks; null: not readable, so the strictest usual value is assumed.
 */
export function bindWouldLock(state: AccountState, { threshold }: Pick<LockoutRules, 'threshold'>, assumed: number): boolean {
  const limit = threshold ?? assumed
  return limit > 0 && (state.wrongPasswords ?? 0) >= limit - 1
}
