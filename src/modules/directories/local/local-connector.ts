import { Injectable } from '@nestjs/common'
import { PasswordHasher } from '../../../integrations/argon2/password-hasher.js'
import { Database } from '../../../platform/database/database.js'
import type { DeclaredRules } from '../../password-policy/index.js'
import type {
  AccountRef, AccountState, CallContext, Capability, ConnectorFactory, DirectoryConnection, DirectoryConnector, LockoutRules,
} from '../domain/connector.js'
import { LocalAccounts } from './local-accounts.js'
import { LocalConnection } from './local-connection.js'
import { LocalFeed } from './local-feed.js'
import { declaredBy } from './local-rules.js'
import { LocalSettings } from './local-settings.js'
import { inLocalTransaction } from './local-transactions.js'

const CAPABILITIES: ReadonlySet<Capability> = new Set([
  'lookup', 'verify', 'search', 'reset', 'change', 'initialize', 'unlock', 'activate', 'deactivate', 'mustChange',
  'declaredPasswordRules', 'health', 'watchChanges',
])

/** The built-in directory: people sign in to the portal itself with it, and the demo lives in it. */
class LocalConnector implements DirectoryConnector {
  readonly capabilities = CAPABILITIES
  readonly feed: LocalFeed
  readonly #connection: LocalConnection
  #decoy: Promise<string> | null = null

  constructor(directoryId: string, private readonly database: Database, private readonly settings: LocalSettings, hasher: PasswordHasher) {
    const decoyHash = () => (this.#decoy ??= hasher.hash('nobody has this password', settings.argon2))
    const accounts = new LocalAccounts(directoryId, settings)
    this.#connection = new LocalConnection(database, accounts, settings, hasher, decoyHash)
    this.feed = new LocalFeed(database, accounts)
    // made now: the first unknown account must not take longer than the second
    void decoyHash()
  }

  use<T>(_context: CallContext, work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    return work(this.#connection)
  }
  search(text: string, limit: number, context: CallContext): Promise<AccountState[]> {
    return this.#connection.search(text, limit, context)
  }
  async declaredPasswordRules(_ref: AccountRef | null, _context: CallContext): Promise<DeclaredRules> {
    return declaredBy(this.settings)
  }
  async lockoutRules(_context: CallContext): Promise<LockoutRules> {
    const { threshold, windowSeconds } = this.settings.lockout
    return { threshold: threshold > 0 ? threshold : null, windowSeconds: threshold > 0 ? windowSeconds : null }
  }
  async health(context: CallContext): Promise<void> {
    await inLocalTransaction(this.database, context, (tx) => tx.query('SELECT 1 AS up'))
  }
  async close(): Promise<void> {}
}

@Injectable()
export class LocalConnectorFactory implements ConnectorFactory<LocalSettings> {
  readonly kind = 'local'
  readonly label = 'Built-in directory'
  readonly settingsSchema = LocalSettings
  /** One for all directories of this process: cores are what is scarce. */
  readonly #hasher = new PasswordHasher()

  constructor(private readonly database: Database) {}

  async test(_settings: LocalSettings, context: CallContext): Promise<void> {
    await inLocalTransaction(this.database, context, (tx) => tx.query('SELECT 1 FROM local_account LIMIT 1'))
  }
  async open(directoryId: string, settings: LocalSettings): Promise<DirectoryConnector> {
    return new LocalConnector(directoryId, this.database, settings, this.#hasher)
  }
}
