import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { DomainError } from '../../../../kernel/domain-error.js'
import { Database } from '../../../../platform/database/database.js'
import { QueueRunner } from '../../../../platform/queue/index.js'
import { Importer } from '../domain/importer.js'
import { IMPORT_REQUESTS } from '../domain/requested-imports.js'
import { ImportRequestStore, type ClaimedRequest } from '../persistence/import-request.store.js'

/** From the claim to the begin of the run: the lock, and a trail that is waited for. After that the run itself is on record. */
const LEASE_SECONDS = 120
const AGAIN_SECONDS = 30
/** Nobody wants an import begun by itself that was asked for yesterday. */
const OLDEST_SECONDS = 3_600

/** Begins the imports that operators asked for, once each: a run that died is not begun by itself a second time. */
@Injectable()
export class RequestedImportWorker implements OnModuleInit, OnModuleDestroy {
  readonly #log = new Logger('Imports')
  readonly #stop = new AbortController()

  constructor(
    private readonly database: Database,
    private readonly queue: QueueRunner,
    private readonly requests: ImportRequestStore,
    private readonly importer: Importer,
  ) {}

  onModuleInit(): void {
    this.queue.register<ClaimedRequest>({
      name: IMPORT_REQUESTS,
      concurrency: 2,
      leaseSeconds: LEASE_SECONDS,
      claim: (limit, lease) => this.requests.claim(this.database, limit, lease),
      handle: (request) => this.#begin(request),
      release: (request) => this.requests.putOff(this.database, request, 0),
      measure: () => this.requests.measure(this.database),
    })
  }

  /** Before the queue waits for what is under way: a page is whole in seconds, a directory is not. */
  onModuleDestroy(): void {
    this.#stop.abort(new Error('the process is stopping'))
  }

  async #begin(request: ClaimedRequest): Promise<void> {
    const { id, directoryId, kind, dryRun, confirmGone, requestedBy, correlationId } = request
    try {
      const outcome = await this.importer.run({
        runId: id, directoryId, kind, dryRun, confirmGone, by: requestedBy, correlationId, signal: this.#stop.signal,
      })
      if (outcome.started) return await this.requests.done(this.database, request)
      if (outcome.reason === 'already-running') {
        return await this.#refuse(request, 'ACTION_IN_PROGRESS', 'another import of this directory was running')
      }
      if (request.ageSeconds > OLDEST_SECONDS) return await this.#refuse(request, 'AUDIT_UNAVAILABLE', outcome.why)
      await this.requests.putOff(this.database, request, AGAIN_SECONDS)
      this.queue.wakeAfter(IMPORT_REQUESTS, AGAIN_SECONDS * 1_000)
    } catch (error) {
      if (this.#stop.signal.aborted) return // its lease is given back, or its run says that it was stopped
      if (!(error instanceof DomainError)) throw error
      await this.#refuse(request, error.code, error.detail.diagnostic ?? error.message)
    }
  }

  async #refuse(request: ClaimedRequest, code: string, diagnostic: string): Promise<void> {
    if (await this.requests.refuse(this.database, request, code, diagnostic)) this.#log.warn(`import ${request.id}: ${code}: ${diagnostic}`)
  }
}
