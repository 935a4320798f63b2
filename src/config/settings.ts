import type { SecretText } from '../kernel/secret-text.js'

export const ROLES = ['api', 'worker', 'all', 'migrate', 'verify-audit', 'self-test', 'directory', 'import'] as const
export type Role = (typeof ROLES)[number]
/** Chosen once, when the data directory is created, and stamped into the database (decisions.md 1). */
export type Mode = 'demo' | 'production'
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Everything this process was told by its environment: parsed once, complete, unchangeable. One slice a consumer. */
export type Settings = {
  readonly role: Role
  readonly mode: Mode
  readonly dataDir: string
  readonly listen: ListenSettings
  readonly origin: OriginSettings
  readonly database: DatabaseSettings
  readonly keys: KeySettings
  readonly audit: { readonly checkpointFile: string }
  readonly mail: MailSettings
  readonly log: { readonly level: (typeof LOG_LEVELS)[number]; readonly file: string | null }
}
export type ListenSettings = {
  readonly host: string
  readonly port: number
  /** Nobody asked for this number: a demo takes another one when it is in use. */
  readonly portIsDefault: boolean
}
export type OriginSettings = {
  /** Scheme, host and port people type. null only in a demo: then it follows from the port that was free. */
  readonly publicOrigin: string | null
  readonly trustedProxies: readonly string[]
}
export type DatabaseSettings = {
  /** The app role's URL; null: the embedded Postgres. */
  readonly url: SecretText | null
  /** The owner's URL; only ever present in the role migrate. */
  readonly ownerUrl: SecretText | null
  /** Name of the serving role, for the grants; null: the embedded one's. */
  readonly appRole: string | null
  readonly poolSize: number
}
export type KeySettings = {
  readonly masterKeyFile: string
  readonly epochFile: string
  /** The demo makes its key; in production someone decides where it lies. */
  readonly mayCreate: boolean
}
export type MailSettings = {
  /** null only in a demo: mail goes to the inbox page and nowhere else. */
  readonly smtpUrl: SecretText | null
  readonly from: string
}
