import type { Account, ContactPoint, Person } from '../../identity/index.js'
import { carriesReset, decideRequirement, type Purpose } from '../../verification/index.js'

/** Why a typed name walks as a decoy. Never leaves the server; the person on record may be told (decisions.md 15). */
export type DecoyReason = 'unknown' | 'ambiguous' | 'left' | 'locked' | 'frozen' | 'privileged' | 'disabled' | 'no-contact'

/**
 * Whether this person may walk the real road of a code to a contact. Someone locked out by wrong passwords may: they
 * come to reset or to unlock. What is decided here from our own rows is decided again, live, at the write.
 */
export function decoyReason(
  person: Person, accounts: readonly Account[], contacts: readonly ContactPoint[], purpose: Purpose,
): DecoyReason | null {
  if (person.status === 'left') return 'left'
  if (person.identityLocked || person.adminLocked) return 'locked'
  if (person.frozenUntil) return 'frozen'
  // asked as the gate asks; the brake changes what must be proved, never whether it may be
  const { privileged } = person
  if (!decideRequirement({ purpose, channel: 'self-service', privileged, stepUp: false }).allowed) return 'privileged'
  if (!accounts.some((account) => account.enabled)) return 'disabled'
  if (!contacts.some(carriesReset)) return 'no-contact'
  return null
}
