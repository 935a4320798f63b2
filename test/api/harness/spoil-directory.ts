import {
  CONNECTOR_FACTORIES, ConnectorError, Directories, DirectoryConfiguration, type Capability, type ConnectorFactory, type DirectoryConnector,
} from '../../../src/modules/directories/index.js'
import { QueueRunner } from '../../../src/platform/queue/index.js'
import { FaultyConnector, type Fault } from '../../fakes/faulty-connector.js'
import type { TestApp } from './test-app.js'

/**
 * Puts a directory of the running product behind a connection that can be spoiled. The registry opens it anew, as after
 * any change of its configuration.
 */
export async function spoilDirectory(app: TestApp, position = 0, without: readonly Capability[] = []): Promise<FaultyConnector> {
  const factories = app.app.get<ConnectorFactory[]>(CONNECTOR_FACTORIES)
  const at = factories.findIndex(({ kind }) => kind === 'local')
  const [genuine, directoryId] = [factories[at]!, app.directoryIds[position]!]
  let spoiled: FaultyConnector | undefined
  factories[at] = {
    kind: genuine.kind, label: genuine.label, settingsSchema: genuine.settingsSchema, test: (...given) => genuine.test(...given),
    open: async (id, settings) => {
      const inner = await genuine.open(id, settings)
      if (id !== directoryId) return inner
      spoiled = new FaultyConnector(lacking(inner, without))
      return spoiled
    },
  }
  const registry = app.app.get(Directories)
  const { kind, name, description, signIn, enabled } = registry.get(directoryId)
  const [row] = await app.test.owner.query<{ settings: Record<string, unknown> }>('SELECT settings FROM directory WHERE id = $1', [directoryId])
  await app.app.get(DirectoryConfiguration).save(app.test.database, {
    id: directoryId, kind, name, description, signIn, enabled, position, settings: row!.settings,
  })
  await registry.reload()
  if (!spoiled) throw new Error('the directory was not opened anew')
  return spoiled
}

const lacking = (inner: DirectoryConnector, without: readonly Capability[]): DirectoryConnector =>
  new Proxy(inner, {
    get(target, name) {
      if (name === 'capabilities') return new Set([...target.capabilities].filter((each) => !without.includes(each)))
      const member = Reflect.get(target, name) as unknown
      return typeof member === 'function' ? (member as (...given: unknown[]) => unknown).bind(target) : member
    },
  })

/** The directory cannot be reached: nothing was sent. */
export const away: Fault = { fault: 'refused', error: new ConnectorError('unreachable', 'no route to the directory') }

/** Brings a waiting task forward: what it would do by itself after its pause it does now. */
export async function hurry(app: TestApp, personId: string, changes = ''): Promise<void> {
  await app.test.owner.execute(`UPDATE provisioning_attempt SET write_until = now() WHERE ended_at IS NULL AND write_until IS NOT NULL
    AND task_id IN (SELECT id FROM provisioning_task WHERE person_id = $1)`, [personId])
  await app.test.owner.execute(
    `UPDATE provisioning_task SET run_at = now() ${changes} WHERE person_id = $1 AND state IN ('queued', 'retrying', 'checking')`, [personId])
  app.app.get(QueueRunner).wake('provisioning')
}
