import type { Account, ContactPoint, Person } from '../../identity/index.js'

/** Why a typed name walks as a decoy. Never leaves the server; the person on record may be told (decisions.md 15). */
export type DecoyReason = 'unknown' | 'ambiguous' | 'left' | 'locked' | 'frozen' | 'privileged' | 'disabled' | 'no-contact'

/**
 * Whether this person may walk the real road of a code to a contact. Someone locked out by wrong passwords may: they
 * come to reset or to unlock. What is decided here from our own rows is decided again, live, at the write.
 */
export function decoyReason(person: Person, accounts: readonly Account[], contacts: readonly ContactPoint[]): DecoyReason | null {
  if (person.status === 'left') return 'left'
  if (person.identityLocked || person.adminLocked) return 'locked'
  if (person.frozenUntil) return 'frozen'
  if (person.privileged) return 'privileged'
  if (!accounts.some((account) => account.enabled)) return 'disabled'
  if (!contacts.some(carriesReset)) return 'no-contact'
  return null
}

/** A contact that may carry a forgot-password reset alone (decisions.md 9). */
export function carriesReset(contact: ContactPoint): boolean {
  return contact.kind === 'mail' && contact.verified && !contact.behindAccount && !contact.recentlyChanged
}
