import { Injectable } from '@nestjs/common'
import type { ImportRunView, StartImport, UnmatchedList } from '../../../../contract/import.contract.js'
import { DomainError } from '../../../../kernel/domain-error.js'
import { newId } from '../../../../kernel/ids.js'
import { Database } from '../../../../platform/database/database.js'
import { QueueRunner } from '../../../../platform/queue/index.js'
import { AuditLog, type OnBehalf } from '../../../audit/index.js'
import { Directories } from '../../../directories/index.js'
import { ImportLock } from '../persistence/import-lock.js'
import { ImportRequestStore } from '../persistence/import-request.store.js'
import { ImportRunStore } from '../persistence/import-run.store.js'
import { viewOfRequest, viewOfRun } from './import-views.js'

export const IMPORT_REQUESTS = 'imports'

/** Imports that an operator starts, and what came of all imports. A worker process does the reading. */
@Injectable()
export class RequestedImports {
  constructor(
    private readonly database: Database,
    private readonly directories: Directories,
    private readonly lock: ImportLock,
    private readonly requests: ImportRequestStore,
    private readonly runs: ImportRunStore,
    private readonly queue: QueueRunner,
    private readonly audit: AuditLog,
  ) {}

  /** Answers the run to be. Throws NOT_FOUND, ACTION_IN_PROGRESS while one is running or waiting, AUDIT_UNAVAILABLE. */
  async start(directoryId: string, { kind, dryRun, confirmGone }: StartImport, by: OnBehalf): Promise<ImportRunView> {
    this.directories.get(directoryId)
    this.audit.assertWritable()
    const held = await this.lock.take(directoryId)
    if (!held) throw new DomainError('ACTION_IN_PROGRESS')
    await held.release() // whoever runs it takes it again; that it is free tells most callers the truth at once
    const id = newId()
    await this.database.transaction(async (tx) => {
      const requestedBy = `operator:${by.actor.id ?? 'unknown'}`
      const request = { id, directoryId, kind, dryRun, confirmGone, requestedBy, correlationId: by.correlationId }
      const asked = await this.requests.insert(tx, request)
      if (!asked) throw new DomainError('ACTION_IN_PROGRESS')
      await this.audit.record(tx, {
        action: 'identity.import.requested', outcome: 'intent', directoryId, ...by, facts: { run: id, kind, dryRun, confirmGone },
      })
      tx.afterCommit(() => this.queue.wake(IMPORT_REQUESTS))
    })
    return this.view(directoryId, id)
  }

  /** Newest first: those that wait or were refused, and those that ran. */
  async list(directoryId: string, limit: number): Promise<ImportRunView[]> {
    this.directories.get(directoryId)
    const [waiting, ran] = await Promise.all([
      this.requests.withoutRun(this.database, directoryId, limit), this.runs.list(this.database, directoryId, limit),
    ])
    const at = ({ requestedAt, startedAt }: ImportRunView): number => Date.parse(startedAt ?? requestedAt!)
    return [...waiting.map(viewOfRequest), ...ran.map((run) => viewOfRun(run, null))].sort((a, b) => at(b) - at(a)).slice(0, limit)
  }

  /** Throws NOT_FOUND, also for a run of another directory. */
  async view(directoryId: string, id: string): Promise<ImportRunView> {
    const request = await this.requests.find(this.database, id)
    const run = await this.runs.find(this.database, id)
    if ((run ?? request)?.directoryId !== directoryId) throw new DomainError('NOT_FOUND', { params: { what: 'import' } })
    return run ? viewOfRun(run, request) : viewOfRequest(request!)
  }

  async unmatched(directoryId: string, limit: number): Promise<UnmatchedList['unmatched']> {
    this.directories.get(directoryId)
    return await this.runs.unmatched(this.database, directoryId, limit) as UnmatchedList['unmatched']
  }
}
