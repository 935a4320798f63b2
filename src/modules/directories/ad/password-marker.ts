/**
 * The version of the password as replicated (msDS-KeyVersionNumber): one more with each write, whoever made it, and never
 * the same twice, unlike pwdLastSet, which is 0 both before and after a reset that asks for a change.
 * With several controllers the one that was asked is part of it: another one may show a write seconds later, and a
 * question about a write makes sense only where it was sent (decisions.md 6).
 */
export const passwordMarker = (keyVersion: string, server: string | null): string => (server === null ? keyVersion : `${keyVersion} ${server}`)

/** Null: there is only one. */
export const serverOf = (marker: string): string | null => marker.split(' ')[1] ?? null
