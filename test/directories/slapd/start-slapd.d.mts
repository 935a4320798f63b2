export type SlapdOptions = {
  /** PEM, instead of a certificate made for this server: to be wrong on purpose. */
  certificate?: { ca: string; cert: string; key: string }
  /** Lines of slapd.access(5) instead of the documented ones. */
  access?: readonly string[]
  /** ppolicy_hash_cleartext; default true. */
  hashOnModify?: boolean
  /** Every write reaches the disk; default false. */
  sync?: boolean
  policies?: Readonly<Record<string, Readonly<Record<string, string | number>>>>
  /** p000001 … with one password, changed long ago. */
  people?: number
  passwordHash?: '{SSHA}' | '{ARGON2}'
  argon2?: string
  ports?: readonly [number, number]
  /** Folder for its state; default the system's for temporary files. */
  parent?: string
}
/** What crosses to test processes as JSON. */
export type SlapdFacts = {
  readonly suffix: string
  readonly peopleDn: string
  readonly othersDn: string
  readonly groupsDn: string
  readonly policiesDn: string
  readonly adminDn: string
  readonly adminPassword: string
  readonly bindDn: string
  readonly bindPassword: string
  readonly personPassword: string
  readonly defaultPolicyDn: string
  readonly url: string
  readonly urlStartTls: string
  readonly ports: readonly [number, number]
  readonly serverName: string
  readonly ca: string
  readonly caFile: string
  readonly folder: string
}
export type RunningSlapd = SlapdFacts & {
  freeze(): void
  thaw(): void
  halt(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}
export function findSlapd(): string | undefined
export function startSlapd(options?: SlapdOptions): Promise<RunningSlapd>
