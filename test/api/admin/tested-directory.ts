import { CONNECTOR_FACTORIES, ConnectorError, Directories, DirectoryConfiguration, type ConnectorFactory, type DirectoryConnector, type PermissionReport } from '../../../src/modules/directories/index.js'
import { newId } from '../../../src/kernel/ids.js'
import { PagedDirectory } from '../../fakes/paged-directory.js'
import type { TestApp } from '../harness/test-app.js'

export const GREEN: PermissionReport = {
  server: 'ldaps://dc1.norrhavn.example', identity: 'svc-latchkey', ok: true,
  rows: [{ operation: 'reset', right: 'Reset Password below ou=people', ok: true, howKnown: 'tried', found: 'set on test.account', remedy: null }],
}
export const LACKING: PermissionReport = {
  ...GREEN, ok: false,
  rows: [
    ...GREEN.rows,
    {
      operation: 'unlock', right: 'write lockoutTime below ou=people', ok: false, howKnown: 'read', found: 'not among allowedAttributesEffective',
      remedy: 'dsacls "ou=people,dc=norrhavn,dc=example" /I:S /G "NORRHAVN\\svc-latchkey:WP;lockoutTime;user"',
    },
    { operation: 'boundary', right: 'no reset outside', ok: false, howKnown: 'not-proved', found: 'nobody named an account outside', remedy: 'name selfTest.outside' },
  ],
}

/** A directory that is read in pages and says of its rights what a test has it say. */
export class TestedDirectory extends PagedDirectory {
  override readonly kind = 'tested'
  report: () => Promise<PermissionReport> = async () => GREEN
  readonly id = newId()

  /** Configured in the running product. */
  static async in(app: TestApp, name: string): Promise<TestedDirectory> {
    const directory = new TestedDirectory()
    const connector: DirectoryConnector = Object.assign(Object.create(directory.connector) as DirectoryConnector, {
      capabilities: new Set(['watchChanges', 'lookup', 'permissionSelfTest'] as const),
      permissionSelfTest: () => directory.report(),
    })
    directory.open = async () => connector
    const factories = app.app.get<ConnectorFactory[]>(CONNECTOR_FACTORIES)
    factories.splice(0, factories.length, ...factories.filter(({ kind }) => kind !== 'tested'), directory)
    await app.app.get(DirectoryConfiguration).save(app.test.database, {
      id: directory.id, kind: 'tested', name, description: 'of the tests', signIn: false, enabled: true, position: 9, settings: {},
    })
    await app.app.get(Directories).reload()
    return directory
  }
}
export const unreachable = new ConnectorError('unreachable', 'connect ECONNREFUSED 10.0.0.9:636')
