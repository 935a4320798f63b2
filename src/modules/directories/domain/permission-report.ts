/**
 * tried: done for real on the named test account (and undone), or attempted where it must be refused · read: the directory
 * showed it (allowedAttributesEffective, an entry we need) · not-proved: nobody named what to try it on. Never green.
 */
export type HowKnown = 'tried' | 'read' | 'not-proved'

/** One right the connector needs, or must not have (decisions.md 30). */
export type PermissionRow = {
  /** What stops working without it: 'connect', 'lookup', 'reset', 'unlock' … or 'boundary' for what must be refused. */
  readonly operation: string
  /** The right in the directory's own words and place: "write userPassword below ou=people,…". */
  readonly right: string
  /** False too when it is not proved. */
  readonly ok: boolean
  readonly howKnown: HowKnown
  /** What the directory answered, for an administrator. Never a password. */
  readonly found: string
  /** The exact ACL line, dsacls or samba-tool command, or setting that puts it right; null when it is right. */
  readonly remedy: string | null
}

export type PermissionReport = {
  /** The server that was asked, and the identity it was asked as. */
  readonly server: string
  readonly identity: string
  readonly rows: readonly PermissionRow[]
  readonly ok: boolean
}

export const permissionReport = (server: string, identity: string, rows: readonly PermissionRow[]): PermissionReport =>
  ({ server, identity, rows, ok: rows.length > 0 && rows.every(({ ok }) => ok) })

/** For the trail and for whoever watches: how much is wrong, and how much nobody knows. */
export function countsOf({ rows }: PermissionReport): { missing: number; notProved: number } {
  const open = rows.filter(({ ok }) => !ok)
  const notProved = open.filter(({ howKnown }) => howKnown === 'not-proved').length
  return { missing: open.length - notProved, notProved }
}
