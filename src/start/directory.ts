import type { Settings } from '../config/settings.js'
import { DIRECTORY_EXIT, runDirectoryAdd, runDirectoryList } from '../modules/directories/index.js'
import { withDirectories } from './directories-alone.js'
import type { Tell } from './embedded.js'

const USAGE = 'usage: main.js directory add <file.json> | directory list [--json]'

/** The role directory: an operator's way to configure one. A running server takes it over within seconds. Answers its exit code. */
export async function directory(settings: Settings, words: readonly string[], tell: Tell): Promise<number> {
  const [verb, ...rest] = words
  const [file, ...others] = rest.filter((word) => !word.startsWith('--'))
  if (verb === 'list' && file === undefined) {
    return withDirectories(settings, tell, async ({ directories }) => runDirectoryList({ directories, asJson: rest.includes('--json') }))
  }
  if (verb !== 'add' || file === undefined || others.length > 0) {
    tell(USAGE)
    return DIRECTORY_EXIT.notUnderstood
  }
  return withDirectories(settings, tell, ({ database, audit, directories, configuration }) => runDirectoryAdd({
    file, database, directories, configuration,
    record: (tx, event) => audit.record(tx, { ...event, outcome: 'success', channel: 'command-line', actor: { kind: 'operator', id: null } }),
  }))
}
