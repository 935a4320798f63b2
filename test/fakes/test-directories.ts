import {
  ConnectorError, type CallContext, type Directories, type Directory, type DirectoryConnection, type DirectoryConnector,
} from '../../src/modules/directories/index.js'

/** The registry without configuration: a few connectors under their ids, no circuit breaker, no bulkhead. */
export function testDirectories(connectors: ReadonlyMap<string, { name: string; connector: DirectoryConnector }>): Directories {
  const of = (id: string): { name: string; connector: DirectoryConnector } => {
    const found = connectors.get(id)
    if (!found) throw new ConnectorError('unreachable', `no directory ${id}`)
    return found
  }
  const view = (id: string): Directory => ({
    id, kind: 'test', name: of(id).name, description: '', signIn: true, enabled: true, position: 0,
  })
  return {
    list: () => [...connectors.keys()].map(view),
    get: view,
    capabilities: (id: string) => of(id).connector.capabilities,
    operationFor: (id: string, step: 'reset' | 'unlock') => (of(id).connector.capabilities.has(step) ? step : null),
    use: <T>(id: string, context: CallContext, work: (connection: DirectoryConnection) => Promise<T>) => of(id).connector.use(context, work),
    declaredRules: async (id: string, ...given: Parameters<NonNullable<DirectoryConnector['declaredPasswordRules']>>) =>
      of(id).connector.declaredPasswordRules!(...given),
    lockoutRules: async (id: string, context: CallContext) => of(id).connector.lockoutRules(context),
  } as unknown as Directories
}
