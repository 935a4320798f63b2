import { DirectoryImport, ImportPrecedence, type ImportSchedulesView, type ImportWarning } from '../../../../contract/import.contract.js'
import { DomainError } from '../../../../kernel/domain-error.js'
import { newId } from '../../../../kernel/ids.js'
import { onCommandLine } from '../../../audit/index.js'
import type { Directories } from '../../../directories/index.js'
import type { ImportAdministration } from '../domain/import-administration.js'
import { readSettingsFile, SettingsFileRefused } from '../domain/settings-file.js'

/** Exit codes of `latchkey directory import-settings | schedule | precedence`: 0 shown or saved · 1 refused, nothing was saved */
export const IMPORT_ADMINISTRATION_EXIT = { done: 0, refused: 1 } as const

export type ImportAdministrationCommand = {
  readonly administration: ImportAdministration
  readonly directories: Pick<Directories, 'list'>
  readonly print?: (line: string) => void
}
type OfDirectory = ImportAdministrationCommand & { /** Name or id. */ readonly directory: string }
type Print = (line: string) => void
const toTerminal: Print = (line) => void process.stdout.write(`${line}\n`)

/** Shows how a directory is read in, or saves what a file says. With `dryRun` the file is only held to the rules. */
export function runImportSettings(
  options: OfDirectory & { readonly file?: string; readonly dryRun?: boolean; readonly asJson?: boolean },
): Promise<number> {
  const { administration, file, dryRun = false, asJson = false, print = toTerminal } = options
  return refusable(print, async () => {
    const { id, name } = found(options)
    if (file === undefined) {
      const view = await administration.settings(id)
      if (asJson) return print(JSON.stringify(view, null, 2))
      print(`${name}: ${view.configured ? 'as it was set' : 'nothing was set, these are the defaults'}`)
      print(JSON.stringify(view.settings, null, 2))
      return warn(view.warnings, print)
    }
    const settings = await readSettingsFile(file, DirectoryImport)
    const warnings = dryRun
      ? await administration.judge(id, settings)
      : (await administration.changeSettings(id, settings, onCommandLine(newId()))).warnings
    if (asJson) return print(JSON.stringify({ settings, warnings, saved: !dryRun }, null, 2))
    print(dryRun ? `RIGHT: ${name} could be read in like this; nothing was saved` : `SAVED: ${name}; the next import reads everything`)
    warn(warnings, print)
  })
}

export type WantedSchedules = { readonly full?: string; readonly incremental?: string; readonly timeZone?: string }

/** Shows when a directory is read by itself, or sets it: a cron form, or `off`. What is not named stays as it is. */
export function runImportSchedule(options: OfDirectory & { readonly wanted: WantedSchedules; readonly asJson?: boolean }): Promise<number> {
  const { administration, wanted, asJson = false, print = toTerminal } = options
  return refusable(print, async () => {
    const { id, name } = found(options)
    const before = await administration.schedulesOf(id)
    const changes = Object.values(wanted).some((value) => value !== undefined)
    const after = changes ? await administration.changeSchedules(id, scheduled(before, wanted), onCommandLine(newId())) : before
    if (asJson) return print(JSON.stringify(after, null, 2))
    if (changes) print(`SAVED: ${name}; worker processes keep it from a few seconds on`)
    const shown = { full: 'everything', incremental: 'changes' } as const
    for (const kind of ['full', 'incremental'] as const) {
      const entry = after[kind]
      print(`  ${shown[kind].padEnd(10)}  ${entry ? `${entry.cron}  ${entry.timeZone}${entry.enabled ? '' : '  (switched off)'}` : 'by hand only'}`)
    }
  })
}

function scheduled(before: ImportSchedulesView, { full, incremental, timeZone }: WantedSchedules): ImportSchedulesView {
  const of = (entry: ImportSchedulesView['full'], cron: string | undefined): ImportSchedulesView['full'] => {
    if (cron === 'off') return null
    if (cron === undefined) return entry && { ...entry, timeZone: timeZone ?? entry.timeZone }
    return { cron, timeZone: timeZone ?? entry?.timeZone ?? 'UTC', enabled: true }
  }
  return { full: of(before.full, full), incremental: of(before.incremental, incremental) }
}

/** Shows whose word counts, or saves what a file says. Directories may be named in it as people call them. */
export function runImportPrecedence(
  options: ImportAdministrationCommand & { readonly file?: string; readonly asJson?: boolean },
): Promise<number> {
  const { administration, directories, file, asJson = false, print = toTerminal } = options
  return refusable(print, async () => {
    const all = directories.list()
    const idOf = (source: unknown): unknown => all.find(({ name }) => name === source)?.id ?? source
    const named = (json: unknown): unknown => (typeof json === 'object' && json !== null
      ? Object.fromEntries(Object.entries(json).map(([field, sources]) => [field, Array.isArray(sources) ? sources.map(idOf) : sources])) : json)
    const order = file === undefined
      ? await administration.precedence()
      : await administration.changePrecedence(await readSettingsFile(file, ImportPrecedence, named), onCommandLine(newId()))
    if (asJson) return print(JSON.stringify(order, null, 2))
    if (file !== undefined) print('SAVED: it counts for a person from the next time something of theirs is read anew')
    const called = (source: string): string => all.find(({ id }) => id === source)?.name ?? source
    for (const [field, sources] of Object.entries(order)) print(`  ${field.padEnd(13)}  ${(sources as string[]).map(called).join(', then ')}`)
    print(`  ${Object.keys(order).length === 0 ? 'every field' : 'other fields'}: files, then ${all.map(({ name }) => name).join(', then ')}`)
  })
}

const warn = (warnings: readonly ImportWarning[], print: Print): void => {
  for (const { field, attribute, detail } of warnings) {
    print(`WARNING: ${field}: ${attribute}: ${detail}. Whoever joins an account to somebody may have its password set.`)
  }
}

function found({ directories, directory }: OfDirectory): { id: string; name: string } {
  const one = directories.list().find(({ id, name }) => id === directory || name === directory)
  if (!one) throw new SettingsFileRefused([`no directory is called ${directory}`])
  return one
}

async function refusable(print: Print, work: () => Promise<void>): Promise<number> {
  try {
    await work()
    return IMPORT_ADMINISTRATION_EXIT.done
  } catch (error) {
    const ofDomain = error instanceof DomainError ? [error.detail.diagnostic ?? error.code] : null
    const reasons = error instanceof SettingsFileRefused ? error.reasons : ofDomain
    if (!reasons) throw error
    print('REFUSED, nothing was saved:')
    for (const reason of reasons) print(`  ${reason}`)
    return IMPORT_ADMINISTRATION_EXIT.refused
  }
}
