import { randomUUID } from 'node:crypto'
import type { SecretText } from '../../src/kernel/secret-text.js'
import {
  ConnectorError,
  type AccountRef, type AccountState, type CallContext, type Capability, type DirectoryConnection, type DirectoryConnector,
  type LockoutRules, type SetPassword, type VerifyResult,
} from '../../src/modules/directories/index.js'
import { NO_DECLARED_RULES, type DeclaredRules } from '../../src/modules/password-policy/index.js'

export type MemoryAccount = {
  password: string
  marker: number
  /** Every password there ever was: with history enforced none of them comes back. */
  history: string[]
  locked: boolean
  enabled: boolean
  expired: boolean
  protected: boolean
  mustChange: boolean
  wrongPasswords: number
  /** Password writes that took effect, by whomever. */
  effectiveWrites: string[]
}

/**
 * A small directory that keeps the rules a real one keeps: history, lockout after wrong passwords, disabled and protected
 * accounts, a marker that moves with each effective write. It answers at once; what goes wrong on the way is FaultyConnector's.
 */
export class MemoryDirectory implements DirectoryConnector {
  readonly capabilities = new Set<Capability>([
    'lookup', 'verify', 'reset', 'change', 'unlock', 'activate', 'deactivate', 'mustChange', 'declaredPasswordRules', 'health',
  ])
  readonly accounts = new Map<string, MemoryAccount>()
  readonly calls: string[] = []
  threshold: number | null = 5
  rules: DeclaredRules = { ...NO_DECLARED_RULES, exact: true }

  add(login: string, facts: Partial<MemoryAccount> = {}): AccountRef & { account: MemoryAccount } {
    const nativeId = randomUUID()
    const account: MemoryAccount = {
      password: 'the old password', marker: 1, history: ['the old password'], locked: false, enabled: true, expired: false,
      protected: false, mustChange: false, wrongPasswords: 0, effectiveWrites: [], ...facts,
    }
    this.accounts.set(nativeId, account)
    return { nativeId, login, account }
  }

  /** As an administrator with another tool would. */
  setElsewhere(nativeId: string, password: string): void {
    this.#store(this.#account(nativeId), password)
  }

  async use<T>(_context: CallContext, work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    return work({
      lookup: async (ref) => this.#lookup(ref),
      setPassword: async (ref, change) => this.#setPassword(ref, change),
      unlock: async (ref) => this.#toggle(ref, 'unlock', (account) => account.locked, (account) => Object.assign(account, { locked: false, wrongPasswords: 0 })),
      activate: async (ref) => this.#toggle(ref, 'activate', (account) => !account.enabled, (account) => Object.assign(account, { enabled: true })),
      deactivate: async (ref) => this.#toggle(ref, 'deactivate', (account) => account.enabled, (account) => Object.assign(account, { enabled: false })),
      verify: async (ref, password) => this.#verify(ref, password),
    })
  }

  async declaredPasswordRules(): Promise<DeclaredRules> {
    this.calls.push('declaredPasswordRules')
    return this.rules
  }
  async lockoutRules(): Promise<LockoutRules> {
    return { threshold: this.threshold, windowSeconds: 900 }
  }
  async health(): Promise<void> {}
  async close(): Promise<void> {}

  #account(nativeId: string): MemoryAccount {
    const account = this.accounts.get(nativeId)
    if (!account) throw new ConnectorError('no-such-account', 'no such object')
    return account
  }

  #lookup(ref: AccountRef): AccountState {
    this.calls.push('lookup')
    const account = this.#account(ref.nativeId)
    return {
      ref, displayName: null, enabled: account.enabled, accountExpired: account.expired, locked: account.locked, lockedAt: null,
      unlocksAt: null, wrongPasswords: account.wrongPasswords, mustChange: account.mustChange, passwordSetAt: null,
      passwordExpiresAt: null, passwordExpired: false, protected: account.protected,
      protectedBecause: account.protected ? 'member of Domain Admins' : null, passwordMarker: String(account.marker),
    }
  }

  #setPassword(ref: AccountRef, change: SetPassword): void {
    this.calls.push('setPassword')
    const account = this.#account(ref.nativeId)
    if (change.kind === 'change' && !this.#matches(account, change.currentPassword)) throw new ConnectorError('wrong-current-password', 'data 52e')
    const password = change.newPassword.reveal()
    if (account.history.includes(password)) throw new ConnectorError('history', '0000052D: used before')
    this.#store(account, password)
    account.mustChange = change.kind !== 'change' && change.mustChange
  }

  #store(account: MemoryAccount, password: string): void {
    account.password = password
    account.history.push(password)
    account.effectiveWrites.push(password)
    account.marker += 1
    account.wrongPasswords = 0
  }

  #toggle(ref: AccountRef, name: string, needed: (account: MemoryAccount) => boolean, act: (account: MemoryAccount) => void): { changed: boolean } {
    this.calls.push(name)
    const account = this.#account(ref.nativeId)
    const changed = needed(account)
    if (changed) act(account)
    return { changed }
  }

  #verify(ref: AccountRef, password: SecretText): VerifyResult {
    this.calls.push('verify')
    const account = this.#account(ref.nativeId)
    if (account.locked) return { verified: false, state: 'locked' }
    if (!this.#matches(account, password)) return { verified: false, state: 'wrong' }
    if (!account.enabled) return { verified: true, state: 'disabled' }
    return { verified: true, state: account.mustChange ? 'must-change' : 'ok' }
  }

  #matches(account: MemoryAccount, password: SecretText): boolean {
    if (account.password === password.reveal()) {
      account.wrongPasswords = 0
      return true
    }
    account.wrongPasswords += 1
    if (this.threshold !== null && account.wrongPasswords >= this.threshold) account.locked = true
    return false
  }
}
