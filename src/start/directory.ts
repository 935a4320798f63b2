import type { Settings } from '../config/settings.js'
import { onCommandLine } from '../modules/audit/index.js'
import { DIRECTORY_EXIT, EventTaskSwitch, runDirectoryAdd, runDirectoryList, runEventTasks } from '../modules/directories/index.js'
import {
  ImportAdministration, ImportConfigurationModule, runImportPrecedence, runImportSchedule, runImportSettings,
} from '../modules/identity/index.js'
import { withDirectories, type DirectoriesAtHand } from './directories-alone.js'
import type { Tell } from './embedded.js'

const USAGE = `usage: main.js directory add <file.json> | directory list [--json]
       main.js directory import-settings <directory> [--set=<file.json> [--dry-run]] [--json]
       main.js directory schedule <directory> [--full=<cron|off>] [--changes=<cron|off>] [--time-zone=<zone>] [--json]
       main.js directory precedence [--set=<file.json>] [--json]
       main.js directory event-tasks <directory> [--on=<step> | --off=<step>] [--json]`

type Verb = {
  /** Words after the verb: a file, or the directory that is meant. */
  readonly words: 0 | 1
  readonly flags: readonly string[]
  readonly run: (at: DirectoriesAtHand, word: string, valueOf: (flag: string) => string | undefined) => Promise<number>
}
const given = (value: string | undefined): boolean => value !== undefined
const importing = (at: DirectoriesAtHand) => ({ administration: at.service(ImportAdministration), directories: at.directories })

const VERBS: Readonly<Record<string, Verb>> = {
  list: {
    words: 0, flags: ['--json'],
    run: async ({ directories }, _, valueOf) => runDirectoryList({ directories, asJson: given(valueOf('--json')) }),
  },
  add: {
    words: 1, flags: [],
    run: ({ database, audit, directories, configuration }, file) => runDirectoryAdd({
      file, database, directories, configuration,
      record: (tx, event) => audit.record(tx, { ...event, outcome: 'success', ...onCommandLine(event.correlationId) }),
    }),
  },
  'import-settings': {
    words: 1, flags: ['--set', '--dry-run', '--json'],
    run: (at, directory, valueOf) => runImportSettings({
      ...importing(at), directory, file: valueOf('--set'), dryRun: given(valueOf('--dry-run')), asJson: given(valueOf('--json')),
    }),
  },
  schedule: {
    words: 1, flags: ['--full', '--changes', '--time-zone', '--json'],
    run: (at, directory, valueOf) => runImportSchedule({
      ...importing(at), directory, asJson: given(valueOf('--json')),
      wanted: { full: valueOf('--full'), incremental: valueOf('--changes'), timeZone: valueOf('--time-zone') },
    }),
  },
  precedence: {
    words: 0, flags: ['--set', '--json'],
    run: (at, _, valueOf) => runImportPrecedence({ ...importing(at), file: valueOf('--set'), asJson: given(valueOf('--json')) }),
  },
  'event-tasks': {
    words: 1, flags: ['--on', '--off', '--json'],
    run: ({ database, directories, configuration, audit }, directory, valueOf) => runEventTasks({
      directories, tasks: new EventTaskSwitch(database, directories, configuration, audit), directory,
      on: valueOf('--on'), off: valueOf('--off'), asJson: given(valueOf('--json')),
    }),
  },
}
/** Flags that are nothing without a value. */
const VALUED = new Set(['--set', '--full', '--changes', '--time-zone', '--on', '--off'])

/** The role directory: an operator's way to configure them. A running server takes it over within seconds. Answers its exit code. */
export async function directory(settings: Settings, words: readonly string[], tell: Tell): Promise<number> {
  const [name = '', ...rest] = words
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  const flags = new Map(rest.filter((word) => word.startsWith('--')).map((word): [string, string] => {
    const at = word.indexOf('=')
    return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
  }))
  const [word = '', ...others] = rest.filter((each) => !each.startsWith('--'))
  const wrong = [...flags].some(([flag, value]) => !verb?.flags.includes(flag) || VALUED.has(flag) !== (value !== ''))
  if (!verb || wrong || others.length > 0 || (word === '') !== (verb.words === 0)) {
    tell(USAGE)
    return DIRECTORY_EXIT.notUnderstood
  }
  return withDirectories(settings, tell, (at) => verb.run(at, word, (flag) => flags.get(flag)), [ImportConfigurationModule])
}
