import { Inject, Injectable } from '@nestjs/common'
import { SecretText } from '../../../kernel/secret-text.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { DirectoryRecords, type DirectoryRow } from '../persistence/directory-records.js'
import { CONNECTOR_FACTORIES, ConnectorError, type CallContext, type ConnectorFactory, type DirectoryConnector } from './connector.js'
import type { ConfiguredDirectory } from './directory.js'

export type Openable = { readonly configured: ConfiguredDirectory; readonly openConnector: () => Promise<DirectoryConnector> }

/** From a configured row to a connector: the kind's factory, its settings validated, its secrets unsealed. */
@Injectable()
export class ConnectorOpener {
  constructor(
    private readonly records: DirectoryRecords,
    @Inject(CONNECTOR_FACTORIES) private readonly factories: readonly ConnectorFactory[],
    private readonly keys: KeyRing,
  ) {}

  async list(): Promise<Openable[]> {
    return (await this.records.list()).map((row) => {
      const { settings: _settings, sealedSecrets: _secrets, ...configured } = row
      return { configured, openConnector: () => this.#open(row) }
    })
  }

  async hasChanged(known: ReadonlyMap<string, number>): Promise<boolean> {
    const revisions = await this.records.revisions()
    return revisions.length !== known.size || revisions.some(({ id, revision }) => known.get(id) !== revision)
  }

  /** Throws with the names of the refused settings, never their values. */
  parse(kind: string, settings: unknown): Record<string, unknown> {
    const parsed = this.#factory(kind).settingsSchema.safeParse(settings)
    if (parsed.success) return parsed.data as Record<string, unknown>
    const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    throw new ConnectorError('bad-credentials', `settings refused: ${fields}`)
  }

  /** Which of these settings the kind takes for secrets. Throws like parse. */
  secretMembers(kind: string, settings: Readonly<Record<string, unknown>>): string[] {
    const parsed = this.parse(kind, settings)
    return Object.keys(settings).filter((name) => parsed[name] instanceof SecretText)
  }

  /** Connects once and signs in, with settings that need not be saved. Throws ConnectorError. */
  async test(kind: string, settings: unknown, context: CallContext): Promise<void> {
    await this.#factory(kind).test(this.parse(kind, settings), context)
  }

  async #open(row: DirectoryRow): Promise<DirectoryConnector> {
    const secrets = row.sealedSecrets ? JSON.parse(this.keys.openBytes(row.sealedSecrets, secretsOf(row.id)).toString('utf8')) as object : {}
    return this.#factory(row.kind).open(row.id, this.parse(row.kind, { ...row.settings, ...secrets }))
  }

  #factory(kind: string): ConnectorFactory {
    const factory = this.factories.find((candidate) => candidate.kind === kind)
    if (!factory) throw new ConnectorError('unsupported', `this installation knows no directory of kind "${kind}"`)
    return factory
  }
}

/** Associated data of the sealed settings: they open in their own row only. */
export const secretsOf = (directoryId: string): string => `directory:${directoryId}`
