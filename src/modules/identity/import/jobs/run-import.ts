import type { Directories } from '../../../directories/index.js'
import type { Importer } from '../domain/importer.js'
import type { ImportReports } from '../domain/import-reports.js'
import type { ImportRun } from '../persistence/import-run.store.js'

/**
 * Exit codes of `latchkey import`, a stable interface for whoever runs it: 0 read to its end · 1 stopped, somebody has to
 * confirm · 2 failed, or no such directory · 3 another import of this directory is running
 */
export const IMPORT_EXIT = { completed: 0, needsConfirmation: 1, failed: 2, alreadyRunning: 3 } as const

export type RunImportOptions = {
  readonly directories: Pick<Directories, 'list'>
  readonly importer: Pick<Importer, 'run'>
  readonly reports: Pick<ImportReports, 'latest' | 'unmatched' | 'kept'>
  /** Name or id. */
  readonly directory: string
  readonly full?: boolean
  readonly dryRun?: boolean
  readonly confirmGone?: boolean
  readonly asJson?: boolean
  readonly signal?: AbortSignal
  readonly print?: (line: string) => void
  /** How often the progress is shown; ms. */
  readonly everyMs?: number
}

const SHOWN = 50

/** The command: shows progress, prints what came of it, answers the exit code. */
export async function runImport(options: RunImportOptions): Promise<number> {
  const { directories, importer, reports, asJson = false, everyMs = 2_000, print = (line) => void process.stdout.write(`${line}\n`) } = options
  const directory = directories.list().find(({ id, name }) => id === options.directory || name === options.directory)
  if (!directory) {
    print(`NOT READ: no directory is called ${options.directory}`)
    return IMPORT_EXIT.failed
  }
  const progress = asJson ? null : setInterval(() => {
    void reports.latest(directory.id).then((run) => { if (run?.state === 'running') print(`  ${run.read} read, ${run.added} new, ${run.changed} changed …`) }, () => undefined)
  }, everyMs)
  progress?.unref()
  try {
    const outcome = await importer.run({
      directoryId: directory.id, kind: options.full ? 'full' : 'incremental', dryRun: options.dryRun, confirmGone: options.confirmGone,
      by: `command-line:${process.pid}`, signal: options.signal,
    })
    if (!outcome.started) {
      print(outcome.reason === 'trail'
        ? `STOPPED: the audit trail cannot be kept: ${outcome.why}`
        : `NOT READ: another import of ${directory.name} is running`)
      return outcome.reason === 'trail' ? IMPORT_EXIT.failed : IMPORT_EXIT.alreadyRunning
    }
    // also those that no account of this run is among: what is open stays open until somebody sees to it
    const shown = {
      unmatched: await reports.unmatched(directory.id, SHOWN), kept: await reports.kept(directory.id, outcome.run.id, SHOWN),
    }
    if (asJson) print(JSON.stringify({ directory: directory.name, run: outcome.run, ...shown }, null, 2))
    else for (const line of linesOf(directory.name, outcome.run, shown)) print(line)
    if (outcome.run.state === 'completed') return IMPORT_EXIT.completed
    return outcome.run.state === 'needs-confirmation' ? IMPORT_EXIT.needsConfirmation : IMPORT_EXIT.failed
  } finally {
    if (progress) clearInterval(progress)
  }
}

const WHY: Readonly<Record<string, string>> = {
  nobody: 'nobody known has its values',
  several: 'more than one person has its values',
  taken: 'the person who has its values has another account here',
  'switched-off': 'Add is switched off here',
  changed: 'its joining values changed; it stays with the person it has',
  elsewhere: 'its joining values are somebody else’s now; it stays with the person it has',
}

const OFF = {
  add: 'the event task Add is switched off here: accounts that are new were given to nobody',
  remove: 'the event task Remove is switched off here: accounts that are gone were not marked',
}
type Shown = { readonly login: string; readonly dn: string | null; readonly why: string; readonly others: readonly string[] }
const lineOf = (what: string, { login, dn, why, others }: Shown): string =>
  `  ${what.padEnd(9)}  ${login}  ${dn ?? ''}  ${WHY[why] ?? why}${others.length > 0 ? ` (${others.join(', ')})` : ''}`

function linesOf(name: string, run: ImportRun, shown: { unmatched: readonly Shown[]; kept: readonly Shown[] }): string[] {
  const { kind, read, added, changed, unchanged, kept, gone, known, dryRun } = run
  const counted = `${read} read: ${added} new, ${changed} changed, ${unchanged} unchanged, ${run.unmatched} unmatched, ${kept} kept; ${gone} of ${known} gone`
  const what = `${name}, ${kind === 'full' ? 'everything' : 'changes'}${dryRun ? ', nothing written' : ''}`
  const end: Readonly<Record<string, string[]>> = {
    completed: [`${what}: ${counted}`],
    'needs-confirmation': [
      `${what}: ${counted}`,
      'STOPPED: so many accounts are gone that the read may have been of the wrong place. None of them was marked; everything else was.',
      'Look at the directory. If it is true, run this again with --confirm-gone.',
    ],
    failed: [`${what}: FAILED (${run.errorCode}): ${run.diagnostic}`, `  before that ${counted}`],
  }
  return [
    ...end[run.state] ?? [`${what}: ${run.state}`],
    ...run.switchedOff.map((step) => `  ${OFF[step]}`),
    ...shown.unmatched.map((account) => lineOf('unmatched', account)),
    ...shown.kept.map((account) => lineOf('kept', account)),
  ]
}
