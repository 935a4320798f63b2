import { Injectable } from '@nestjs/common'
import { newId } from '../../../../kernel/ids.js'
import { Database } from '../../../../platform/database/database.js'
import type { FeedPage } from '../../../directories/index.js'
import type { DirectoryImport } from '../import-settings.js'
import { ImportPageStore } from '../persistence/import-page.store.js'
import { ImportRunStore, type RunCounts } from '../persistence/import-run.store.js'
import { PersonRefreshStore, type ContactChange } from '../persistence/person-refresh.store.js'
import { IdentitySettings } from '../../domain/identity-settings.js'
import { recordOf } from './account-record.js'
import { ContactChanges } from './contact-changes.js'
import { Correlation } from './correlate.js'
import { planOf, sorted, type PagePlan } from './page-plan.js'

/** What a run knows of itself while it reads. */
export type RunContext = {
  readonly runId: string
  readonly directoryId: string
  readonly kind: string
  readonly settings: DirectoryImport
  /** This directory has never been read to its end: nothing in it is a change. */
  readonly firstImport: boolean
  readonly dryRun: boolean
  readonly correlationId: string
}

/** Another process took this run for dead and goes on in its place. */
export class RunTakenOver extends Error {
  constructor() {
    super('another process has taken this import over')
    this.name = 'RunTakenOver'
  }
}

export const NO_COUNTS: RunCounts = { read: 0, added: 0, changed: 0, unchanged: 0, unmatched: 0, gone: 0 }

/** One page from a directory onto the record: a fixed number of statements in one transaction, whatever the page holds. */
@Injectable()
export class ImportPage {
  constructor(
    private readonly database: Database,
    private readonly pages: ImportPageStore,
    private readonly people: PersonRefreshStore,
    private readonly runs: ImportRunStore,
    private readonly changes: ContactChanges,
    private readonly identity: IdentitySettings,
  ) {}

  correlation({ settings }: RunContext): Correlation {
    return new Correlation({ ...settings, newId })
  }

  /** Answers the counts so far. Nothing of a page is on record until all of it is. */
  async apply(page: FeedPage, run: RunContext, correlation: Correlation, before: RunCounts): Promise<RunCounts> {
    const plan = await this.#plan(page, run, correlation)
    const counts: RunCounts = {
      read: before.read + page.accounts.length,
      added: before.added + plan.added.length,
      changed: before.changed + plan.changed.length,
      unchanged: before.unchanged + plan.unchanged,
      unmatched: before.unmatched + plan.unmatched.length,
      gone: before.gone,
    }
    const named = [...page.seen, ...page.accounts.map(({ nativeId }) => nativeId)]
    await this.database.transaction(async (tx) => {
      if (!(await this.runs.progress(tx, run.runId, counts))) throw new RunTakenOver()
      await this.runs.note(tx, run.runId, named, page.gone)
      if (run.dryRun) return
      const written = [...plan.added, ...plan.changed, ...plan.unmatched]
      if (written.length === 0) return
      if (plan.touched.length > 0) await this.pages.lockPeople(tx, plan.touched)
      if (plan.people.length > 0) await this.pages.insertPeople(tx, plan.people)
      await this.pages.writeAccounts(tx, run.directoryId, written)
      if (plan.changed.length > 0 || plan.unmatched.length > 0) await this.pages.replaceKeys(tx, written)
      else await this.pages.addKeys(tx, written)
      await this.refresh({ run, personIds: [...plan.touched, ...plan.people.map(({ id }) => id)], isNew: plan.people.map(({ id }) => id), touched: plan.touched })(tx)
    })
    if (!run.dryRun) correlation.forget()
    return counts
  }

  /** People anew from their accounts; what changed of their contacts is told. */
  refresh({ run, personIds, isNew, touched }: { run: RunContext; personIds: readonly string[]; isNew: readonly string[]; touched: readonly string[] }) {
    return async (tx: Parameters<Parameters<Database['transaction']>[0]>[0]): Promise<void> => {
      if (personIds.length === 0) return
      const changes: ContactChange[] = await this.people.contacts(tx, personIds, { personIds: isNew, all: run.firstImport })
      await this.people.identifiers(tx, personIds)
      if (touched.length > 0) await this.people.facts(tx, touched)
      await this.changes.tell(tx, changes.filter(({ first }) => !first), run)
    }
  }

  async #plan({ accounts }: FeedPage, { directoryId, settings, kind }: RunContext, correlation: Correlation): Promise<PagePlan> {
    const rules = { settings, kind, countryCode: this.identity.defaultCountryCode }
    // an entry that comes twice on a page is taken as it came last
    const records = [...new Map(accounts.map((account) => [account.nativeId, recordOf(account, rules)])).values()]
    if (records.length === 0) return { people: [], added: [], changed: [], unmatched: [], unchanged: 0, touched: [] }
    const split = sorted(records, await this.pages.findKnown(this.database, directoryId, records.map(({ nativeId }) => nativeId)))
    const keys = split.open.flatMap(({ keys: lists }) => lists.flat())
    if (keys.length > 0) correlation.learn(await this.pages.findHolders(this.database, directoryId, keys))
    return planOf(split, correlation.match(split.open), settings.language)
  }
}
