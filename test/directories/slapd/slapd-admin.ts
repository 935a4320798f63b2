import { randomUUID } from 'node:crypto'
import { Attribute, Change, Client, Control } from 'ldapts'
import type { SlapdFacts } from './start-slapd.mjs'

/** Lets the administrator write what the server keeps itself (pwdChangedTime and its like). */
class RelaxControl extends Control {
  constructor() {
    super('1.3.6.1.4.1.4203.666.5.12', { critical: true })
  }
}
export type Attributes = Readonly<Record<string, string | Buffer | readonly (string | Buffer)[] | null>>
export type Person = { readonly login: string; readonly dn: string; readonly uuid: string; readonly password: string }

export const generalizedTime = (at: Date): string => `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
const LONG_AGO = () => generalizedTime(new Date(Date.now() - 3_600_000))
const listOf = (value: string | Buffer | readonly (string | Buffer)[] | null) => [value ?? []].flat() as string[] | Buffer[]

/** The administrator inside a slapd of the tests: arranges, and looks behind what our service account may see. */
export class SlapdAdmin {
  readonly #client: Client

  constructor(private readonly facts: SlapdFacts) {
    this.#client = new Client({ url: facts.url, tlsOptions: { ca: facts.ca, servername: facts.serverName } })
  }
  static async open(facts: SlapdFacts): Promise<SlapdAdmin> {
    const admin = new SlapdAdmin(facts)
    await admin.#client.bind(facts.adminDn, facts.adminPassword)
    return admin
  }
  close(): Promise<void> {
    return this.#client.unbind()
  }

  /** A person of one's own below ou=people, whose password was set an hour ago. */
  async addPerson(attributes: Attributes = {}, { login = `u${randomUUID()}`, password = `Gx7-${randomUUID()}`, below = this.facts.peopleDn } = {}): Promise<Person> {
    const dn = `uid=${login},${below}`
    await this.add(dn, { objectClass: 'inetOrgPerson', uid: login, cn: 'Test Person', sn: 'Person', displayName: 'Test Person', userPassword: password })
    await this.set(dn, { pwdChangedTime: LONG_AGO(), ...attributes })
    return { login, dn, uuid: (await this.read(dn, 'entryUUID'))[0]!, password }
  }
  async add(dn: string, attributes: Attributes): Promise<void> {
    await this.#client.add(dn, Object.entries(attributes).map(([type, value]) => new Attribute({ type, values: listOf(value) })), new RelaxControl())
  }
  /** null removes. */
  async set(dn: string, attributes: Attributes): Promise<void> {
    await this.#client.modify(dn, Object.entries(attributes).map(([type, value]) =>
      new Change({ operation: 'replace', modification: new Attribute({ type, values: listOf(value) }) })), new RelaxControl())
  }
  async addGroup(members: readonly string[], { name = `g${randomUUID()}`, objectClass = 'groupOfNames', attribute = 'member' } = {}): Promise<string> {
    const dn = `cn=${name},${this.facts.groupsDn}`
    await this.add(dn, { objectClass, cn: name, [attribute]: members })
    return dn
  }
  async addMember(group: string, member: string): Promise<void> {
    await this.#client.modify(group, new Change({ operation: 'add', modification: new Attribute({ type: 'member', values: [member] }) }))
  }
  async read(dn: string, attribute: string): Promise<string[]> {
    const { searchEntries: [entry] } = await this.#client.search(dn, { scope: 'base', attributes: [attribute] })
    return [entry?.[attribute] ?? []].flat().map(String)
  }
  async remove(dn: string): Promise<void> {
    await this.#client.del(dn)
  }
  async move(dn: string, newDn: string): Promise<void> {
    await this.#client.modifyDN(dn, newDn)
  }
}
