import { Injectable } from '@nestjs/common'
import {
  DirectoryImport, type ImportPrecedence, type ImportScheduleEntry, type ImportSchedulesView, type ImportSettingsView, type SourcedField,
} from '../../../../contract/import.contract.js'
import { DomainError } from '../../../../kernel/domain-error.js'
import { Database } from '../../../../platform/database/database.js'
import { AuditLog, type OnBehalf } from '../../../audit/index.js'
import { Directories } from '../../../directories/index.js'
import { ImportPrecedenceStore } from '../persistence/import-precedence.store.js'
import { ImportScheduleStore } from '../persistence/import-schedule.store.js'
import { ImportSettingsStore } from '../persistence/import-settings.store.js'
import { ImportConfiguration } from './import-configuration.js'
import { ImportSchedules } from './import-schedules.js'
import { selfWritableWarnings } from './self-writable.js'

const KINDS = ['full', 'incremental'] as const

/** How and when directories are read in, as an operator sees and sets it. Each change is in the trail, with the change. */
@Injectable()
export class ImportAdministration {
  constructor(
    private readonly database: Database,
    private readonly directories: Directories,
    private readonly configuration: ImportConfiguration,
    private readonly stored: ImportSettingsStore,
    private readonly schedules: ImportSchedules,
    private readonly times: ImportScheduleStore,
    private readonly order: ImportPrecedenceStore,
    private readonly audit: AuditLog,
  ) {}

  /** Throws NOT_FOUND. */
  async settings(directoryId: string): Promise<ImportSettingsView> {
    this.directories.get(directoryId)
    const configured = (await this.stored.find(this.database, directoryId)) !== null
    return this.#view(directoryId, await this.configuration.of(this.database, directoryId), configured)
  }

  /** What these settings would be warned of; nothing is saved. */
  async judge(directoryId: string, settings: DirectoryImport): Promise<ImportSettingsView['warnings']> {
    const { kind } = this.directories.get(directoryId)
    const asked = settings.correlation.map(({ account }) => account)
    return selfWritableWarnings(settings, kind, asked.length === 0 ? null : await this.directories.selfWritable(directoryId, asked))
  }

  /** The next run reads everything: by other rules what was read before may mean something else. */
  async changeSettings(directoryId: string, settings: DirectoryImport, by: OnBehalf): Promise<ImportSettingsView> {
    this.directories.get(directoryId)
    const view = await this.#view(directoryId, settings, true)
    await this.database.transaction(async (tx) => {
      await this.configuration.save(tx, directoryId, settings)
      await this.order.forgetCursor(tx, directoryId)
      await this.audit.record(tx, {
        action: 'identity.import-settings.changed', outcome: 'success', directoryId, ...by,
        facts: {
          correlation: settings.correlation.map(({ account, person }) => `${account}=${person}`).join(' '),
          createsPeople: settings.createsPeople, severalAccounts: settings.severalAccounts, warnings: view.warnings.length,
        },
      })
    })
    return view
  }

  async schedulesOf(directoryId: string): Promise<ImportSchedulesView> {
    this.directories.get(directoryId)
    const rows = await this.schedules.list(this.database, directoryId)
    const of = (kind: (typeof KINDS)[number]): ImportScheduleEntry | null => {
      const row = rows.find((each) => each.kind === kind)
      return row ? { cron: row.cron, timeZone: row.timeZone, enabled: row.enabled } : null
    }
    return { full: of('full'), incremental: of('incremental') }
  }

  /** Worker processes take it over within seconds. Throws REQUEST_INVALID naming the member. */
  async changeSchedules(directoryId: string, wanted: ImportSchedulesView, by: OnBehalf): Promise<ImportSchedulesView> {
    this.directories.get(directoryId)
    await this.database.transaction(async (tx) => {
      for (const kind of KINDS) {
        const entry = wanted[kind]
        if (entry === null) await this.times.remove(tx, directoryId, kind)
        else await inMember(kind, () => this.schedules.save(tx, { directoryId, kind, ...entry }))
      }
      const said = (entry: ImportScheduleEntry | null): string =>
        (entry ? `${entry.cron} ${entry.timeZone}${entry.enabled ? '' : ' off'}` : 'none')
      await this.audit.record(tx, {
        action: 'identity.import-schedule.changed', outcome: 'success', directoryId, ...by,
        facts: { full: said(wanted.full), incremental: said(wanted.incremental) },
      })
    })
    return this.schedulesOf(directoryId)
  }

  async precedence(): Promise<ImportPrecedence> {
    const rows = await this.order.list(this.database)
    return Object.fromEntries(rows.map(({ field, sources }) => [field, sources])) as ImportPrecedence
  }

  /** An empty list, or none: by the position of the directories. Throws REQUEST_INVALID for a directory that is not there. */
  async changePrecedence(wanted: ImportPrecedence, by: OnBehalf): Promise<ImportPrecedence> {
    const known = new Set(['csv', ...this.directories.list().map(({ id }) => id)])
    const rows = (Object.entries(wanted) as [SourcedField, string[] | undefined][])
      .flatMap(([field, sources]) => (sources && sources.length > 0 ? [{ field, sources }] : []))
    const wrong = rows.flatMap(({ field, sources }) => sources.flatMap((source, index) => {
      if (!known.has(source)) return [{ field: `${field}.${index}`, reason: 'no-such-directory' }]
      return sources.indexOf(source) < index ? [{ field: `${field}.${index}`, reason: 'named-twice' }] : []
    }))
    if (wrong.length > 0) {
      const diagnostic = wrong.map(({ field, reason }) => `${field}: ${reason}`).join('; ')
      throw new DomainError('REQUEST_INVALID', { fields: wrong, diagnostic })
    }
    await this.database.transaction(async (tx) => {
      await this.order.replace(tx, rows)
      await this.audit.record(tx, {
        action: 'identity.import-precedence.changed', outcome: 'success', ...by,
        facts: Object.fromEntries(rows.map(({ field, sources }) => [field, sources.join(' ')])),
      })
    })
    return this.precedence()
  }

  async #view(directoryId: string, settings: DirectoryImport, configured: boolean): Promise<ImportSettingsView> {
    return { settings, configured, warnings: await this.judge(directoryId, settings) }
  }
}

/** The same refusal, with the member of the request in front. */
async function inMember(member: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const fields = (error.detail.fields ?? []).map(({ field, reason }) => ({ field: `${member}.${field}`, reason }))
    throw new DomainError(error.code, { ...error.detail, fields, diagnostic: `${member}.${error.detail.diagnostic}` })
  }
}
