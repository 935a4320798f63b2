import { randomUUID } from 'node:crypto'
import { Attribute, Change, Client } from 'ldapts'
import { SecurityDescriptorControl } from '../../../src/integrations/ldap/index.js'
import type { AccountRef, DirectoryConnector } from '../../../src/modules/directories/index.js'
import { AdConnectorFactory } from '../../../src/modules/directories/ad/ad-connector.js'
import { AdSettings } from '../../../src/modules/directories/ad/ad-settings.js'
import { dateToFileTime } from '../../../src/modules/directories/ad/filetime.js'
import { guidBytes, guidText } from '../../../src/modules/directories/ad/object-guid.js'
import { unicodePwd } from '../../../src/modules/directories/ad/unicode-pwd.js'
import { runningDirectories } from '../harness/directories.js'
import type { SambaFacts } from '../samba/samba.mjs'

export type NewPerson = {
  password?: string
  login?: string
  ou?: string
  disabled?: boolean
  expired?: boolean
  mustChange?: boolean
  /** Names of groups to join; nested ones are seeded. */
  groups?: string[]
  attributes?: Record<string, string>
}
type Person = { ref: AccountRef; dn: string; login: string; password: string }

const DISABLED = 2
const NORMAL = 512
/** Valid, and never used before. */
export const freshPassword = (): string => `Gx7-${randomUUID()}`

/** The administrator inside this run's domain: arranges people and looks at them, past the product. */
export class SambaAdmin {
  readonly facts: SambaFacts = runningDirectories().samba
  readonly #open: { close(): Promise<void> }[] = []
  #client: Client | null = null

  /** As the guide tells an administrator to write them. */
  settings(over: Record<string, unknown> = {}): Record<string, unknown> {
    const { facts } = this
    return {
      servers: [facts.url], ca: facts.ca, serverName: facts.serverName, bindDn: facts.serviceDn, bindPassword: facts.servicePassword,
      baseDn: facts.baseDn, organizationalUnits: [facts.peopleOu], protectedGroups: [`CN=Protected Staff,${facts.serviceOu}`], ...over,
    }
  }
  /** Closed with this administrator. */
  async connector(over: Record<string, unknown> = {}): Promise<DirectoryConnector> {
    const connector = await new AdConnectorFactory().open('test', AdSettings.parse(this.settings(over)))
    this.#open.push(connector)
    return connector
  }

  async create({ password = freshPassword(), login = `p${randomUUID().slice(0, 18)}`, ou = this.facts.peopleOu, ...wish }: NewPerson = {}): Promise<Person> {
    const client = await this.client()
    const dn = `CN=${login},${ou}`
    await client.add(dn, [
      ['objectClass', 'user'], ['sAMAccountName', login], ['userPrincipalName', `${login}@${this.facts.realm.toLowerCase()}`],
      ['unicodePwd', unicodePwd(password)], ['userAccountControl', String(NORMAL | (wish.disabled ? DISABLED : 0))],
      ...(wish.expired ? [['accountExpires', dateToFileTime(new Date(Date.now() - 86_400_000))] as const] : []),
      ...(wish.mustChange ? [['pwdLastSet', '0'] as const] : []),
      ...Object.entries(wish.attributes ?? {}),
    ].map(([type, value]) => new Attribute({ type: type as string, values: [value as string] })))
    for (const group of wish.groups ?? []) await this.modify(await this.dnOf(group), 'add', 'member', dn)
    return { ref: { nativeId: await this.guidOf(dn), login }, dn, login, password }
  }

  /** Somebody of the seed. */
  async person(login: string): Promise<Person> {
    const dn = await this.dnOf(login)
    return { ref: { nativeId: await this.guidOf(dn), login }, dn, login, password: this.facts.userPassword }
  }

  async modify(dn: string, operation: 'add' | 'delete' | 'replace', type: string, ...values: (string | Buffer)[]): Promise<void> {
    const client = await this.client()
    await client.modify(dn, new Change({ operation, modification: new Attribute({ type, values: values.map((value) => Buffer.isBuffer(value) ? value : Buffer.from(value)) }) }))
  }
  async read(dn: string, ...attributes: string[]): Promise<Record<string, unknown>> {
    const { searchEntries: [entry] } = await (await this.client()).search(dn, { scope: 'base', attributes })
    return entry!
  }
  async dnOf(login: string): Promise<string> {
    const { searchEntries: [entry] } = await (await this.client()).search(this.facts.baseDn, { filter: `(sAMAccountName=${login})`, attributes: ['sAMAccountName'] })
    if (!entry) throw new Error(`nobody called ${login}`)
    return entry.dn
  }
  async guidOf(dn: string): Promise<string> {
    const { searchEntries: [entry] } = await (await this.client()).search(dn, { scope: 'base', attributes: ['objectGUID'], explicitBufferAttributes: ['objectGUID'] })
    return guidText(entry!.objectGUID as Buffer)
  }
  /** Takes out of the access list of `dn` what it says about this right, for whomever; the answer puts it back. */
  async takeAway(dn: string, right: string): Promise<() => Promise<void>> {
    const client = await this.client()
    const write = (value: Buffer): Promise<void> => client.modify(dn,
      new Change({ operation: 'replace', modification: new Attribute({ type: 'nTSecurityDescriptor', values: [value] }) }), new SecurityDescriptorControl())
    const { searchEntries: [entry] } = await client.search(dn, {
      scope: 'base', attributes: ['nTSecurityDescriptor'], explicitBufferAttributes: ['nTSecurityDescriptor'],
    }, new SecurityDescriptorControl())
    const before = entry!.nTSecurityDescriptor as Buffer
    await write(withoutEntriesOf(before, guidBytes(right)))
    return () => write(before)
  }
  async client(): Promise<Client> {
    if (!this.#client) {
      const { url, ca, serverName, adminDn, adminPassword } = this.facts
      this.#client = new Client({ url, tlsOptions: { ca, servername: serverName }, timeout: 20_000 })
      await this.#client.bind(adminDn, adminPassword)
    }
    return this.#client
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((connector) => connector.close()))
    await this.#client?.unbind()
  }
}

/** Entries of an access list stand one after the other behind its header of eight bytes (MS-DTYP 2.4.5). */
function withoutEntriesOf(descriptor: Buffer, right: Buffer): Buffer {
  const list = descriptor.readUInt32LE(16)
  const kept: Buffer[] = []
  let at = list + 8
  const count = descriptor.readUInt16LE(list + 4)
  for (let index = 0; index < count; index += 1) {
    const entry = descriptor.subarray(at, at + descriptor.readUInt16LE(at + 2))
    if (!entry.includes(right)) kept.push(entry)
    at += entry.length
  }
  if (kept.length === count) throw new Error('there was no such entry')
  const header = Buffer.from(descriptor.subarray(list, list + 8))
  header.writeUInt16LE(8 + kept.reduce((sum, { length }) => sum + length, 0), 2)
  header.writeUInt16LE(kept.length, 4)
  const head = Buffer.alloc(20)
  descriptor.copy(head, 0, 0, 4)
  head.writeUInt32LE(20, 16)
  return Buffer.concat([head, header, ...kept])
}
