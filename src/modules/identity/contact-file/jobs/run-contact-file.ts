import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { csvText } from '../../../../integrations/csv/index.js'
import type { ContactFile, FileChange } from '../domain/contact-file.js'

/** 0 every line was right · 1 some lines were passed over · 2 the file cannot be read */
export const CONTACT_FILE_EXIT = { clean: 0, withErrors: 1, unreadable: 2 } as const

export type RunContactFileOptions = {
  readonly contacts: Pick<ContactFile, 'read'>
  readonly file: string
  readonly dryRun: boolean
  /** Where lines that were passed over are listed; otherwise they are printed. */
  readonly errorFile?: string
  readonly print?: (line: string) => void
}

/** The command. A dry run shows what would change; the other one only how much has. */
export async function runContactFile(options: RunContactFileOptions): Promise<number> {
  const { contacts, file, dryRun, errorFile, print = (line) => void process.stdout.write(`${line}\n`) } = options
  if (!(await stat(file).catch(() => null))?.isFile()) {
    print(`NOT READ: there is no file ${file}`)
    return CONTACT_FILE_EXIT.unreadable
  }
  const listed = errorFile === undefined ? null : await open(errorFile, 'w', 0o600)
  const errors: string[] = [csvText(['line', 'column', 'problem'])]
  try {
    const report = await contacts.read({
      source: createReadStream(file),
      dryRun,
      by: `command-line:${process.pid}`,
      onError: ({ line, column, problem }) => {
        if (listed) errors.push(csvText([line, column, problem]))
        else print(`  line ${line}${column ? `, ${column}` : ''}: ${problem}`)
      },
      onChange: (change) => { if (dryRun) print(`  ${shown(change)}`) },
    })
    await listed?.writeFile(errors.join(''))
    const { lines, changedPeople, unchangedPeople } = report
    print(`${lines} lines${dryRun ? ', nothing written' : ''}: ${changedPeople} people changed, ${unchangedPeople} unchanged, ${report.errors} errors`)
    return report.errors > 0 ? CONTACT_FILE_EXIT.withErrors : CONTACT_FILE_EXIT.clean
  } finally {
    await listed?.close()
  }
}

const shown = ({ line, person, field, before, after }: FileChange): string => `line ${line}  ${person}  ${field}: ${before ?? '–'} → ${after ?? '–'}`
