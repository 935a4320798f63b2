/** Plain data, for a file that workers read. Distinguished names, secrets and paths of one throw-away domain controller. */
export type SambaFacts = {
  url: string
  plainUrl: string
  ip: string
  /** The name in its certificate. */
  serverName: string
  ca: string
  caFile: string
  certFile: string
  keyFile: string
  realm: string
  domain: string
  baseDn: string
  peopleOu: string
  elsewhereOu: string
  rightsOu: string
  serviceOu: string
  adminDn: string
  adminPassword: string
  serviceDn: string
  rightsServiceDn: string
  servicePassword: string
  userPassword: string
  krb5Config: string
  smbConf: string
  stateDir: string
}

export type Samba = {
  readonly facts: SambaFacts
  start(): Promise<void>
  stop(): Promise<void>
  kill(): Promise<void>
  destroy(): Promise<void>
}

export function whyNoSamba(): string | null
export function startSamba(options?: { stateDir?: string; realm?: string; services?: 'all' | 'directory' }): Promise<Samba>
export function sambaOf(facts: SambaFacts): Samba
