import type { ContactPoint } from '../../identity/index.js'

/** A contact that may carry a forgotten password alone: not a mailbox behind the account, not one changed lately (decisions.md 9). */
export function carriesReset(contact: ContactPoint): boolean {
  return contact.kind === 'mail' && contact.verified && !contact.behindAccount && !contact.recentlyChanged
}
