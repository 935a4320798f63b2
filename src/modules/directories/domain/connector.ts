import type { z } from 'zod'
import type { SecretText } from '../../../kernel/secret-text.js'
import type { DeclaredRules } from '../../password-policy/index.js'
import type { AccountFeed } from './account-feed.js'
import type { PermissionReport } from './permission-report.js'

/**
 * The connector SPI. A connector speaks one kind of directory. It never sees a Person, never writes a product row and
 * never retries: it answers, or throws a ConnectorError with a reason of the closed list. Callers ask `capabilities`
 * before they call; a method that is not declared is not there.
 */
export const CAPABILITIES = [
  'lookup', 'verify', 'search', 'watchChanges', 'reset', 'change', 'initialize', 'unlock', 'activate', 'deactivate',
  'mustChange', 'revokeSessions', 'declaredPasswordRules', 'health', 'permissionSelfTest',
] as const
export type Capability = (typeof CAPABILITIES)[number]

/** The account in the directory's own stable key (objectGUID, entryUUID, our uuid), with the login for messages. */
export type AccountRef = { readonly nativeId: string; readonly login: string }

/** One call's bounds. `deadline` is absolute: what is left of it is the budget of every step below. */
export type CallContext = {
  readonly deadline: Date
  readonly correlationId: string
  /** A marker that was read before: `use` runs on the server that showed it, or on none. For asking what became of a write. */
  readonly sameServerAs?: string
}

/** The account as the directory shows it now, read on one server. Unknown facts are null, never guessed. */
export type AccountState = {
  readonly ref: AccountRef
  readonly displayName: string | null
  readonly enabled: boolean
  readonly accountExpired: boolean
  readonly locked: boolean
  readonly lockedAt: Date | null
  readonly unlocksAt: Date | null
  readonly wrongPasswords: number | null
  readonly mustChange: boolean
  readonly passwordSetAt: Date | null
  readonly passwordExpiresAt: Date | null
  readonly passwordExpired: boolean
  /** Decided live and failing closed: member (nested) of a protected group, adminCount, tagged, or our own account. */
  readonly protected: boolean
  readonly protectedBecause: string | null
  /** Changes with every effective password write and with nothing else that we do (decisions.md 6). */
  readonly passwordMarker: string
}

/** `verified` is false only for a wrong password or an unknown account: the two are never told apart to a caller. */
export type VerifyResult =
  | { readonly verified: true; readonly state: 'ok' | 'must-change' | 'password-expired' }
  | { readonly verified: true; readonly state: 'disabled' | 'account-expired' }
  | { readonly verified: false; readonly state: 'wrong' | 'locked' }

export type SetPassword =
  | { readonly kind: 'reset'; readonly newPassword: SecretText; readonly mustChange: boolean }
  | { readonly kind: 'change'; readonly newPassword: SecretText; readonly currentPassword: SecretText }
  | { readonly kind: 'initialize'; readonly newPassword: SecretText; readonly mustChange: boolean }

export type LockoutRules = {
  readonly threshold: number | null
  readonly windowSeconds: number | null
  /** False when the directory did not answer and these are the last values it gave. */
  readonly exact?: boolean
}

/** Everything between open and close runs on one server, so a marker read belongs to the write that follows it. */
export interface DirectoryConnection {
  lookup(ref: AccountRef, context: CallContext): Promise<AccountState>
  /** Throws policy-refused, history, too-young, bad-credentials … as `ConnectorError`. */
  setPassword?(ref: AccountRef, change: SetPassword, context: CallContext): Promise<void>
  /** `changed` false: it was not locked. Never touches a disabled marker (decisions.md 7). */
  unlock?(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }>
  activate?(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }>
  deactivate?(ref: AccountRef, context: CallContext): Promise<{ changed: boolean }>
  verify?(ref: AccountRef, password: SecretText, context: CallContext): Promise<VerifyResult>
}

export interface DirectoryConnector {
  readonly capabilities: ReadonlySet<Capability>
  /** Conversations at once that are good for this server; without it as many as for any. */
  readonly parallel?: number
  /** Runs `work` on one server of this directory and gives the connection back whatever happens. */
  use<T>(context: CallContext, work: (connection: DirectoryConnection) => Promise<T>): Promise<T>
  search?(text: string, limit: number, context: CallContext): Promise<AccountState[]>
  declaredPasswordRules?(ref: AccountRef | null, context: CallContext): Promise<DeclaredRules>
  lockoutRules(context: CallContext): Promise<LockoutRules>
  health(context: CallContext): Promise<void>
  /** Proves each right on the named test account. It writes there, and puts back what it wrote. */
  permissionSelfTest?(context: CallContext): Promise<PermissionReport>
  /** Which of these attributes people may write on their own entry, where that can be asked cheaply; in lower case, unknown ones left out. */
  selfWritable?(attributes: readonly string[], context: CallContext): Promise<ReadonlyMap<string, boolean>>
  /** With `watchChanges`: reads the whole directory, and later what changed. */
  readonly feed?: AccountFeed
  close(): Promise<void>
}

export interface ConnectorFactory<Settings = unknown> {
  readonly kind: string
  readonly label: string
  readonly settingsSchema: z.ZodType<Settings>
  test(settings: Settings, context: CallContext): Promise<void>
  /** Makes the connector without connecting: that waits for the first call. */
  open(directoryId: string, settings: Settings): Promise<DirectoryConnector>
}

/** Every kind the product can open: an array of factories. Tests add one that misbehaves. */
export const CONNECTOR_FACTORIES = Symbol('ConnectorFactories')

export const CONNECTOR_REASONS = [
  'unreachable', 'bad-credentials', 'no-such-account', 'policy-refused', 'history', 'too-young', 'wrong-current-password',
  'account-locked', 'account-disabled', 'account-expired', 'not-permitted', 'protected-account', 'throttled', 'unsupported',
  'timed-out', 'unknown',
] as const
export type ConnectorReason = (typeof CONNECTOR_REASONS)[number]

/**
 * The closed list of what can go wrong in a directory. `diagnostic` is the directory's own answer, safe for an admin.
 * `applied` says what is known of a write: 'no' it certainly did not happen; 'unknown' it must be reconciled on the
 * same server before anything is sent again (security.md rule 11).
 */
export class ConnectorError extends Error {
  constructor(
    readonly reason: ConnectorReason,
    readonly diagnostic: string,
    readonly applied: 'no' | 'unknown' = 'no',
    readonly violations: readonly { rule: string }[] = [],
  ) {
    super(`${reason}: ${diagnostic}`)
    this.name = 'ConnectorError'
  }
}
