/**
 * What tells one password write from the next (AD: msDS-KeyVersionNumber, as replicated; slapd: pwdChangedTime), and with
 * several servers the one that was asked: another one may show a write seconds later, and a question about a write makes
 * sense only where it was sent (decisions.md 6).
 */
export const passwordMarker = (version: string, server: string | null): string => (server === null ? version : `${version} ${server}`)

/** Null: there is only one. */
export const serverOf = (marker: string): string | null => marker.split(' ')[1] ?? null
