import { Injectable } from '@nestjs/common'
import { all, anyOf, equal, LdapServers, Serialiser, startsWith, type LdapFilter, type LdapLease } from '../../../integrations/ldap/index.js'
import type { DeclaredRules } from '../../password-policy/index.js'
import { authorityOf } from '../domain/authority-file.js'
import {
  ConnectorError, type AccountRef, type AccountState, type CallContext, type Capability, type ConnectorFactory, type DirectoryConnection,
  type DirectoryConnector, type LockoutRules,
} from '../domain/connector.js'
import type { PermissionReport } from '../domain/permission-report.js'
import { AdFeed } from './ad-changes.js'
import { AdConnection } from './ad-connection.js'
import { AdDomain, readEntry, rulesFor } from './ad-domain.js'
import { translated } from './ad-failure.js'
import { AdSettings } from './ad-settings.js'
import { declaredBy, strictestLockout } from './domain-rules.js'
import { guidBase, guidText, isGuid } from './object-guid.js'
import { serverOf } from '../domain/password-marker.js'
import { PermissionSelfTest } from './permission-self-test.js'
import { selfWritable } from './self-writable.js'

const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'lookup', 'verify', 'search', 'reset', 'change', 'initialize', 'unlock', 'activate', 'deactivate', 'mustChange', 'declaredPasswordRules',
  'health', 'permissionSelfTest', 'watchChanges',
])
/** sAMAccountType of an ordinary user account; unlike objectClass it is indexed everywhere. */
const USER_ACCOUNTS: LdapFilter = equal('sAMAccountType', '805306368')
const SEARCHED = ['sAMAccountName', 'userPrincipalName', 'displayName', 'mail', 'givenName', 'sn'] as const

/** One Active Directory domain, Microsoft's or Samba's. */
export class AdConnector implements DirectoryConnector {
  readonly capabilities = CAPABILITIES
  readonly feed: AdFeed
  readonly parallel: number
  readonly #domain: AdDomain
  readonly #serialiser = new Serialiser()

  constructor(private readonly settings: AdSettings, private readonly servers: LdapServers) {
    this.#domain = new AdDomain(settings)
    this.feed = new AdFeed(settings, servers)
    this.parallel = settings.parallel
  }

  async use<T>(context: CallContext, work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    const on = context.sameServerAs === undefined ? undefined : serverOf(context.sameServerAs) ?? undefined
    return this.#lease(context, (lease) => work(this.#connection(lease)), on)
  }

  /** Like ANR: the beginning of a login, an address or a name; of two words, first and last name in either order. */
  async search(text: string, limit: number, context: CallContext): Promise<AccountState[]> {
    const wanted = text.trim()
    if (wanted === '' || limit < 1) return []
    return this.#lease(context, async (lease) => {
      const connection = this.#connection(lease)
      const found = await translated(false, () => this.#find(lease, all(USER_ACCOUNTS, beginningWith(wanted)), limit, context))
      const states: AccountState[] = []
      for (const nativeId of found) {
        // one by one: memberships are only shown of the entry that is asked for itself
        const state = await connection.lookup({ nativeId, login: '' }, context).catch((error: unknown) => {
          if (error instanceof ConnectorError && error.reason === 'no-such-account') return null // deleted since it was found
          throw error
        })
        if (state) states.push(state)
      }
      return states.sort((one, other) => one.ref.login.localeCompare(other.ref.login))
    })
  }

  async declaredPasswordRules(ref: AccountRef | null, context: CallContext): Promise<DeclaredRules> {
    return this.#lease(context, (lease) => translated(false, async () => {
      const facts = await this.#domain.facts(lease, context.deadline)
      const isHinted = facts.hintsControl !== null
      // nobody in particular: somebody's own policy may ask for more
      if (!ref) return declaredBy(facts.rules, { exact: facts.psos?.size === 0, isHinted })
      const entry = isGuid(ref.nativeId) ? await readEntry(lease, guidBase(ref.nativeId), ['msDS-ResultantPSO'], context.deadline) : null
      if (!entry) throw new ConnectorError('no-such-account', 'no account with this objectGUID')
      const { rules, exact } = rulesFor(facts, entry.text('msDS-ResultantPSO'))
      return declaredBy(rules, { exact, isHinted })
    }))
  }

  async lockoutRules(context: CallContext): Promise<LockoutRules> {
    return this.#lease(context, (lease) => translated(false, async () => {
      const { rules, psos } = await this.#domain.facts(lease, context.deadline)
      return strictestLockout([rules, ...psos?.values() ?? []])
    }))
  }

  async health(context: CallContext): Promise<void> {
    await this.#lease(context, (lease) => translated(false, () => lease.rootDse(['defaultNamingContext'], context.deadline)))
  }

  async permissionSelfTest(context: CallContext): Promise<PermissionReport> {
    return this.#lease(context, (lease) => translated(false, async () => {
      // what is remembered may be a minute old: this is asked to see whether something was just put right
      const facts = await this.#domain.read(lease, context.deadline)
      return new PermissionSelfTest(this.settings, lease, this.#connection(lease), facts, context).run()
    }))
  }

  async selfWritable(attributes: readonly string[], context: CallContext): Promise<ReadonlyMap<string, boolean>> {
    const units = this.settings.organizationalUnits
    return this.#lease(context, (lease) => translated(false, () => selfWritable(lease, units, attributes, context.deadline)))
  }

  close(): Promise<void> {
    return this.servers.close()
  }

  #connection(lease: LdapLease): AdConnection {
    return new AdConnection(lease, this.#domain, this.settings, this.#serialiser)
  }

  async #lease<T>(context: CallContext, work: (lease: LdapLease) => Promise<T>, on?: string): Promise<T> {
    return translated(false, () => this.servers.use(context.deadline, work, on))
  }

  /** At most one page of each unit: some servers take no notice of a size limit. */
  async #find(lease: LdapLease, filter: LdapFilter, limit: number, { deadline }: CallContext): Promise<string[]> {
    const found = new Set<string>()
    for (const base of this.settings.organizationalUnits) {
      for await (const page of lease.pages({ base, scope: 'sub', filter, attributes: ['objectGUID'] }, limit, () => deadline)) {
        for (const entry of page) {
          const guid = entry.bytes('objectGUID')
          if (guid) found.add(guidText(guid))
        }
        break
      }
      if (found.size >= limit) break
    }
    return [...found].slice(0, limit)
  }
}

function beginningWith(wanted: string): LdapFilter {
  const [first, ...others] = wanted.split(/\s+/u)
  const rest = others.join(' ')
  const names = (given: string, family: string): LdapFilter => all(startsWith('givenName', given), startsWith('sn', family))
  return anyOf(...SEARCHED.map((attribute) => startsWith(attribute, wanted)), ...(first && rest ? [names(first, rest), names(rest, first)] : []))
}

@Injectable()
export class AdConnectorFactory implements ConnectorFactory<AdSettings> {
  readonly kind = 'ad'
  readonly label = 'Active Directory'
  readonly settingsSchema = AdSettings

  /** Connects, signs in, and reads what every operation needs. Nothing is written. */
  async test(settings: AdSettings, context: CallContext): Promise<void> {
    const connector = await this.open('test', settings)
    try {
      await connector.lockoutRules(context)
    } finally {
      await connector.close()
    }
  }
  async open(_directoryId: string, settings: AdSettings): Promise<DirectoryConnector> {
    const { servers: urls, serverName, bindDn, bindPassword, connections } = settings
    const tls = { ca: await authorityOf(settings), serverName }
    return new AdConnector(settings, new LdapServers({ urls, tls, bind: { dn: bindDn, password: bindPassword }, connections }))
  }
}
