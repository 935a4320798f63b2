import { setTimeout as pause } from 'node:timers/promises'
import {
  all, ASSERTION_FAILED, AssertionControl, equal, LdapFailure, not, PpolicyControl, type LdapChange, type LdapLease,
} from '../../../integrations/ldap/index.js'
import { ConnectorError, type AccountRef, type CallContext, type SetPassword } from '../domain/connector.js'
import { unsendable } from '../domain/sendable-password.js'
import { LOCKED_FOR_GOOD } from './generalized-time.js'
import { hasEnded, isDisabled, lockOf, type OpenldapAccount } from './openldap-account.js'
import { errorOfOperation, NO_SUCH_ATTRIBUTE, NO_SUCH_OBJECT } from './openldap-answers.js'
import { bindAs } from './openldap-proof.js'
import type { Policy } from './openldap-policy.js'
import type { OpenldapTree } from './openldap-tree.js'

/** Moved, deleted, disabled or written by somebody else in between: judged again, so many times at most. */
const TRIES = 4
const CHANGED_MEANWHILE: ReadonlySet<number> = new Set([ASSERTION_FAILED, NO_SUCH_OBJECT, NO_SUCH_ATTRIBUTE])
/** slapd takes `{SSHA}…` for a hash that was made elsewhere: the words themselves would never open anything. */
const LOOKS_LIKE_A_HASH = /^\{[a-z0-9._/-]+\}/i

/** Password writes. The caller sees to it that there is one at a time for each entry. */
export class OpenldapPasswords {
  constructor(private readonly tree: OpenldapTree) {}

  /**
   * `seen` is the account as it was looked at in this conversation, which saves one look: the write asserts that the entry is
   * still that version, and any other one is looked at again.
   */
  async set(ref: AccountRef, change: SetPassword, seen: OpenldapAccount | null, lease: LdapLease, context: CallContext): Promise<void> {
    assertSendable(change.newPassword.reveal())
    for (let attempt = 1; ; attempt += 1) {
      const asSeen = attempt === 1 && seen !== null && seen.version !== null
      const account = asSeen ? seen : await this.tree.get(ref, lease, context)
      const policy = await this.tree.policyOf(account, lease, context)
      await this.#assertWritable(account, policy, change, lease, context)
      await untilTheNextSecond(account, context)
      try {
        await this.#write(account, asSeen, change, lease, context)
        return
      } catch (error) {
        const meanwhile = error instanceof LdapFailure && error.code !== null && CHANGED_MEANWHILE.has(error.code)
        if (!meanwhile || attempt === TRIES) throw meanwhile ? new ConnectorError('throttled', 'the account is being written by others') : refusalOf(error, change, policy)
      }
    }
  }

  async #assertWritable(account: OpenldapAccount, policy: Policy | null, change: SetPassword, lease: LdapLease, context: CallContext): Promise<void> {
    const now = new Date()
    const because = await this.tree.protectionOf(account, lease, context)
    if (because !== null) throw new ConnectorError('protected-account', because)
    if (isDisabled(account, now)) throw new ConnectorError('account-disabled', account.disabled ? `pwdAccountLockedTime is ${LOCKED_FOR_GOOD}` : 'pwdStartTime has not come')
    if (hasEnded(account, now)) throw new ConnectorError('account-expired', 'pwdEndTime has passed')
    if (change.kind !== 'change') {
      if (change.mustChange && policy && !policy.asksToChange) throw new ConnectorError('unsupported', `${policy.dn} has pwdMustChange FALSE: it would not ask for another password`)
      return
    }
    if (lockOf(account, policy, now)) throw new ConnectorError('account-locked', 'locked by wrong passwords')
    if (policy && !policy.ownersMayChange) throw new ConnectorError('policy-refused', `${policy.dn} does not let people change their password (pwdAllowUserChange)`)
    const proof = await bindAs(account.dn, change.currentPassword, lease, context)
    if (proof.verified) return
    if (proof.state === 'locked') throw new ConnectorError('account-locked', 'locked by wrong passwords')
    throw new ConnectorError('wrong-current-password', 'the directory refused the present password')
  }

  /**
   * One modify does all of it: the old value compared at that very moment, the new one, the flag. It happens only to this
   * entry, whatever lies at its name by now, and only while nobody has disabled it (decisions.md 7).
   */
  async #write(account: OpenldapAccount, asSeen: boolean, change: SetPassword, lease: LdapLease, { deadline }: CallContext): Promise<void> {
    const byOwner = change.kind === 'change'
    const mustChange = change.kind !== 'change' && change.mustChange
    const old: LdapChange[] = byOwner ? [{ operation: 'delete', attribute: 'userPassword', values: [change.currentPassword.reveal()] }] : []
    const flag: LdapChange[] = mustChange || account.mustChange ? [{ operation: 'replace', attribute: 'pwdReset', values: mustChange ? ['TRUE'] : [] }] : []
    const write = (): Promise<void> => lease.modify(account.dn, [
      ...old, { operation: 'replace', attribute: 'userPassword', values: [change.newPassword.reveal()] }, ...flag,
    ], deadline, [new AssertionControl(asSeen ? all(stillIs(account), equal('entryCSN', account.version!)) : stillIs(account)), new PpolicyControl()])
    try {
      await write()
    } catch (error) {
      if (!mustChange || account.mustChange || !(error instanceof LdapFailure) || error.ppolicy?.error !== 'password-too-young') throw error
      await this.#afterExemptingFromAge(account, lease, deadline, write)
    }
  }

  /**
   * ppolicy holds everybody to the minimum age but who must change anyway (draft-behera §8.2.7). A reset that is to be changed
   * at once says so first; when the password is refused after all, the flag is taken back.
   */
  async #afterExemptingFromAge(account: OpenldapAccount, lease: LdapLease, deadline: Date, write: () => Promise<void>): Promise<void> {
    const flag = (values: string[]): Promise<void> =>
      lease.modify(account.dn, [{ operation: 'replace', attribute: 'pwdReset', values }], deadline, [new AssertionControl(stillIs(account))])
    await flag(['TRUE'])
    try {
      await write()
    } catch (error) {
      if (error instanceof LdapFailure && error.kind === 'refused') await flag([])
      throw error
    }
  }
}

export const stillIs = ({ uuid }: OpenldapAccount) => all(equal('entryUUID', uuid), not(equal('pwdAccountLockedTime', LOCKED_FOR_GOOD)))

function assertSendable(password: string): void {
  const broken = [...unsendable(password), ...(LOOKS_LIKE_A_HASH.test(password) ? [{ rule: 'prohibited-begin' }] : [])]
  if (broken.length > 0) throw new ConnectorError('policy-refused', `not sent: ${broken.map(({ rule }) => rule).join(', ')}`, 'no', broken)
}

/**
 * pwdChangedTime tells of a write in whole seconds. A second write within one would leave it as it was, and a lost reply to it
 * would look like nothing had happened (decisions.md 6); so it waits, a second at most.
 */
async function untilTheNextSecond({ passwordSetAt }: OpenldapAccount, { deadline }: CallContext): Promise<void> {
  const over = (passwordSetAt?.getTime() ?? 0) + 1_000
  const wait = over - Date.now()
  if (wait <= 0 || wait > 2_000) return // longer ago, or a clock that cannot be compared with ours
  if (Date.now() + wait >= deadline.getTime()) throw new ConnectorError('throttled', 'its password was written within this second')
  await pause(wait + 5)
}

function refusalOf(error: unknown, change: SetPassword, policy: Policy | null): unknown {
  if (error instanceof LdapFailure && error.ppolicy?.error === 'must-supply-old-password') {
    if (change.kind === 'change') return new ConnectorError('wrong-current-password', 'the present password was another one at the moment of writing')
    return new ConnectorError('not-permitted', `${policy?.dn ?? 'its policy'} asks for the old password at a reset too (pwdSafeModify TRUE)`)
  }
  return errorOfOperation(error, true)
}
