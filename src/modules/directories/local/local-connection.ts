import type { PasswordHasher } from '../../../integrations/argon2/password-hasher.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { Database, Tx } from '../../../platform/database/database.js'
import {
  ConnectorError, type AccountRef, type AccountState, type CallContext, type DirectoryConnection, type SetPassword, type VerifyResult,
} from '../domain/connector.js'
import type { LocalAccount, LocalAccounts } from './local-accounts.js'
import { brokenLocalRules, comparedForm, isUnusable } from './local-rules.js'
import type { LocalSettings } from './local-settings.js'
import { inLocalTransaction } from './local-transactions.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** Two writers of one account: the later one judges the account again, so many times at most. */
const WRITE_TRIES = 5
const WRONG: VerifyResult = { verified: false, state: 'wrong' }

/**
 * A conversation with the built-in directory. Hashing is done between transactions, never inside one: no row stays
 * locked and no connection is held while a core works.
 */
export class LocalConnection implements DirectoryConnection {
  constructor(
    private readonly database: Database,
    private readonly accounts: LocalAccounts,
    private readonly settings: LocalSettings,
    private readonly hasher: PasswordHasher,
    /** A hash of nothing, of the present cost: comparing with it takes as long as with a real one. */
    private readonly decoyHash: () => Promise<string>,
  ) {}

  async lookup(ref: AccountRef, context: CallContext): Promise<AccountState> {
    return stateOf(await this.#get(ref, context))
  }

  async search(text: string, limit: number, context: CallContext): Promise<AccountState[]> {
    return (await this.#in(context, (tx) => this.accounts.search(tx, text, limit))).map(stateOf)
  }

  async verify(ref: AccountRef, password: SecretText, context: CallContext): Promise<VerifyResult> {
    const text = password.reveal()
    // a sign-in without a password is no try (RFC 4513 §5.1.2 lets such a bind "succeed" elsewhere)
    if (isUnusable(text)) return WRONG
    const tried = UUID.test(ref.nativeId) ? await this.#in(context, (tx) => this.accounts.countTry(tx, ref.nativeId)) : null
    const right = await this.#compare(tried?.account.passwordHash ?? await this.decoyHash(), text, context)
    if (!tried || !right || tried.account.passwordHash === null) {
      // asked in every case of a no, so that unknown, wrong and locked take as many statements
      const account = UUID.test(ref.nativeId) ? await this.#in(context, (tx) => this.accounts.find(tx, ref.nativeId)) : null
      return !tried && account ? { verified: false, state: 'locked' } : WRONG
    }
    await this.#in(context, (tx) => this.accounts.forgetTries(tx, ref.nativeId, tried.lockedBy))
    return { verified: true, state: signInState(tried.account) } as VerifyResult
  }

  async setPassword(ref: AccountRef, change: SetPassword, context: CallContext): Promise<void> {
    const newPassword = change.newPassword.reveal()
    const byOwner = change.kind === 'change'
    let hash: string | undefined
    for (let attempt = 0; attempt < WRITE_TRIES; attempt += 1) {
      const account = await this.#get(ref, context)
      assertWritable(account, byOwner)
      if (change.kind === 'change') await this.#proveCurrent(ref, change.currentPassword, context)
      if (byOwner && account.tooYoung && !account.mustChange) throw new ConnectorError('too-young', 'the minimum age has not passed', 'no', [{ rule: 'min-age' }])
      this.#assertAllowed(newPassword, account)
      await this.#assertNew(account, newPassword, context)
      hash ??= await this.hasher.hash(comparedForm(newPassword), this.settings.argon2)
      const write = { hash, seenMarker: account.marker, mustChange: change.kind !== 'change' && change.mustChange, byOwner }
      if (await this.#in(context, (tx) => this.accounts.writePassword(tx, account.id, write))) return
    }
    throw new ConnectorError('throttled', 'the account is being written by others')
  }

  async unlock(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    return this.#change(ref, context, (tx) => this.accounts.unlock(tx, ref.nativeId))
  }
  async activate(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    return this.#change(ref, context, (tx) => this.accounts.setDisabled(tx, ref.nativeId, false))
  }
  async deactivate(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    return this.#change(ref, context, (tx) => this.accounts.setDisabled(tx, ref.nativeId, true))
  }

  async #change(ref: AccountRef, context: CallContext, write: (tx: Tx) => Promise<boolean>): Promise<{ changed: boolean }> {
    if (!UUID.test(ref.nativeId)) throw noSuchAccount()
    return this.#in(context, async (tx) => {
      if (await write(tx)) return { changed: true }
      const account = await this.accounts.find(tx, ref.nativeId)
      if (!account) throw noSuchAccount()
      if (account.protectedGroup !== null) throw protectedAccount(account.protectedGroup)
      return { changed: false }
    })
  }

  /** The owner's present password, counted like any other try. */
  async #proveCurrent(ref: AccountRef, current: SecretText, context: CallContext): Promise<void> {
    const result = await this.verify(ref, current, context)
    if (result.verified) return
    if (result.state === 'locked') throw new ConnectorError('account-locked', 'locked by wrong passwords')
    throw new ConnectorError('wrong-current-password', 'the present password is another one')
  }

  #assertAllowed(newPassword: string, account: LocalAccount): void {
    const broken = brokenLocalRules(newPassword, this.settings, [account.login, account.displayName])
    if (broken.length > 0) throw new ConnectorError('policy-refused', broken.map(({ rule }) => rule).join(', '), 'no', broken)
  }

  /** Newest first, so that the usual repetition is found at once. */
  async #assertNew(account: LocalAccount, newPassword: string, context: CallContext): Promise<void> {
    if (this.settings.rules.historyLength === 0) return
    const hashes = await this.#in(context, (tx) => this.accounts.history(tx, account.id))
    for (const old of hashes) {
      if (await this.#compare(old, newPassword, context)) {
        throw new ConnectorError('history', `among the last ${this.settings.rules.historyLength}`, 'no', [{ rule: 'history' }])
      }
    }
  }

  async #compare(hash: string, password: string, context: CallContext): Promise<boolean> {
    if (context.deadline.getTime() <= Date.now()) throw new ConnectorError('timed-out', 'the deadline passed before the comparison')
    return this.hasher.verify(hash, comparedForm(password))
  }

  async #get(ref: AccountRef, context: CallContext): Promise<LocalAccount> {
    const account = UUID.test(ref.nativeId) ? await this.#in(context, (tx) => this.accounts.find(tx, ref.nativeId)) : null
    if (!account) throw noSuchAccount()
    return account
  }

  #in<T>(context: CallContext, work: (tx: Tx) => Promise<T>): Promise<T> {
    return inLocalTransaction(this.database, context, work)
  }
}

const noSuchAccount = (): ConnectorError => new ConnectorError('no-such-account', 'no account with this id')
const protectedAccount = (group: string): ConnectorError => new ConnectorError('protected-account', `member of ${group}`)

/** A reset would be accepted by the store, and that is the danger: it must not bring back who was shut out on purpose. */
function assertWritable(account: LocalAccount, byOwner: boolean): void {
  if (account.protectedGroup !== null) throw protectedAccount(account.protectedGroup)
  if (account.disabled) throw new ConnectorError('account-disabled', 'the account is disabled')
  if (account.expired) throw new ConnectorError('account-expired', 'the account has expired')
  if (byOwner && account.locked) throw new ConnectorError('account-locked', 'locked by wrong passwords')
}

function signInState(account: LocalAccount): 'ok' | 'must-change' | 'password-expired' | 'disabled' | 'account-expired' {
  if (account.disabled) return 'disabled'
  if (account.expired) return 'account-expired'
  if (account.mustChange) return 'must-change'
  return account.passwordExpired ? 'password-expired' : 'ok'
}

function stateOf(account: LocalAccount): AccountState {
  return {
    ref: { nativeId: account.id, login: account.login },
    displayName: account.displayName,
    enabled: !account.disabled,
    accountExpired: account.expired,
    locked: account.locked,
    lockedAt: account.lockedAt,
    unlocksAt: account.unlocksAt,
    wrongPasswords: account.badCount,
    mustChange: account.mustChange,
    passwordSetAt: account.passwordSetAt,
    passwordExpiresAt: account.passwordExpiresAt,
    passwordExpired: account.passwordExpired,
    protected: account.protectedGroup !== null,
    protectedBecause: account.protectedGroup,
    passwordMarker: account.marker,
  }
}
