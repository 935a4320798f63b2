import { Injectable } from '@nestjs/common'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { Database } from '../../../platform/database/database.js'
import {
  bindWouldLock, ConnectorError, Directories, type AccountState, type DirectoryConnection, type LockoutRules,
} from '../../directories/index.js'
import { ClaimStore, type OpenAttemptRow } from '../persistence/claim.store.js'
import { CallWindow } from './call-window.js'
import { causeOf, type Conclusion } from './conclusion.js'
import { ProvisioningSettings } from './provisioning-settings.js'
import { Settlement } from './settlement.js'
import { carriesPassword } from './task.js'
import { TaskSecret } from './task-secret.js'
import type { ClaimedTask } from './task-view.js'

/**
 * Finds out what a write without an answer did (decisions.md 6): never by sending it again, and not before the last
 * moment at which it could still land. Everything is read on one server of the same directory.
 */
@Injectable()
export class Reconciler {
  constructor(
    private readonly database: Database,
    private readonly directories: Directories,
    private readonly claims: ClaimStore,
    private readonly secret: TaskSecret,
    private readonly settlement: Settlement,
    private readonly checkpoints: Checkpoints,
    private readonly settings: ProvisioningSettings,
  ) {}

  async reconcile(claimed: ClaimedTask): Promise<void> {
    const attempt = await this.claims.findOpenAttempt(this.database, claimed.hold.id)
    const conclusion = attempt ? await this.#ask(claimed, attempt) : disproved(claimed)
    await this.settlement.apply(claimed, conclusion, true)
  }

  async #ask(claimed: ClaimedTask, attempt: OpenAttemptRow): Promise<Conclusion> {
    const { task } = claimed
    if (attempt.early_ms > 0) return stillUnknown(claimed, attempt.early_ms)
    await this.checkpoints.reach('reconcile.before-read')
    const window = new CallWindow(claimed.claimedAt, this.settings.callBudgetMs, task.correlationId)
    try {
      // before the conversation, where it would need a second place at the same directory
      const lockout = await this.directories.lockoutRules(task.directoryId, window.context())
      const there = { ...window.context(), sameServerAs: attempt.marker_before }
      return await window.bound(this.directories.use(task.directoryId, there,
        (connection) => this.#compare(claimed, attempt, lockout, connection, window)))
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      const cause = causeOf(error)
      if (error.reason === 'no-such-account') return { kind: 'failed', mayHaveChanged: false, ...cause }
      return { kind: 'still-unknown', askInMs: null, ...cause }
    }
  }

  async #compare(
    claimed: ClaimedTask, attempt: OpenAttemptRow, lockout: LockoutRules, connection: DirectoryConnection, window: CallWindow,
  ): Promise<Conclusion> {
    const { task, ref } = claimed
    const state = await connection.lookup(ref, window.context())
    // the marker tells of passwords only; the other kinds are told by what they were to bring about
    if (!carriesPassword(task.kind)) return isDone(task.kind, state) ? { kind: 'succeeded', changed: true } : disproved(claimed)
    if (state.passwordMarker === attempt.marker_before) return disproved(claimed)
    const wouldLock = state.locked || bindWouldLock(state, lockout, this.settings.assumedLockoutThreshold)
    return wouldLock ? stillUnknown(claimed, null) : this.#probe(claimed, attempt, connection, window)
  }

  /** Somebody changed the password after our look. One bind with the new one, counted first, says whether it was us. */
  async #probe(
    claimed: ClaimedTask, attempt: OpenAttemptRow, connection: DirectoryConnection, window: CallWindow,
  ): Promise<Conclusion> {
    const { task, ref, hold } = claimed
    const passwords = claimed.sealedSecret && this.secret.open(claimed.sealedSecret, task.id, task.accountId)
    if (!passwords || !connection.verify) return stillUnknown(claimed, null)
    const counted = await this.claims.countProbe(this.database, hold, attempt.no, this.settings.maxProbes)
    if (!counted) return stillUnknown(claimed, null)
    const answer = await connection.verify(ref, passwords.newPassword, window.context())
    if (answer.verified) return { kind: 'succeeded', changed: true }
    if (answer.state === 'locked') return stillUnknown(claimed, null)
    return {
      kind: 'failed',
      mayHaveChanged: false,
      code: 'ACTION_IN_PROGRESS',
      params: { elsewhere: true },
      diagnostic: 'after our reply was lost the password changed, and not to ours: somebody else set it; not sent again',
    }
  }
}

const isDone = (kind: string, state: AccountState): boolean =>
  kind === 'unlock' ? !state.locked : kind === 'activate' ? state.enabled : !state.enabled

/** The code of the lost reply stays with the task while it is asked for and when it is sent again. */
const causeSoFar = ({ task: { code, diagnostic } }: ClaimedTask) =>
  ({ code: code ?? ('CONNECTOR_UNAVAILABLE' as const), diagnostic })
const disproved = (claimed: ClaimedTask): Conclusion => ({ kind: 'disproved', ...causeSoFar(claimed) })
const stillUnknown = (claimed: ClaimedTask, askInMs: number | null): Conclusion =>
  ({ kind: 'still-unknown', askInMs, ...causeSoFar(claimed) })
