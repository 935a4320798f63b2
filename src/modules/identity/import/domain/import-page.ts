import { Injectable } from '@nestjs/common'
import { newId } from '../../../../kernel/ids.js'
import { Database, type Tx } from '../../../../platform/database/database.js'
import type { FeedPage } from '../../../directories/index.js'
import type { DirectoryImport } from '../import-settings.js'
import { ImportPageStore, type AccountToWrite, type PersonToCreate } from '../persistence/import-page.store.js'
import { ImportRunStore, type ImportStep, type RunCounts } from '../persistence/import-run.store.js'
import { NewcomersStore, type Newcomer } from '../persistence/newcomers.store.js'
import { PersonRefreshStore, type ContactChange } from '../persistence/person-refresh.store.js'
import { IdentitySettings } from '../../domain/identity-settings.js'
import { recordsOf, type AccountRecord, type RecordPage } from './account-record.js'
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
  /** Event tasks of the directory that are switched off: accounts that appear, or that are gone, are not taken over. */
  readonly switchedOff: readonly ImportStep[]
  readonly correlationId: string
}

/** Another process took this run for dead and goes on in its place. */
export class RunTakenOver extends Error {
  constructor() {
    super('another process has taken this import over')
    this.name = 'RunTakenOver'
  }
}

type Refresh = {
  readonly run: RunContext
  readonly personIds: readonly string[]
  /** Of them those without a past. */
  readonly isNew: readonly string[]
  /** Of them those who were on record before: their revision grows. */
  readonly touched: readonly string[]
}

export const NO_COUNTS: RunCounts = { read: 0, added: 0, changed: 0, unchanged: 0, unmatched: 0, kept: 0, gone: 0 }

/** One page from a directory onto the record: a fixed number of statements in one transaction, whatever the page holds. */
@Injectable()
export class ImportPage {
  constructor(
    private readonly database: Database,
    private readonly pages: ImportPageStore,
    private readonly newcomers: NewcomersStore,
    private readonly people: PersonRefreshStore,
    private readonly runs: ImportRunStore,
    private readonly changes: ContactChanges,
    private readonly identity: IdentitySettings,
  ) {}

  correlation({ settings, switchedOff }: RunContext): Correlation {
    return new Correlation({ ...settings, adds: !switchedOff.includes('add'), newId })
  }

  /** Made while they are read, so that what the connector handed over is soon let go. */
  async *records(pages: AsyncIterable<FeedPage>, { settings, kind }: RunContext): AsyncGenerator<RecordPage> {
    const rules = { settings, kind, countryCode: this.identity.defaultCountryCode }
    for await (const page of pages) yield recordsOf(page, rules)
  }

  /**
   * Answers the counts so far. Nothing of a page is on record until all of it is. `goOn` is called when the next page may be
   * read: during a first import once this one has been handed to Postgres, which then works while this process reads; sooner, and
   * the reading would hold up the small questions before that.
   */
  async apply(page: RecordPage, run: RunContext, correlation: Correlation, before: RunCounts, goOn: () => void): Promise<RunCounts> {
    if (!run.firstImport || run.dryRun) goOn()
    const counts = await this.database.transaction(async (tx) => {
      const at = await this.pages.byKeys(tx)
      const plan = await this.#plan(tx, page, run, correlation)
      const after = { ...added(before, plan), read: before.read + page.read }
      if (!(await this.runs.progress(tx, run.runId, after))) throw new RunTakenOver()
      // what is written bears the run itself
      const named = run.dryRun ? page.records : plan.unchanged
      await this.runs.note(tx, run, [...page.seen, ...named.map(({ nativeId }) => nativeId)], page.gone)
      if (!run.dryRun) await this.#write(tx, plan, { ...run, at }, goOn)
      return after
    })
    // in a dry run nothing gets on record, so what was learnt is all there is to go by
    if (!run.dryRun) correlation.forget()
    return counts
  }

  async #write(tx: Tx, { added: fresh, changed, unmatched, people, touched }: PagePlan, run: RunContext & { at: string }, goOn: () => void): Promise<void> {
    if (touched.length > 0) await this.pages.lockPeople(tx, touched)
    const { simple, people: others, accounts } = newcomers(fresh, people)
    const copied = simple.length > 0 ? this.newcomers.insert(tx, run, simple) : null
    goOn()
    await copied
    const written = [...accounts, ...changed, ...unmatched]
    if (written.length === 0) return
    if (others.length > 0) await this.pages.insertPeople(tx, others)
    await this.pages.writeAccounts(tx, run, written)
    if (changed.length > 0 || unmatched.length > 0) await this.pages.replaceKeys(tx, written)
    else await this.pages.addKeys(tx, written)
    const isNew = others.map(({ id }) => id)
    await this.refresh(tx, { run, personIds: [...touched, ...isNew], isNew, touched })
  }

  /** People anew from their accounts; what changed of their contacts is told. */
  async refresh(tx: Tx, { run, personIds, isNew, touched }: Refresh): Promise<void> {
    if (personIds.length === 0) return
    const changes: ContactChange[] = await this.people.contacts(tx, personIds, { personIds: isNew, all: run.firstImport })
    await this.people.identifiers(tx, personIds)
    if (touched.length > 0) await this.people.facts(tx, touched)
    await this.changes.tell(tx, changes.filter(({ first }) => !first), run)
  }

  async #plan(tx: Tx, { records }: RecordPage, { directoryId, settings }: RunContext, correlation: Correlation): Promise<PagePlan> {
    if (records.length === 0) return { people: [], added: [], changed: [], unmatched: [], unchanged: [], kept: 0, touched: [] }
    const split = sorted(records, await this.pages.findKnown(tx, directoryId, records.map(({ nativeId }) => nativeId)))
    const moved = await this.#movedKeys(tx, split.changed, settings)
    const keys = [...split.open, ...moved.values()].flatMap(({ keys: lists }) => lists.flat())
    if (keys.length > 0) await this.pages.lockJoining(tx)
    if (keys.length > 0) correlation.learn(await this.pages.findHolders(tx, directoryId, keys))
    const changed = split.changed.map((account) => (moved.has(account.id)
      ? { ...account, kept: correlation.judgeKept(account.record, account.personId!) }
      : account))
    return planOf({ ...split, changed }, correlation.match(split.open), settings.language)
  }

  /** Accounts that have lost a value that joins, by their ids. */
  async #movedKeys(tx: Tx, changed: readonly AccountToWrite[], { correlation }: DirectoryImport): Promise<Map<string, AccountRecord>> {
    if (changed.length === 0 || correlation.length === 0) return new Map()
    const joining = new Set(correlation.map(({ person }) => person.toLowerCase()))
    const byId = new Map(changed.map(({ id, record }) => [id, record]))
    const had = await this.pages.keysOf(tx, [...byId.keys()])
    const lost = had.filter(({ accountId, name, value }) => joining.has(name)
      && !byId.get(accountId)!.keys.some((keys) => keys.some((key) => key.name === name && key.value === value)))
    return new Map(lost.map(({ accountId }) => [accountId, byId.get(accountId)!]))
  }
}

const added = (before: RunCounts, plan: PagePlan): RunCounts => ({
  ...before,
  added: before.added + plan.added.length,
  changed: before.changed + plan.changed.length,
  unchanged: before.unchanged + plan.unchanged.length,
  unmatched: before.unmatched + plan.unmatched.length,
  kept: before.kept + plan.kept,
})

/** New people with one new account have no sources to weigh; those with more are put together like anybody else. */
function newcomers(fresh: readonly AccountToWrite[], created: readonly PersonToCreate[]) {
  const accounts = new Map<string, AccountToWrite[]>(created.map(({ id }) => [id, []]))
  for (const account of fresh) accounts.get(account.personId!)?.push(account)
  const simple: Newcomer[] = []
  const others: PersonToCreate[] = []
  for (const person of created) {
    const [account, ...more] = accounts.get(person.id)!
    if (account && more.length === 0) simple.push({ person, account })
    else others.push(person)
  }
  const copied = new Set(simple.map(({ account: { id } }) => id))
  return { simple, people: others, accounts: fresh.filter(({ id }) => !copied.has(id)) }
}
