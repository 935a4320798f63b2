import { Injectable } from '@nestjs/common'
import { LdapServers, Serialiser, type LdapLease } from '../../../integrations/ldap/index.js'
import type { DeclaredRules } from '../../password-policy/index.js'
import { authorityOf } from '../domain/authority-file.js'
import type {
  AccountRef, AccountState, CallContext, Capability, ConnectorFactory, DirectoryConnection, DirectoryConnector, LockoutRules,
} from '../domain/connector.js'
import { serverOf } from '../domain/password-marker.js'
import type { PermissionReport } from '../domain/permission-report.js'
import { UNDECLARED } from '../domain/rules-cache.js'
import { errorOfConnecting, errorOfOperation } from './openldap-answers.js'
import { OpenldapFeed } from './openldap-changes.js'
import { OpenldapConnection, type OpenldapShared } from './openldap-connection.js'
import { declaredBy, strictestLockout } from './openldap-policy.js'
import { OpenldapSelfTest } from './openldap-self-test.js'
import { OpenldapSettings } from './openldap-settings.js'
import { OpenldapTree } from './openldap-tree.js'

const CAPABILITIES: ReadonlySet<Capability> = new Set([
  'lookup', 'verify', 'search', 'reset', 'change', 'initialize', 'unlock', 'activate', 'deactivate', 'mustChange',
  'declaredPasswordRules', 'health', 'permissionSelfTest', 'watchChanges',
])

/** slapd with the ppolicy overlay. */
class OpenldapConnector implements DirectoryConnector {
  readonly capabilities = CAPABILITIES
  readonly feed: OpenldapFeed
  readonly #shared: OpenldapShared
  readonly #tree: OpenldapTree

  constructor(private readonly settings: OpenldapSettings, private readonly servers: LdapServers) {
    this.#tree = new OpenldapTree(settings)
    this.feed = new OpenldapFeed(settings, servers, this.#tree)
    const { peopleDn, loginAttribute } = settings
    this.#shared = { servers, tree: this.#tree, serialiser: new Serialiser(), peopleDn, loginAttribute }
  }

  use<T>(context: CallContext, work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    const on = context.sameServerAs === undefined ? null : serverOf(context.sameServerAs)
    return this.#leased(context, (lease) => work(new OpenldapConnection(lease, this.#shared)), on)
  }
  search(text: string, limit: number, context: CallContext): Promise<AccountState[]> {
    return this.#leased(context, (lease) => this.#tree.search(text, limit, lease, context))
  }
  declaredPasswordRules(ref: AccountRef | null, context: CallContext): Promise<DeclaredRules> {
    return this.#leased(context, async (lease) => {
      const policy = await this.#tree.policyOf(ref && await this.#tree.find(ref, lease, context), lease, context)
      return policy ? declaredBy(policy) : UNDECLARED
    })
  }
  lockoutRules(context: CallContext): Promise<LockoutRules> {
    return this.#leased(context, async (lease) => {
      const policies = await this.#tree.policies(lease, context)
      return policies ? strictestLockout(policies) : { threshold: null, windowSeconds: null }
    })
  }
  async health(context: CallContext): Promise<void> {
    await this.#leased(context, (lease) => lease.rootDse(['1.1'], context.deadline).catch((error: unknown) => { throw errorOfOperation(error, false) }))
  }
  permissionSelfTest(context: CallContext): Promise<PermissionReport> {
    return this.#leased(context, (lease) => new OpenldapSelfTest(this.settings, this.#shared, lease, context).run())
  }
  close(): Promise<void> {
    return this.servers.close()
  }

  async #leased<T>(context: CallContext, work: (lease: LdapLease) => Promise<T>, on: string | null = null): Promise<T> {
    try {
      return await this.servers.use(context.deadline, work, on ?? undefined)
    } catch (error) {
      // what the work met is a ConnectorError already; the caller's own errors pass as they are
      throw errorOfConnecting(error)
    }
  }
}

@Injectable()
export class OpenldapConnectorFactory implements ConnectorFactory<OpenldapSettings> {
  readonly kind = 'openldap'
  readonly label = 'OpenLDAP'
  readonly settingsSchema = OpenldapSettings

  /** Connects, signs in as the service account and looks at the base of the people. */
  async test(settings: OpenldapSettings, context: CallContext): Promise<void> {
    const connector = await this.open('test', settings)
    try {
      await connector.health(context)
      await connector.search!('', 1, context)
    } finally {
      await connector.close()
    }
  }

  async open(_directoryId: string, settings: OpenldapSettings): Promise<DirectoryConnector> {
    const { servers: urls, serverName, bindDn, bindPassword, connections } = settings
    const ca = await authorityOf(settings)
    return new OpenldapConnector(settings, new LdapServers({ urls, tls: { ca, serverName }, bind: { dn: bindDn, password: bindPassword }, connections }))
  }
}
