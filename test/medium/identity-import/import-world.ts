import { DomainError } from '../../../src/kernel/domain-error.js'
import type { ConnectorFactory } from '../../../src/modules/directories/index.js'
import { IdentitySettings, ImportConfiguration, Importer, ImportTuning, People } from '../../../src/modules/identity/index.js'
import { ContactChanges } from '../../../src/modules/identity/import/domain/contact-changes.js'
import { ImportPage } from '../../../src/modules/identity/import/domain/import-page.js'
import { MarkGone } from '../../../src/modules/identity/import/domain/mark-gone.js'
import { RunTrail } from '../../../src/modules/identity/import/domain/run-trail.js'
import { TrailGate } from '../../../src/modules/identity/import/domain/trail-gate.js'
import { ImportLock } from '../../../src/modules/identity/import/persistence/import-lock.js'
import { ImportPageStore } from '../../../src/modules/identity/import/persistence/import-page.store.js'
import { ImportRunStore, type ImportRun, type RunKind } from '../../../src/modules/identity/import/persistence/import-run.store.js'
import { ImportSettingsStore } from '../../../src/modules/identity/import/persistence/import-settings.store.js'
import { NewcomersStore } from '../../../src/modules/identity/import/persistence/newcomers.store.js'
import { PersonRefreshStore } from '../../../src/modules/identity/import/persistence/person-refresh.store.js'
import { PersonStore } from '../../../src/modules/identity/persistence/person.store.js'
import { MailHealth } from '../../../src/modules/notifications/domain/mail-health.js'
import { PayloadSeal } from '../../../src/modules/notifications/domain/payload-seal.js'
import { Notifications } from '../../../src/modules/notifications/index.js'
import { OutboxStore } from '../../../src/modules/notifications/persistence/outbox.store.js'
import { testKeyRing, writableAuditLog } from '../../builders/audit.js'
import { openDirectories } from '../directories/local-directory.js'

/** The import as the module puts it together, over a real Postgres and the directories a test brings. */
export async function openImportWorld(factories: ConnectorFactory[], tuning: Partial<ImportTuning> = {}) {
  const world = await openDirectories({ factories })
  const { database, db, directories } = world
  const tuned = Object.assign(new ImportTuning(), tuning)
  const settings = new IdentitySettings()
  const payloads = new PayloadSeal(testKeyRing())
  const notifications = new Notifications(new OutboxStore(database), payloads, undefined as unknown as MailHealth, { wake: () => undefined } as never)
  const trail = { closedBecause: null as string | null, looks: 0 }
  const open = await writableAuditLog(database)
  const audit = Object.assign(open, {
    assertWritable: () => {
      trail.looks += 1
      if (trail.closedBecause !== null) throw new DomainError('AUDIT_UNAVAILABLE', { diagnostic: trail.closedBecause })
    },
  })
  const runs = new ImportRunStore()
  const pageStore = new ImportPageStore()
  const changes = new ContactChanges(audit, notifications, new PersonStore(), settings)
  const refresh = new PersonRefreshStore()
  const pages = new ImportPage(database, pageStore, new NewcomersStore(), refresh, runs, changes, settings)
  const configuration = new ImportConfiguration(new ImportSettingsStore())
  const gone = new MarkGone(database, runs, pageStore, pages, tuned)
  const importer = new Importer(database, directories, configuration, new ImportLock(database), runs, pages, refresh, gone, new RunTrail(audit), new TrailGate(audit, tuned), tuned)
  const people = new People(new PersonStore(), settings)
  return {
    ...world, tasks: world.configuration, audit, trail, importer, configuration, people, runs, payloads,
    /** Runs to its end; the run as it is on record then. */
    async import(directoryId: string, kind: RunKind = 'full', more: Partial<Parameters<Importer['run']>[0]> = {}): Promise<ImportRun> {
      const outcome = await importer.run({ directoryId, kind, by: 'test', ...more })
      if (!outcome.started) throw new Error(outcome.reason)
      return outcome.run
    },
    query: <Row extends object>(sql: string, params: unknown[] = []) => db.owner.query<Row>(sql, params),
    async personOf(login: string) {
      const found = await people.resolve(database, login)
      if (found.found !== 'one') throw new Error(`${found.found} called ${login}`)
      return found.person
    },
    /** Mail that was queued, opened. */
    async mails(): Promise<{ template: string; to: string; params: Record<string, unknown> }[]> {
      const rows = await db.owner.query<{ id: string; template: string; recipient: Buffer; payload: Buffer }>('SELECT id, template, recipient, payload FROM outbox_message ORDER BY id')
      return rows.map(({ id, template, recipient, payload }) => ({ template, to: payloads.openRecipient(id, recipient), params: payloads.openPayload(id, payload).params as Record<string, unknown> }))
    },
  }
}
export type ImportWorld = Awaited<ReturnType<typeof openImportWorld>>
