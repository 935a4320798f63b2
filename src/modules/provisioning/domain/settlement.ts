import { Injectable, Logger } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { Database, type Tx } from '../../../platform/database/database.js'
import { fullJitter, QueueRunner } from '../../../platform/queue/index.js'
import { ClaimStore, type Settle } from '../persistence/claim.store.js'
import type { Conclusion } from './conclusion.js'
import { isPassing } from './house-trouble.js'
import { ProvisioningHooks } from './provisioning-hooks.js'
import { ProvisioningSettings } from './provisioning-settings.js'
import { TaskAudit } from './task-audit.js'
import { toTask, type ClaimedTask } from './task-view.js'
import { TRANSITIONS } from './transitions.js'

export const QUEUE = 'provisioning'

/** Turns a conclusion into one transaction: task, attempt, audit row, listeners. All of it or nothing. */
@Injectable()
export class Settlement {
  readonly #log = new Logger('Provisioning')
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimStore,
    private readonly hooks: ProvisioningHooks,
    private readonly audit: TaskAudit,
    private readonly queue: QueueRunner,
    private readonly checkpoints: Checkpoints,
    private readonly settings: ProvisioningSettings,
  ) {}

  /**
   * The outcome is known only here: given back, the row would be asked for, which costs one of few counted binds. So while
   * Postgres or the trail is away it is kept and tried again, under a renewed lease. A commit whose answer was lost is met
   * by the guard: the second try changes nothing.
   *
   * @param attemptOpened the intent was committed, so there is an attempt to end; otherwise this execution gets its row now
   */
  async apply(claimed: ClaimedTask, conclusion: Conclusion, attemptOpened: boolean): Promise<void> {
    const end = performance.now() + this.settings.settleForMs
    for (let tried = 1; ; tried += 1) {
      try {
        if (!(await this.#applyOnce(claimed, conclusion, attemptOpened))) {
          this.#log.warn(`task ${claimed.hold.id}: lease lost or already settled, ${conclusion.kind} was dropped`)
        }
        return
      } catch (error) {
        if (!isPassing(error) || performance.now() >= end) throw error
        if (tried === 1) this.#log.warn(`task ${claimed.hold.id}: its outcome cannot be recorded now and is kept: ${(error as Error).message}`)
        // a lease that cannot be renewed either runs out, and the guard then refuses what is tried here
        await this.claims.renew(this.database, claimed.hold, this.settings.leaseSeconds).catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, fullJitter(tried, 100, 2_000)))
      }
    }
  }

  async #applyOnce(claimed: ClaimedTask, conclusion: Conclusion, attemptOpened: boolean): Promise<boolean> {
    if (conclusion.kind === 'still-unknown' && (await this.#askAgain(claimed, conclusion))) return true
    const settled = await this.database.transaction(async (tx) => {
      for (const step of this.#steps(claimed, conclusion, attemptOpened)) {
        if (await this.#move(tx, claimed, step)) {
          await this.checkpoints.reach('settle.before-commit')
          return true
        }
      }
      return false
    })
    if (settled) await this.checkpoints.reach('settle.after-commit')
    return settled
  }

  async #move(tx: Tx, claimed: ClaimedTask, settle: Settle): Promise<boolean> {
    const row = await this.audit.outcome(tx, claimed, settle, this.claims.settle(claimed.hold, settle))
    if (!row) return false
    const task = toTask(row)
    if (settle.ended) for (const listener of this.hooks.settleListeners) await listener(tx, task)
    if (settle.againInMs !== null) {
      const ms = settle.againInMs
      tx.afterCommit(() => this.queue.wakeAfter(QUEUE, ms))
    }
    return true
  }

  async #askAgain(claimed: ClaimedTask, conclusion: Conclusion & { kind: 'still-unknown' }): Promise<boolean> {
    const ms = conclusion.askInMs ?? this.#backOff(claimed)
    const { code, diagnostic } = conclusion
    const postponed = await this.claims.postpone(this.database, claimed.hold, claimed.task.state, ms, code, printable(diagnostic))
    if (postponed) this.queue.wakeAfter(QUEUE, ms)
    return postponed
  }

  /** In order: the first that its guard lets through. What may only happen while there is time has its end behind it. */
  #steps(claimed: ClaimedTask, conclusion: Conclusion, attemptOpened: boolean): Settle[] {
    const plain: Omit<Settle, 'move'> = {
      code: null, params: {}, diagnostic: null, changed: null, mayHaveChanged: false, ended: true, eraseSecret: true,
      againInMs: null, while: null, attemptResult: null, recordReading: !attemptOpened,
    }
    if (conclusion.kind === 'succeeded') {
      return [{ ...plain, move: TRANSITIONS.succeed, changed: conclusion.changed, attemptResult: 'succeeded' }]
    }
    const { code, params = {}, diagnostic } = conclusion
    const said = { ...plain, code, params, diagnostic: printable(diagnostic) }
    const again = { ...said, ended: false, eraseSecret: false, againInMs: this.#backOff(claimed), changed: null }
    // a dead letter keeps its password until secret_until, so that a re-run needs no retyping
    const dead = { ...said, move: TRANSITIONS.fail, eraseSecret: false, changed: false, attemptResult: 'failed' }
    switch (conclusion.kind) {
      case 'refused':
        return [{ ...said, move: TRANSITIONS.refuse, changed: false, attemptResult: 'refused' }]
      case 'failed':
        return [{ ...dead, mayHaveChanged: conclusion.mayHaveChanged, changed: conclusion.mayHaveChanged ? null : false }]
      case 'deferred':
        return [{ ...again, move: TRANSITIONS.defer, while: 'retry_until', attemptResult: 'failed' }, dead]
      case 'lost':
        return [{ ...again, move: TRANSITIONS.suspect, againInMs: conclusion.askInMs, recordReading: false }]
      case 'disproved':
        return [
          { ...again, move: TRANSITIONS.disprove, while: 'retry_until', attemptResult: 'not-applied' },
          { ...dead, attemptResult: 'not-applied' },
        ]
      case 'still-unknown':
        return [{ ...dead, ...OUTCOME_UNKNOWN, changed: null, mayHaveChanged: true, attemptResult: 'unknown' }]
    }
  }

  #backOff({ failures }: ClaimedTask): number {
    return fullJitter(failures + 1, this.settings.retryBaseMs, this.settings.retryCapMs)
  }
}

/** A directory's words are foreign text: what Postgres cannot store must not keep a task from being settled. */
const printable = (text: string | null): string | null =>
  text && Buffer.from(text.slice(0, 2_000), 'utf8').toString('utf8').replaceAll('\0', '\ufffd')
const OUTCOME_UNKNOWN: { code: ErrorCode } = { code: 'OUTCOME_UNKNOWN' }
