import type { Settings } from '../config/settings.js'
import { runSelfTest } from '../modules/directories/index.js'
import { withDirectories } from './directories-alone.js'
import type { Tell } from './embedded.js'

/** The role self-test: proves the rights of the service accounts. Answers its exit code. */
export function selfTest(settings: Settings, words: readonly string[], tell: Tell): Promise<number> {
  return withDirectories(settings, tell, ({ database, audit, directories }) => runSelfTest({
    directories,
    only: words.find((word) => !word.startsWith('--')),
    asJson: words.includes('--json'),
    record: ({ facts, ...event }) => audit.record(database, {
      action: 'directories.rights.tested', channel: 'command-line', actor: { kind: 'operator', id: null }, ...event, ...(facts ? { facts } : {}),
    }),
  }))
}
