import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../../kernel/domain-error.js'
import { newId } from '../../../../kernel/ids.js'
import { Database } from '../../../../platform/database/database.js'
import { CODE_OF_REASON, ConnectorError, CursorExpired, Directories, type FeedPage, type FeedRequest } from '../../../directories/index.js'
import { ImportTuning } from '../import-settings.js'
import { ImportLock } from '../persistence/import-lock.js'
import { ImportRunStore, type ImportRun, type ImportStep, type RunCounts, type RunKind } from '../persistence/import-run.store.js'
import { PersonRefreshStore } from '../persistence/person-refresh.store.js'
import { ImportConfiguration } from './import-configuration.js'
import { ImportPage, NO_COUNTS, RunTakenOver, type RunContext } from './import-page.js'
import { MarkGone } from './mark-gone.js'
import { readAhead } from './read-ahead.js'
import { RunTrail } from './run-trail.js'
import { TrailGate } from './trail-gate.js'

export type ImportRequest = {
  /** Of the run to be; without it one is made up. */
  readonly runId?: string
  readonly correlationId?: string
  readonly directoryId: string
  readonly kind: RunKind
  /** Reads and counts, and writes nothing but the run itself. */
  readonly dryRun?: boolean
  /** Somebody has looked at the run that stopped, and it is true that so many are gone. */
  readonly confirmGone?: boolean
  /** Who asked: an operator, a schedule, the command line. */
  readonly by: string
  readonly signal?: AbortSignal
}
export type ImportOutcome = { readonly started: true; readonly run: ImportRun } | { readonly started: false; readonly reason: 'already-running' }
  /** The audit trail cannot be kept: nothing was begun, or its end could not be recorded (the next run finds it interrupted). */
  | { readonly started: false; readonly reason: 'trail'; readonly why: string }

type Read = { readonly counts: RunCounts; readonly cursor: string | null; readonly complete: boolean }

/** Reads a directory in: one run at a time, each page a transaction, the mark to go on from kept when everything before it is. */
@Injectable()
export class Importer {
  constructor(
    private readonly database: Database,
    private readonly directories: Directories,
    private readonly configuration: ImportConfiguration,
    private readonly lock: ImportLock,
    private readonly runs: ImportRunStore,
    private readonly pages: ImportPage,
    private readonly people: PersonRefreshStore,
    private readonly gone: MarkGone,
    private readonly trail: RunTrail,
    private readonly gate: TrailGate,
    private readonly tuning: ImportTuning,
  ) {}

  async run(request: ImportRequest): Promise<ImportOutcome> {
    const { directoryId } = request
    this.directories.get(directoryId) // known, or NOT_FOUND
    const held = await this.lock.take(directoryId)
    if (!held) return { started: false, reason: 'already-running' }
    try {
      await this.gate.pass(request.signal)
      return { started: true, run: await this.#underLock(request) }
    } catch (error) {
      if (isTrail(error)) return { started: false, reason: 'trail', why: whyOf(error) }
      throw error
    } finally {
      await held.release()
    }
  }

  async #underLock(request: ImportRequest): Promise<ImportRun> {
    const { directoryId, dryRun = false, by } = request
    const state = await this.runs.state(this.database, directoryId)
    const settings = await this.configuration.of(this.database, directoryId)
    const context: RunContext = {
      runId: request.runId ?? newId(), directoryId, switchedOff: this.#switchedOff(directoryId),
      kind: this.directories.get(directoryId).kind, settings, dryRun,
      firstImport: state.firstCompletedAt === null, correlationId: request.correlationId ?? newId(),
    }
    const cursor = request.kind === 'incremental' ? state.cursor : null
    const kind: RunKind = cursor === null ? 'full' : 'incremental'
    await this.database.transaction(async (tx) => {
      const run = await this.runs.begin(tx, { id: context.runId, directoryId, kind, dryRun, startedBy: by, switchedOff: context.switchedOff })
      await this.trail.started(tx, run, context)
    })
    try {
      const { read, kind: was } = await this.#read(context, cursor, request)
      await this.gate.pass(request.signal)
      const settled = await this.gone.settle(context, read, request.confirmGone ?? false)
      return await this.#finish(context, settled.stopped ? 'needs-confirmation' : 'completed', null, async (tx) => {
        if (!(await this.runs.progress(tx, context.runId, settled.counts))) throw new RunTakenOver()
        if (!dryRun) await this.people.managers(tx, directoryId)
        if (!dryRun && !settled.stopped) await this.runs.saveCursor(tx, directoryId, read.cursor, was)
      })
    } catch (error) {
      if (error instanceof RunTakenOver) throw error
      const failure = failureOf(error, request.signal)
      const run = await this.#finish(context, 'failed', failure, async () => undefined)
      if (failure.errorCode === 'INTERNAL') throw error
      return run
    }
  }

  /** Changes where they can be told, everything where not; and everything too when a key turns up that nobody knew. */
  async #read(run: RunContext, cursor: string | null, request: ImportRequest): Promise<{ read: Read; kind: RunKind }> {
    if (cursor !== null) {
      try {
        const read = await this.#pages(run, cursor, request)
        const unknown = await this.database.transaction((tx) => this.runs.countUnknown(tx, run.runId, run.directoryId))
        if (unknown === 0 || run.dryRun) return { read, kind: 'incremental' }
      } catch (error) {
        if (!(error instanceof CursorExpired)) throw error
      }
      if (!(await this.runs.restartAs(this.database, run.runId, 'full'))) throw new RunTakenOver()
    }
    return { read: await this.#pages(run, null, request), kind: 'full' }
  }

  async #pages(run: RunContext, cursor: string | null, { signal = new AbortController().signal }: ImportRequest): Promise<Read> {
    const { settings, correlationId, directoryId } = run
    const wish: FeedRequest = {
      correlationId, pageMs: this.tuning.pageMs, pageSize: this.tuning.pageSize, signal,
      fields: settings.fields, correlation: [...new Set(settings.correlation.map(({ account }) => account))],
    }
    const correlation = this.pages.correlation(run)
    let counts = NO_COUNTS
    let last: Pick<FeedPage, 'cursor' | 'complete'> | null = null
    for await (const { page, goOn } of readAhead(this.pages.records(this.directories.feed(directoryId, cursor, wish), run))) {
      await this.gate.pass(signal)
      counts = await this.pages.apply(page, run, correlation, counts, goOn)
      last = { cursor: page.cursor, complete: page.complete } // and nothing else of it
    }
    if (last === null || (cursor === null && !last.complete)) throw new ConnectorError('unknown', 'the read ended without saying that it was whole')
    return { counts, cursor: last.cursor, complete: last.complete }
  }

  #switchedOff(directoryId: string): ImportStep[] {
    return (['add', 'remove'] as const).filter((step) => !this.directories.does(directoryId, step))
  }

  async #finish(
    context: RunContext, state: 'completed' | 'needs-confirmation' | 'failed', failure: { errorCode: string; diagnostic: string } | null,
    first: (tx: Parameters<Parameters<Database['transaction']>[0]>[0]) => Promise<void>,
  ): Promise<ImportRun> {
    return this.database.transaction(async (tx) => {
      await first(tx)
      const run = await this.runs.finish(tx, context.runId, state, failure)
      if (!run) throw new RunTakenOver()
      await this.trail.ended(tx, run, context)
      return run
    })
  }
}

const isTrail = (error: unknown): error is DomainError => error instanceof DomainError && error.code === 'AUDIT_UNAVAILABLE'
const whyOf = ({ detail }: DomainError): string => (detail.diagnostic ?? 'the audit trail cannot be kept').slice(0, 500)

function failureOf(error: unknown, signal: AbortSignal | undefined): { errorCode: string; diagnostic: string } {
  if (signal?.aborted) return { errorCode: 'STOPPED', diagnostic: 'stopped before its end' }
  if (isTrail(error)) return { errorCode: error.code, diagnostic: whyOf(error) }
  if (error instanceof ConnectorError) return { errorCode: CODE_OF_REASON[error.reason], diagnostic: error.message.slice(0, 500) }
  if (error instanceof CursorExpired) return { errorCode: 'CONNECTOR_UNAVAILABLE', diagnostic: error.message.slice(0, 500) }
  return { errorCode: 'INTERNAL', diagnostic: error instanceof Error ? error.name : 'unknown' }
}
