import { z } from 'zod'
import type {
  AccountRef, AccountState, CallContext, ConnectorFactory, DirectoryConnection, DirectoryConnector, LockoutRules, SetPassword,
} from '../../../src/modules/directories/index.js'
import type { DeclaredRules } from '../../../src/modules/password-policy/index.js'

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

/** A directory that does what a test tells it to: answer, refuse, hang. It counts what reached it. */
export class FaultyFactory implements ConnectorFactory {
  readonly kind = 'faulty'
  readonly label = 'Misbehaving directory'
  readonly settingsSchema = z.object({ host: z.string().min(1), secret: z.string().optional() }).strict()
  connect: () => Promise<void> = async () => undefined
  lookup: (context: CallContext) => Promise<AccountState> = async () => ({ passwordMarker: '1' }) as AccountState
  setPassword: (change: SetPassword) => Promise<void> = async () => undefined
  rules: () => Promise<DeclaredRules> = never
  lockout: () => Promise<LockoutRules> = never
  /** What its connectors say of themselves from the next opening on. */
  parallel: number | undefined
  readonly reached = { connects: 0, lookups: 0, writes: 0, opens: 0, closes: 0, settings: [] as unknown[] }

  async test(): Promise<void> {}
  async open(_directoryId: string, settings: unknown): Promise<DirectoryConnector> {
    this.reached.opens += 1
    this.reached.settings.push(settings)
    const connection: DirectoryConnection = {
      lookup: (_ref: AccountRef, context: CallContext) => {
        this.reached.lookups += 1
        return this.lookup(context)
      },
      setPassword: (_ref: AccountRef, change: SetPassword) => {
        this.reached.writes += 1
        return this.setPassword(change)
      },
    }
    return {
      capabilities: new Set(['lookup', 'reset', 'declaredPasswordRules'] as const),
      ...(this.parallel === undefined ? {} : { parallel: this.parallel }),
      use: async (_context, work) => {
        this.reached.connects += 1
        await this.connect()
        return work(connection)
      },
      declaredPasswordRules: () => this.rules(),
      lockoutRules: () => this.lockout(),
      health: () => this.connect(),
      close: async () => { this.reached.closes += 1 },
    }
  }
}
