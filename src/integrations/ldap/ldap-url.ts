/** Where one server listens. `ldap:` is upgraded by StartTLS before anything else is said; there is no plain LDAP. */
export type LdapUrl = { readonly text: string; readonly host: string; readonly port: number; readonly startTls: boolean }

/** Throws on anything but `ldaps://host[:636]` and `ldap://host[:389]`: no path, no filter, no credentials. */
export function parseLdapUrl(text: string): LdapUrl {
  const shape = /^(ldaps?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?\/?$/i.exec(text)
  const port = shape?.[3] === undefined ? null : Number(shape[3])
  if (!shape || (port !== null && (port < 1 || port > 65_535))) throw new Error('not of the form ldaps://host:port or ldap://host:port')
  const startTls = shape[1]!.toLowerCase() === 'ldap'
  const host = shape[2]!.toLowerCase()
  const shown = `${startTls ? 'ldap' : 'ldaps'}://${host}:${port ?? (startTls ? 389 : 636)}`
  return { text: shown, host: host.replace(/^\[|\]$/g, ''), port: port ?? (startTls ? 389 : 636), startTls }
}
