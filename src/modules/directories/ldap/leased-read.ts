import type { LdapLease, LdapServers } from '../../../integrations/ldap/index.js'

/**
 * A read that keeps one connection of one server for as long as pages are asked for, and gives it back whatever happens:
 * at its end, when it fails, and when whoever reads stops asking.
 */
export async function* leasedRead<T>(
  servers: LdapServers, connectBy: Date, read: (lease: LdapLease) => AsyncGenerator<T>, on?: string,
): AsyncGenerator<T> {
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => { release = resolve })
  let holding: Promise<void> = Promise.resolve()
  const lease = await new Promise<LdapLease>((resolve, reject) => {
    holding = servers.use(connectBy, async (given) => {
      resolve(given)
      await released
    }, on)
    holding.catch(reject)
  })
  try {
    yield* read(lease)
  } finally {
    release()
    await holding
  }
}
