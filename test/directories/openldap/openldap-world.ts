import { randomUUID } from 'node:crypto'
import type { AccountRef, CallContext, DirectoryConnector } from '../../../src/modules/directories/index.js'
import { OpenldapConnectorFactory } from '../../../src/modules/directories/openldap/openldap-connector.js'
import { SlapdAdmin, type Attributes, type Person } from '../slapd/slapd-admin.js'
import type { SlapdFacts } from '../slapd/start-slapd.mjs'

export const soon = (ms = 10_000): CallContext => ({ deadline: new Date(Date.now() + ms), correlationId: randomUUID() })
/** Valid under the default policy of the tests, and never used before. */
export const fresh = (): string => `Gx7-${randomUUID()}`
export const refOf = ({ uuid, login }: Person): AccountRef => ({ nativeId: uuid, login })

/** The settings of a directory that is this slapd, as an administrator would write them. */
export const settingsOf = (slapd: SlapdFacts, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  servers: [slapd.url], ca: slapd.ca, serverName: slapd.serverName, bindDn: slapd.bindDn, bindPassword: slapd.bindPassword, peopleDn: slapd.peopleDn,
  defaultPolicyDn: slapd.defaultPolicyDn, policiesDn: slapd.policiesDn, groupsDn: slapd.groupsDn, ...changes,
})

/** A slapd, its administrator, and connectors to it that end with the test file. */
export class OpenldapWorld {
  readonly #connectors: DirectoryConnector[] = []
  readonly factory = new OpenldapConnectorFactory()

  private constructor(readonly slapd: SlapdFacts, readonly admin: SlapdAdmin) {}
  static async open(slapd: SlapdFacts): Promise<OpenldapWorld> {
    return new OpenldapWorld(slapd, await SlapdAdmin.open(slapd))
  }

  async connector(changes: Record<string, unknown> = {}): Promise<DirectoryConnector> {
    const connector = await this.factory.open(randomUUID(), this.factory.settingsSchema.parse(settingsOf(this.slapd, changes)))
    this.#connectors.push(connector)
    return connector
  }
  async person(attributes: Attributes = {}, options: Parameters<SlapdAdmin['addPerson']>[1] = {}): Promise<Person & { ref: AccountRef }> {
    const person = await this.admin.addPerson(attributes, options)
    return { ...person, ref: refOf(person) }
  }
  policy(name: string): string {
    return `cn=${name},${this.slapd.policiesDn}`
  }
  async close(): Promise<void> {
    await Promise.all([...this.#connectors.map((connector) => connector.close()), this.admin.close()])
  }
}
