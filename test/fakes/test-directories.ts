import {
  ConnectorError, type AccountOperation, type AccountRef, type CallContext, type Directories, type Directory, type DirectoryConnection, type DirectoryConnector,
  type Workflow, type WorkflowStep,
} from '../../src/modules/directories/index.js'
import { nameOf, stepsOf } from '../../src/modules/directories/domain/event-task.js'

type DeclaredRules = Awaited<ReturnType<NonNullable<DirectoryConnector['declaredPasswordRules']>>>

/** The registry without configuration: a few connectors under their ids and their last word, no circuit breaker, no bulkhead. */
export function testDirectories(
  connectors: ReadonlyMap<string, { name: string; connector: DirectoryConnector }>, stepsOff: ReadonlySet<WorkflowStep> = new Set(),
): Directories {
  const of = (id: string): { name: string; connector: DirectoryConnector } => {
    const found = connectors.get(id)
    if (!found) throw new ConnectorError('unreachable', `no directory ${id}`)
    return found
  }
  const keyOf = (id: string, ref: AccountRef | null): string => `${id} ${ref?.nativeId ?? ''}`
  const last = new Map<string, DeclaredRules>()
  const view = (id: string): Directory => ({
    id, kind: 'test', name: of(id).name, description: '', signIn: true, enabled: true, position: 0,
  })
  return {
    list: () => [...connectors.keys()].map(view),
    get: view,
    capabilities: (id: string) => of(id).connector.capabilities,
    switchedOff: (_: string, operation: AccountOperation, workflow: Workflow) => {
      const off = stepsOf(operation, workflow).find((step) => stepsOff.has(step))
      return off === undefined ? null : nameOf('test', off)
    },
    use: <T>(id: string, context: CallContext, work: (connection: DirectoryConnection) => Promise<T>) => of(id).connector.use(context, work),
    declaredRules: async (id: string, ...given: Parameters<NonNullable<DirectoryConnector['declaredPasswordRules']>>) => {
      try {
        const rules = await of(id).connector.declaredPasswordRules!(...given)
        last.set(keyOf(id, given[0]), rules)
        return rules
      } catch (error) {
        const known = last.get(keyOf(id, given[0]))
        if (known && error instanceof ConnectorError) return { ...known, exact: false }
        throw error
      }
    },
    lastDeclaredRules: (id: string, ref: AccountRef | null) => last.get(keyOf(id, ref)) ?? null,
    lockoutRules: async (id: string, context: CallContext) => of(id).connector.lockoutRules(context),
  } as unknown as Directories
}
