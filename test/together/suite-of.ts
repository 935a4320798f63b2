type Block = { name: string; children: Block[]; hooks: unknown[] }
type CircusState = { currentDescribeBlock: Block; rootDescribeBlock: Block }

/**
 * Registers a whole test file as one `describe` of the file that runs: its hooks are then its own, although many files
 * share one load of the product. jest-circus forbids an asynchronous `describe`, and an import is one, so the block is
 * made empty and held open for as long as the import takes.
 */
export async function suiteOf(name: string, load: () => Promise<unknown>): Promise<void> {
  const state = circusState()
  const root = state.currentDescribeBlock
  describe(name, () => {})
  state.currentDescribeBlock = root.children.at(-1)!
  try {
    await load()
  } finally {
    state.currentDescribeBlock = root
  }
}

/** For what several files share: runs after the last test of the file that runs, whoever registers it. */
export function afterWholeFile(hook: () => Promise<void>): void {
  const state = circusState()
  const block = state.currentDescribeBlock
  state.currentDescribeBlock = state.rootDescribeBlock
  afterAll(hook)
  state.currentDescribeBlock = block
}

/** jest keeps it on the global object of the test file under a symbol that it does not export. */
function circusState(): CircusState {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === 'JEST_STATE_SYMBOL')
  const state = symbol && (globalThis as unknown as Record<symbol, CircusState | undefined>)[symbol]
  if (!state?.currentDescribeBlock?.children) throw new Error('this jest keeps its state elsewhere: see jest-circus, state.js')
  return state
}
