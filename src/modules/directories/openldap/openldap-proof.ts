import { randomUUID } from 'node:crypto'
import {
  ASSERTION_FAILED, AssertionControl, LdapFailure, not, PpolicyControl, present, type LdapLease,
} from '../../../integrations/ldap/index.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { CallContext, VerifyResult } from '../domain/connector.js'
import type { OpenldapAccount } from './openldap-account.js'
import { errorOfOperation, INVALID_CREDENTIALS } from './openldap-answers.js'

export const WRONG: VerifyResult = { verified: false, state: 'wrong' }
export const LOCKED: VerifyResult = { verified: false, state: 'locked' }
/** inappropriateAuthentication: it has no password; noSuchObject: it went away this moment. */
const NOBODY_THERE: ReadonlySet<number> = new Set([48, 32])

/**
 * A bind as the person, which the directory counts like any other. slapd tells of an expired password and of one that must be
 * changed only to who knows it; of a lock to everybody.
 */
export async function bindAs(dn: string, password: SecretText, lease: LdapLease, { deadline }: CallContext): Promise<VerifyResult> {
  const policy = new PpolicyControl()
  try {
    await lease.asUser(dn, password, deadline, undefined, [policy])
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.kind !== 'refused') throw errorOfOperation(error, false)
    if (error.code !== null && NOBODY_THERE.has(error.code)) return WRONG
    if (error.code !== INVALID_CREDENTIALS) throw errorOfOperation(error, false)
    if (error.ppolicy?.error === 'password-expired') return { verified: true, state: 'password-expired' }
    return error.ppolicy?.error === 'account-locked' ? LOCKED : WRONG
  }
  if (policy.answer?.error === 'change-after-reset') return { verified: true, state: 'must-change' }
  return { verified: true, state: policy.answer?.graceSignInsLeft === null || !policy.answer ? 'ok' : 'password-expired' }
}

/**
 * Whether this is the password of an account that may not bind (disabled, ended). slapd compares the value to be deleted
 * before it looks at the assertion, which never holds: so nothing is ever written, and no failure is counted either; the
 * caller counts. Null: the directory did not come to comparing (a minimum age is judged first).
 */
export async function isPasswordOf(account: OpenldapAccount, password: SecretText, lease: LdapLease, { deadline }: CallContext): Promise<boolean | null> {
  const never = new AssertionControl(not(present('objectClass')))
  try {
    await lease.modify(account.dn, [
      { operation: 'delete', attribute: 'userPassword', values: [password.reveal()] },
      { operation: 'replace', attribute: 'userPassword', values: [`Never-${randomUUID()}`] },
    ], deadline, [never, new PpolicyControl()])
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.kind !== 'refused') throw errorOfOperation(error, false)
    if (error.code === ASSERTION_FAILED) return true
    return error.ppolicy?.error === 'must-supply-old-password' ? false : null
  }
  return null
}
