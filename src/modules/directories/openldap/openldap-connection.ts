import { randomUUID } from 'node:crypto'
import { ASSERTION_FAILED, AssertionControl, equal, LdapFailure, type LdapChange, type LdapLease, type LdapServers, type Serialiser } from '../../../integrations/ldap/index.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import {
  ConnectorError, type AccountRef, type AccountState, type CallContext, type DirectoryConnection, type SetPassword, type VerifyResult,
} from '../domain/connector.js'
import { unsendable } from '../domain/sendable-password.js'
import { LOCKED_FOR_GOOD } from './generalized-time.js'
import { hasEnded, isDisabled, lockOf, type OpenldapAccount } from './openldap-account.js'
import { errorOfOperation, NO_SUCH_ATTRIBUTE, NO_SUCH_OBJECT } from './openldap-answers.js'
import { OpenldapPasswords, stillIs } from './openldap-passwords.js'
import { bindAs, isPasswordOf, LOCKED, WRONG } from './openldap-proof.js'
import type { OpenldapTree } from './openldap-tree.js'

const TRIES = 4

/** What the connections of one directory share in this process. */
export type OpenldapShared = {
  readonly servers: LdapServers
  readonly tree: OpenldapTree
  readonly serialiser: Serialiser
  /** Where nobody lives: a name to try a password on that belongs to no account. */
  readonly peopleDn: string
  readonly loginAttribute: string
}

/** A conversation with one slapd. One step at a time for each entry: two modifies at once may trip over each other's history. */
export class OpenldapConnection implements DirectoryConnection {
  /** What the last look of this conversation showed. */
  #seen: OpenldapAccount | null = null

  constructor(private readonly lease: LdapLease, private readonly shared: OpenldapShared) {}

  async lookup(ref: AccountRef, context: CallContext): Promise<AccountState> {
    const { tree } = this.shared
    this.#seen = await tree.get(ref, this.lease, context)
    return tree.stateOf(this.#seen, this.lease, context)
  }

  async verify(ref: AccountRef, password: SecretText, context: CallContext): Promise<VerifyResult> {
    if (unsendable(password.reveal()).length > 0) return WRONG
    return this.#inTurn(ref, context, () => this.#verify(ref, password, context))
  }

  async setPassword(ref: AccountRef, change: SetPassword, context: CallContext): Promise<void> {
    const seen = this.#seen?.uuid.toLowerCase() === ref.nativeId.toLowerCase() ? this.#seen : null
    this.#seen = null
    await this.#inTurn(ref, context, () => this.#write(() => new OpenldapPasswords(this.shared.tree).set(ref, change, seen, this.lease, context)))
  }

  unlock(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    // deleting, not replacing: only then slapd forgets the wrong passwords too, and the next one does not lock again
    return this.#toggle(ref, context, async (account) => {
      const lock = lockOf(account, await this.shared.tree.policyOf(account, this.lease, context), new Date())
      return account.disabled || lock === null ? null : removeLock(account)
    })
  }
  activate(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    return this.#toggle(ref, context, async (account) => (account.disabled ? removeLock(account) : null))
  }
  deactivate(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }> {
    return this.#toggle(ref, context, async (account) => {
      if (account.disabled) return null
      const policy = await this.shared.tree.policyOf(account, this.lease, context)
      // slapd looks at the lock only where the policy locks at all
      if (policy && !policy.locksAtAll) throw new ConnectorError('unsupported', `${policy.dn} has pwdLockout FALSE: a lock would not keep anybody out`)
      return [{ operation: 'replace', attribute: 'pwdAccountLockedTime', values: [LOCKED_FOR_GOOD] }]
    })
  }

  async #verify(ref: AccountRef, password: SecretText, context: CallContext): Promise<VerifyResult> {
    const { lease, shared: { tree, peopleDn, loginAttribute } } = this
    const account = await tree.find(ref, lease, context)
    if (!account) {
      // as much work as a wrong password, and the same answer
      await bindAs(`${loginAttribute}=${randomUUID()},${peopleDn}`, password, lease, context)
      return WRONG
    }
    const now = new Date()
    if (isDisabled(account, now) || hasEnded(account, now)) {
      const known = await isPasswordOf(account, password, lease, context)
      return known ? { verified: true, state: isDisabled(account, now) ? 'disabled' : 'account-expired' } : WRONG
    }
    if (lockOf(account, await tree.policyOf(account, lease, context), now)) return LOCKED
    return bindAs(account.dn, password, lease, context)
  }

  /** `plan` says what to write for the account as it is, or null when there is nothing to do. */
  #toggle(ref: AccountRef, context: CallContext, plan: (account: OpenldapAccount) => Promise<readonly LdapChange[] | null>): Promise<{ changed: boolean }> {
    const { tree } = this.shared
    return this.#inTurn(ref, context, () => this.#write(async () => {
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        const account = await tree.get(ref, this.lease, context)
        const because = await tree.protectionOf(account, this.lease, context)
        if (because !== null) throw new ConnectorError('protected-account', because)
        const changes = await plan(account)
        if (!changes) return { changed: false }
        try {
          const asJudged = account.disabled ? equal('entryUUID', account.uuid) : stillIs(account)
          await this.lease.modify(account.dn, changes, context.deadline, [new AssertionControl(asJudged)])
          return { changed: true }
        } catch (error) {
          if (!(error instanceof LdapFailure) || ![ASSERTION_FAILED, NO_SUCH_OBJECT, NO_SUCH_ATTRIBUTE].includes(error.code ?? -1)) throw error
        }
      }
      throw new ConnectorError('throttled', 'the account is being written by others')
    }))
  }

  #inTurn<T>(ref: AccountRef, { deadline }: CallContext, work: () => Promise<T>): Promise<T> {
    return this.shared.serialiser.run(ref.nativeId, deadline, work, () => new ConnectorError('throttled', 'others are at work on this account'))
  }

  async #write<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw errorOfOperation(error, true)
    }
  }
}

/** Naming the value that was seen: a lock that came later stays. */
const removeLock = ({ lockValue }: OpenldapAccount): LdapChange[] => [{ operation: 'delete', attribute: 'pwdAccountLockedTime', values: [lockValue ?? ''] }]
