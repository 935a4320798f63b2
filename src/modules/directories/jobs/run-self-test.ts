import { newId } from '../../../kernel/ids.js'
import { ConnectorError } from '../domain/connector.js'
import type { Directories } from '../domain/directories.js'
import { countsOf, type PermissionReport, type PermissionRow } from '../domain/permission-report.js'

/**
 * Exit codes of `latchkey self-test`, a stable interface for whoever watches it: 0 every right is there and none too many ·
 * 1 at least one is missing, too many, or not proved · 2 a directory could not be asked, or none was named
 */
export const SELF_TEST_EXIT = { green: 0, notGreen: 1, notAsked: 2 } as const

/** One directory's whole test; its steps have the time of single operations. */
const WHOLE_MS = 15_000

/** What becomes a row of the trail: the test writes on an account, and nothing is written without one. */
export type SelfTestEvent = {
  readonly directoryId: string
  readonly correlationId: string
  readonly outcome: 'intent' | 'success' | 'failure' | 'unknown'
  readonly facts?: { readonly missing: number; readonly notProved: number }
}

export type RunSelfTestOptions = {
  readonly directories: Pick<Directories, 'list' | 'permissionSelfTest'>
  /** Name or id of one directory; without it all that can test themselves. */
  readonly only?: string
  readonly asJson?: boolean
  readonly record: (event: SelfTestEvent) => Promise<void>
  readonly print?: (line: string) => void
}
type Tested = { readonly directory: string; readonly name: string; readonly report: PermissionReport | null; readonly failure: string | null }

/** The command: prints what was found, answers the exit code. */
export async function runSelfTest(options: RunSelfTestOptions): Promise<number> {
  const { directories, only, asJson = false, record, print = (line) => void process.stdout.write(`${line}\n`) } = options
  const wanted = directories.list().filter(({ id, name, kind }) => (only === undefined ? kind !== 'local' : id === only || name === only))
  const tested: Tested[] = []
  for (const { id, name } of wanted) {
    const context = { deadline: new Date(Date.now() + WHOLE_MS), correlationId: newId() }
    const about = { directoryId: id, correlationId: context.correlationId }
    await record({ ...about, outcome: 'intent' })
    try {
      const report = await directories.permissionSelfTest(id, context)
      tested.push({ directory: id, name, report, failure: null })
      await record({ ...about, outcome: report.ok ? 'success' : 'failure', facts: countsOf(report) })
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      tested.push({ directory: id, name, report: null, failure: error.message })
      await record({ ...about, outcome: 'unknown' })
    }
  }
  if (asJson) print(JSON.stringify(tested, null, 2))
  else for (const line of tested.flatMap(linesOf)) print(line)
  if (tested.length === 0) print(only === undefined ? 'NOT ASKED: no directory is configured that has rights to test' : `NOT ASKED: no directory is called ${only}`)
  if (tested.length === 0 || tested.some(({ report }) => report === null)) return SELF_TEST_EXIT.notAsked
  return tested.every(({ report }) => report!.ok) ? SELF_TEST_EXIT.green : SELF_TEST_EXIT.notGreen
}

function linesOf({ name, report, failure }: Tested): string[] {
  if (!report) return [`${name}: NOT ASKED: ${failure}`]
  const width = Math.max(...report.rows.map(({ operation }) => operation.length))
  return [
    `${name}: ${report.ok ? 'every right is there, and none too many' : 'NOT GREEN'} (asked ${report.server} as ${report.identity})`,
    ...report.rows.flatMap((row) => [
      `  ${sign(row)}  ${row.operation.padEnd(width)}  ${row.right}: ${row.found}`,
      ...(row.remedy === null ? [] : [`  ${' '.repeat(10)}  ${' '.repeat(width)}  → ${row.remedy}`]),
    ]),
  ]
}
const sign = ({ ok, howKnown }: PermissionRow): string => (ok ? 'ok' : howKnown === 'not-proved' ? 'NOT PROVED' : 'MISSING').padEnd(10)
