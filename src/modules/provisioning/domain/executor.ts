import { Injectable } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { Database } from '../../../platform/database/database.js'
import {
  bindWouldLock, ConnectorError, Directories, type AccountState, type DirectoryConnection, type LockoutRules,
} from '../../directories/index.js'
import { ClaimStore } from '../persistence/claim.store.js'
import { refusalOf, speaks } from './account-gate.js'
import { CallWindow } from './call-window.js'
import { causeOf, conclusionOfCertain, type Conclusion } from './conclusion.js'
import { ExecutionGates } from './execution-gates.js'
import { deferredByTheHouse, refusedByTheHouse } from './house-trouble.js'
import { ProvisioningSettings } from './provisioning-settings.js'
import { Settlement } from './settlement.js'
import { carriesPassword } from './task.js'
import { TaskAudit } from './task-audit.js'
import type { Passwords } from './task-secret.js'
import type { ClaimedTask } from './task-view.js'

/**
 * How far one execution has come. `left` is set when we stop waiting for it: a call that is still on its way must not
 * begin its write afterwards. All of it is read and set without a pause in between, so the two cannot cross.
 */
type Run = {
  readonly window: CallWindow
  opened: boolean
  writing: boolean
  changed: boolean | null
  failure: unknown
  left: boolean
}

/** The lease went to somebody else: this execution has nothing to say any more. */
class LeaseLost extends Error {}

/** One execution of one task: gates, look, intent, write, settle. It writes at most once. */
@Injectable()
export class Executor {
  constructor(
    private readonly database: Database,
    private readonly directories: Directories,
    private readonly claims: ClaimStore,
    private readonly gates: ExecutionGates,
    private readonly settlement: Settlement,
    private readonly audit: TaskAudit,
    private readonly checkpoints: Checkpoints,
    private readonly settings: ProvisioningSettings,
  ) {}

  async execute(claimed: ClaimedTask): Promise<void> {
    await this.checkpoints.reach('task.claimed')
    const gate = await this.gates.pass(claimed)
    if (!gate.open) return this.settlement.apply(claimed, gate.conclusion, false)
    const { task } = claimed
    const window = new CallWindow(claimed.claimedAt, this.settings.callBudgetMs, task.correlationId)
    const run: Run = { window, opened: false, writing: false, changed: null, failure: null, left: false }
    let conclusion: Conclusion
    try {
      // asked before the conversation: inside it the answer would need a second place at the same directory
      const lockout = task.kind === 'change' ? await this.directories.lockoutRules(task.directoryId, window.context()) : null
      conclusion = await window.bound(this.directories.use(task.directoryId, window.context(),
        (connection) => this.#converse(claimed, gate.passwords, lockout, connection, run)))
    } catch (error) {
      if (error instanceof LeaseLost) return
      conclusion = this.#conclude(run, error)
    } finally {
      run.left = true
    }
    await this.settlement.apply(claimed, conclusion, run.opened)
  }

  async #converse(
    claimed: ClaimedTask, passwords: Passwords | null, lockout: LockoutRules | null, connection: DirectoryConnection, run: Run,
  ): Promise<Conclusion> {
    const { task, ref } = claimed
    if (!speaks(task.kind, connection)) return { kind: 'refused', code: 'OPERATION_NOT_SUPPORTED', diagnostic: null }
    const state = await connection.lookup(ref, run.window.context())
    const refusal = refusalOf(task.kind, task.origin, state) ?? (lockout && this.#bindRefusal(state, lockout))
    if (refusal) return { kind: 'refused', ...refusal }
    await this.#recordIntent(claimed, state.passwordMarker, run)
    await this.checkpoints.reach('task.intent-committed')
    await this.checkpoints.reach('task.before-write')
    if (run.left || run.window.leftMs() === 0) throw new ConnectorError('timed-out', 'no time left for the write', 'no')
    run.writing = true
    try {
      run.changed = await this.#write(claimed, passwords, connection, run)
    } catch (error) {
      run.failure = error
      throw error
    }
    await this.checkpoints.reach('task.after-write')
    return { kind: 'succeeded', changed: run.changed }
  }

  /** A change proves itself with the current password, and a wrong one counts at the directory like any other. */
  #bindRefusal(state: AccountState, lockout: LockoutRules): { code: ErrorCode; diagnostic: string } | null {
    if (!bindWouldLock(state, lockout, this.settings.assumedLockoutThreshold)) return null
    const diagnostic = `not tried: the directory counts ${state.wrongPasswords} wrong passwords, one more could lock the account`
    return { code: 'SIGN_IN_LOCKED', diagnostic }
  }

  /** Committed before anything is sent; while it runs nothing is being said to the directory. */
  async #recordIntent(claimed: ClaimedTask, marker: string, run: Run): Promise<void> {
    const writeWithinMs = run.window.leftMs() + this.settings.landingGraceMs
    const opening = this.claims.openAttempt(claimed.hold, 'running', marker, writeWithinMs)
    if (!(await this.audit.intent(this.database, claimed, opening))) throw new LeaseLost()
    run.opened = true
  }

  async #write(
    { task, ref }: ClaimedTask, passwords: Passwords | null, connection: DirectoryConnection, run: Run,
  ): Promise<boolean> {
    const context = run.window.context()
    if (!carriesPassword(task.kind)) {
      const { changed } = await connection[task.kind as 'unlock' | 'activate' | 'deactivate']!(ref, context)
      return changed
    }
    const { newPassword, currentPassword } = passwords!
    await connection.setPassword!(ref, task.kind === 'change'
      ? { kind: 'change', newPassword, currentPassword: currentPassword! }
      : { kind: 'reset', newPassword, mustChange: task.mustChange }, context)
    return true
  }

  #conclude(run: Run, error: unknown): Conclusion {
    // the write was answered; what failed afterwards is not about it
    if (run.changed !== null && error instanceof ConnectorError) return { kind: 'succeeded', changed: run.changed }
    if (!run.writing && refusedByTheHouse(error)) return deferredByTheHouse(error)
    if (run.writing && run.changed === null) {
      // no answer of the write itself: whoever gave up on the call does not know what the write did
      if (run.failure instanceof ConnectorError && run.failure.applied === 'no') return conclusionOfCertain(run.failure)
      if (run.failure !== null || error instanceof ConnectorError) return this.#lost(run, run.failure ?? error)
    }
    if (error instanceof ConnectorError) return conclusionOfCertain(error)
    throw error
  }

  #lost(run: Run, error: unknown): Conclusion {
    const broke = `the connector broke: ${error instanceof Error ? error.name : typeof error}`
    const cause = error instanceof ConnectorError ? causeOf(error) : { code: 'CONNECTOR_UNAVAILABLE' as const, diagnostic: broke }
    return { kind: 'lost', ...cause, askInMs: run.window.leftMs() + this.settings.landingGraceMs }
  }
}
