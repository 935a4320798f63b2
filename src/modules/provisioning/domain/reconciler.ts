import { Injectable } from '@nestjs/common'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { Database } from '../../../platform/database/database.js'
import { ConnectorError, Directories, type AccountState, type DirectoryConnection } from '../../directories/index.js'
import { ClaimStore } from '../persistence/claim.store.js'
import { bindWouldLock } from './account-gate.js'
import { CallWindow } from './call-window.js'
import { causeOf, type Conclusion } from './conclusion.js'
import { ProvisioningSettings } from './provisioning-settings.js'
import { Settlement } from './settlement.js'
import { carriesPassword } from './task.js'
import { TaskSecret } from './task-secret.js'
import type { ClaimedTask } from './task-view.js'

type OpenAttempt = { readonly no: number; readonly marker_before: string }

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

  async #ask(claimed: ClaimedTask, attempt: OpenAttempt & { early_ms: number }): Promise<Conclusion> {
    const { task } = claimed
    if (attempt.early_ms > 0) return stillUnknown(claimed, attempt.early_ms)
    await this.checkpoints.reach('reconcile.before-read')
    const window = new CallWindow(claimed.claimedAt, this.settings.callBudgetMs, task.correlationId)
    try {
      return await window.bound(this.directories.use(task.directoryId, window.context(),
        (connection) => this.#compare(claimed, attempt, connection, window)))
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      const cause = causeOf(error)
      if (error.reason === 'no-such-account') return { kind: 'failed', mayHaveChanged: false, ...cause }
      return { kind: 'still-unknown', askInMs: null, ...cause }
    }
  }

  async #compare(claimed: ClaimedTask, attempt: OpenAttempt, connection: DirectoryConnection, window: CallWindow): Promise<Conclusion> {
    const { task, ref } = claimed
    const state = await connection.lookup(ref, window.context())
    // the marker tells of passwords only; the other kinds are told by what they were to bring about
    if (!carriesPassword(task.kind)) return isDone(task.kind, state) ? { kind: 'succeeded', changed: true } : disproved(claimed)
    if (state.passwordMarker === attempt.marker_before) return disproved(claimed)
    return this.#probe(claimed, attempt, state, connection, window)
  }

  /** Somebody changed the password after our look. One bind with the new one, counted first, says whether it was us. */
  async #probe(
    claimed: ClaimedTask, attempt: OpenAttempt, state: AccountState, connection: DirectoryConnection, window: CallWindow,
  ): Promise<Conclusion> {
    const { task, ref, hold } = claimed
    const passwords = claimed.sealedSecret && this.secret.open(claimed.sealedSecret, task.id, task.accountId)
    if (!passwords || !connection.verify) return stillUnknown(claimed, null)
    const rules = await this.directories.lockoutRules(task.directoryId, window.context())
    if (state.locked || bindWouldLock(state, rules, this.settings.assumedLockoutThreshold)) return stillUnknown(claimed, null)
    if (!(await this.claims.countProbe(this.database, hold, attempt.no, this.settings.maxProbes))) return stillUnknown(claimed, null)
    const answer = await connection.verify(ref, passwords.newPassword, window.context())
    if (answer.verified) return { kind: 'succeeded', changed: true }
    if (answer.state === 'locked') return stillUnknown(claimed, null)
    return {
      kind: 'failed',
      mayHaveChanged: false,
      code: 'ACTION_IN_PROGRESS',
      params: { elsewhere: true },
      diagnostic: 'after our reply was lost the password changed, and the new one is not ours: somebody else set it; not sent again',
    }
  }
}

const isDone = (kind: string, state: AccountState): boolean =>
  kind === 'unlock' ? !state.locked : kind === 'activate' ? state.enabled : !state.enabled

/** The code of the lost reply stays with the task while it is asked for and when it is sent again. */
const causeSoFar = ({ task }: ClaimedTask) => ({ code: task.code ?? ('CONNECTOR_UNAVAILABLE' as const), diagnostic: task.diagnostic })
const disproved = (claimed: ClaimedTask): Conclusion => ({ kind: 'disproved', ...causeSoFar(claimed) })
const stillUnknown = (claimed: ClaimedTask, askInMs: number | null): Conclusion => ({ kind: 'still-unknown', askInMs, ...causeSoFar(claimed) })
