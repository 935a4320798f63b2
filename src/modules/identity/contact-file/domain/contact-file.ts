import { Injectable } from '@nestjs/common'
import type { Readable } from 'node:stream'
import { CsvUnreadable, readCsv } from '../../../../integrations/csv/index.js'
import { newId } from '../../../../kernel/ids.js'
import { KeyRing } from '../../../../platform/crypto/keyring.js'
import { Database } from '../../../../platform/database/database.js'
import { AuditLog } from '../../../audit/index.js'
import { IdentitySettings } from '../../domain/identity-settings.js'
import { ContactChanges } from '../../import/domain/contact-changes.js'
import { ImportPageStore } from '../../import/persistence/import-page.store.js'
import { PersonRefreshStore } from '../../import/persistence/person-refresh.store.js'
import { SupplementStore, type Supplement } from '../persistence/supplement.store.js'
import { headerOf, isError, lineOf, type ContactLine, type Header, type LineError } from './contact-line.js'

/** One value that is set, changed or taken away. Of a national id nobody is told more than that. */
export type FileChange = { readonly line: number; readonly person: string; readonly field: 'mobile' | 'secondaryMail' | 'nationalId'; readonly before: string | null; readonly after: string | null }
export type FileReport = { lines: number; changedPeople: number; unchangedPeople: number; errors: number }
export type FileRequest = {
  readonly source: Readable
  readonly dryRun: boolean
  readonly by: string
  readonly onError: (error: LineError) => void
  readonly onChange: (change: FileChange) => void
}
type Batch = { readonly header: Header; readonly lines: readonly ContactLine[]; readonly seen: Set<string>; readonly request: FileRequest; readonly runId: string; readonly report: FileReport }

const BATCH = 500
const HIDDEN = '(hidden)'

/** Contacts and national ids from a file: what no directory knows. A line that cannot be right is named and passed over. */
@Injectable()
export class ContactFile {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly store: SupplementStore,
    private readonly pages: ImportPageStore,
    private readonly people: PersonRefreshStore,
    private readonly changes: ContactChanges,
    private readonly audit: AuditLog,
    private readonly settings: IdentitySettings,
  ) {}

  async read(request: FileRequest): Promise<FileReport> {
    const report: FileReport = { lines: 0, changedPeople: 0, unchangedPeople: 0, errors: 0 }
    const fail = (error: LineError): void => {
      report.errors += 1
      request.onError(error)
    }
    const counted = { ...request, onError: fail }
    const runId = newId()
    const seen = new Set<string>()
    let header: Header | null = null
    let lines: ContactLine[] = []
    const flush = async (): Promise<void> => {
      if (header && lines.length > 0) await this.#apply({ header, lines, seen, request: counted, runId, report })
      lines = []
    }
    try {
      for await (const record of readCsv(request.source)) {
        if (!header) {
          const found = headerOf(record.cells)
          if (typeof found === 'string') {
            fail({ line: record.line, column: '', problem: found })
            return report
          }
          header = found
          continue
        }
        report.lines += 1
        const line = lineOf(record, header, this.settings.defaultCountryCode, this.keys)
        if (isError(line)) fail(line)
        else lines.push(line)
        if (lines.length >= BATCH) await flush()
      }
    } catch (error) {
      if (!(error instanceof CsvUnreadable)) throw error
      fail({ line: error.line, column: '', problem: `cannot be read from here on (${error.code})` })
    }
    await flush()
    if (!request.dryRun) await this.#record(request.by, runId, report)
    return report
  }

  async #apply({ header, lines, seen, request, runId, report }: Batch): Promise<void> {
    const people = await this.#people(header, lines, seen, request)
    await this.database.transaction(async (tx) => {
      const personIds = people.map(({ personId }) => personId)
      await this.pages.lockPeople(tx, personIds)
      const before = new Map((await this.store.find(tx, personIds)).map((supplement) => [supplement.personId, supplement]))
      const owners = new Map((await this.store.findOwners(tx, lines.flatMap(({ nationalIdHash }) => nationalIdHash ?? []))).map(({ hash, personId }) => [hash.toString('hex'), personId]))
      const written: Supplement[] = []
      for (const { line, personId } of people) {
        const owner = line.nationalIdHash && owners.get(line.nationalIdHash.toString('hex'))
        if (owner && owner !== personId) {
          request.onError({ line: line.line, column: 'nationalId', problem: 'belongs to somebody else already' })
          continue
        }
        if (line.nationalIdHash) owners.set(line.nationalIdHash.toString('hex'), personId)
        const old = before.get(personId) ?? { personId, mobile: null, secondaryMail: null, nationalIdHash: null }
        const after = merged(old, line)
        const differences = differencesOf(old, after, line)
        for (const difference of differences) request.onChange(difference)
        if (differences.length === 0) report.unchangedPeople += 1
        else {
          report.changedPeople += 1
          written.push(after)
        }
      }
      if (request.dryRun || written.length === 0) return
      await this.store.write(tx, written)
      const changed = written.map(({ personId }) => personId)
      const contacts = await this.people.contacts(tx, changed, { personIds: changed.filter((personId) => !before.has(personId)), all: false })
      await this.people.identifiers(tx, changed)
      await this.people.facts(tx, changed)
      await this.changes.tell(tx, contacts.filter(({ first }) => !first), { runId, correlationId: runId, channel: 'command-line' })
    })
  }

  /** Exactly one person a line, and one line a person. */
  async #people(header: Header, lines: readonly ContactLine[], seen: Set<string>, request: FileRequest): Promise<{ line: ContactLine; personId: string }[]> {
    const holders = new Map<string, string[]>()
    for (const { key, personId } of await this.store.findPeople(this.database, header.keyColumn, lines.map(({ key }) => key))) {
      holders.set(key, [...holders.get(key) ?? [], personId])
    }
    return lines.flatMap((line) => {
      const [personId, another] = holders.get(line.key) ?? []
      const problem = personId === undefined ? 'is nobody on record' : another !== undefined ? 'is more than one person' : seen.has(personId) ? 'comes twice' : null
      if (problem !== null) {
        request.onError({ line: line.line, column: header.keyColumn, problem })
        return []
      }
      seen.add(personId!)
      return [{ line, personId: personId! }]
    })
  }

  async #record(by: string, runId: string, { lines, changedPeople, errors }: FileReport): Promise<void> {
    await this.database.transaction((tx) => this.audit.record(tx, {
      action: 'identity.contact-file.imported', outcome: 'success', channel: 'command-line', correlationId: runId, actor: { kind: 'system', id: by },
      facts: { lines, changed: changedPeople, errors },
    }))
  }
}

const merged = (old: Supplement, { mobile, secondaryMail, nationalIdHash }: ContactLine): Supplement => ({
  personId: old.personId,
  mobile: mobile === undefined ? old.mobile : mobile,
  secondaryMail: secondaryMail === undefined ? old.secondaryMail : secondaryMail,
  nationalIdHash: nationalIdHash === undefined ? old.nationalIdHash : nationalIdHash,
})

function differencesOf(old: Supplement, after: Supplement, { line, person }: ContactLine): FileChange[] {
  const shown = (hash: Buffer | null): string | null => (hash === null ? null : HIDDEN)
  const isSameId = old.nationalIdHash === null ? after.nationalIdHash === null : after.nationalIdHash !== null && old.nationalIdHash.equals(after.nationalIdHash)
  return [
    ...(old.mobile === after.mobile ? [] : [{ line, person, field: 'mobile' as const, before: old.mobile, after: after.mobile }]),
    ...(old.secondaryMail === after.secondaryMail ? [] : [{ line, person, field: 'secondaryMail' as const, before: old.secondaryMail, after: after.secondaryMail }]),
    ...(isSameId ? [] : [{ line, person, field: 'nationalId' as const, before: shown(old.nationalIdHash), after: shown(after.nationalIdHash) }]),
  ]
}
