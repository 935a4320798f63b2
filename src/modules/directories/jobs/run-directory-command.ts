import { newId } from '../../../kernel/ids.js'
import type { Database, Tx } from '../../../platform/database/database.js'
import { ConnectorError } from '../domain/connector.js'
import type { Directories } from '../domain/directories.js'
import type { DirectoryConfiguration } from '../domain/directory-configuration.js'
import { DirectoryFileRefused, readDirectoryFile, type DescribedDirectory } from '../domain/directory-file.js'

/** Exit codes of `latchkey directory`: 0 done · 1 refused, nothing was saved · 2 not understood */
export const DIRECTORY_EXIT = { done: 0, refused: 1, notUnderstood: 2 } as const

const TEST_WITHIN_MS = 15_000

/** What becomes a row of the trail, in the transaction that saves. */
export type DirectoryEvent = {
  readonly action: 'directories.configuration.added' | 'directories.configuration.changed'
  readonly directoryId: string
  readonly correlationId: string
  readonly facts: { readonly kind: string; readonly enabled: boolean; readonly signIn: boolean }
}

export type RunDirectoryAddOptions = {
  readonly file: string
  readonly database: Pick<Database, 'transaction'>
  readonly directories: Pick<Directories, 'list'>
  readonly configuration: Pick<DirectoryConfiguration, 'save' | 'test' | 'secretMembers'>
  readonly record: (tx: Tx, event: DirectoryEvent) => Promise<void>
  readonly print?: (line: string) => void
}

const toTerminal = (line: string): void => void process.stdout.write(`${line}\n`)

/**
 * Adds the directory that the file describes, or replaces the configuration of the one with this name. Nothing is saved
 * that could not be connected to, unless the file says that it is switched off.
 */
export async function runDirectoryAdd(options: RunDirectoryAddOptions): Promise<number> {
  const { file, database, directories, configuration, record, print = toTerminal } = options
  try {
    const { fromFiles, ...described } = await readDirectoryFile(file)
    const known = directories.list().find(({ name }) => name.toLowerCase() === described.name.toLowerCase())
    if (known && known.kind !== described.kind) throw new DirectoryFileRefused(`kind: ${known.name} is of kind ${known.kind}; another kind is another directory`)
    const parts = separated(described, configuration.secretMembers(described.kind, described.settings), fromFiles)
    const correlationId = newId()
    if (described.enabled) await configuration.test({ ...described, ...parts }, { deadline: new Date(Date.now() + TEST_WITHIN_MS), correlationId })
    const id = known?.id ?? newId()
    await database.transaction(async (tx) => {
      await configuration.save(tx, { ...described, ...parts, id })
      await record(tx, {
        action: `directories.configuration.${known ? 'changed' : 'added'}`, directoryId: id, correlationId,
        facts: { kind: described.kind, enabled: described.enabled, signIn: described.signIn },
      })
    })
    print(`${known ? 'CHANGED' : 'ADDED'}: ${described.name} (${described.kind}) ${described.enabled ? 'answers' : 'is switched off and was not asked'}; ${id}`)
    return DIRECTORY_EXIT.done
  } catch (error) {
    if (!(error instanceof DirectoryFileRefused) && !(error instanceof ConnectorError)) throw error
    print(`REFUSED, nothing was saved: ${error.message}`)
    return DIRECTORY_EXIT.refused
  }
}

/** Secrets apart from what may be shown. One that stands in the file itself is refused: such files get copied and shown. */
function separated(
  { settings }: Pick<DescribedDirectory, 'settings'>, secretMembers: readonly string[], fromFiles: ReadonlySet<string>,
): { settings: Record<string, unknown>; secrets?: Record<string, string> } {
  const open = secretMembers.filter((name) => !fromFiles.has(name))
  if (open.length > 0) throw new DirectoryFileRefused(open.map((name) => `settings.${name}: a secret; put it in a file of its own and write {"file": "…"}`).join('; '))
  const of = (wanted: boolean): [string, unknown][] => Object.entries(settings).filter(([name]) => secretMembers.includes(name) === wanted)
  return { settings: Object.fromEntries(of(false)), ...(secretMembers.length > 0 ? { secrets: Object.fromEntries(of(true)) as Record<string, string> } : {}) }
}

/** What is configured, in the order in which people see it. No settings: those are in the operator's own files. */
export function runDirectoryList({ directories, asJson, print = toTerminal }: {
  readonly directories: Pick<Directories, 'list'>; readonly asJson: boolean; readonly print?: (line: string) => void
}): number {
  const all = directories.list()
  if (asJson) print(JSON.stringify(all, null, 2))
  else if (all.length === 0) print('no directory is configured; add one: directory add <file.json>')
  else for (const { id, kind, name, enabled, signIn } of all) print(`${name}  ${kind}${enabled ? '' : ', switched off'}${signIn ? ', people sign in with it' : ''}  ${id}`)
  return DIRECTORY_EXIT.done
}
