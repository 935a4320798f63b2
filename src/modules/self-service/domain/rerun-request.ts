import { Injectable } from '@nestjs/common'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { DomainError } from '../../../kernel/domain-error.js'
import type { Tx } from '../../../platform/database/database.js'
import { People } from '../../identity/index.js'
import { Provisioning, type Task } from '../../provisioning/index.js'
import { ServiceRequestStore } from '../persistence/service-request.store.js'
import { assertMayAct } from './person-gate.js'
import { mayTryAgain } from './service-requests.js'

export type Again = {
  readonly requestId: string
  readonly personId: string
  readonly accountIds: readonly string[]
  /** The session that asks; null for a flow. */
  readonly sessionId: string | null
}

/** The same once more, without typing it, for the accounts where it certainly was not applied. Asked like any write. */
@Injectable()
export class RerunRequest {
  constructor(
    private readonly people: People,
    private readonly provisioning: Provisioning,
    private readonly requests: ServiceRequestStore,
  ) {}

  /** All of the chosen ones, or a refusal and none. */
  async run(tx: Tx, { requestId, personId, accountIds, sessionId }: Again): Promise<void> {
    assertMayAct(await this.people.lockPerson(tx, personId))
    const tasks = await this.provisioning.listByRequest(tx, requestId)
    const chosen = tasks.filter((task) => accountIds.includes(task.accountId))
    if (chosen.length === 0 || chosen.length !== new Set(accountIds).size) throw new DomainError('NO_ACCOUNT')
    for (const task of chosen) {
      if (!mayTryAgain(task)) throw new DomainError(refusalOf(task))
      await this.provisioning.rerun(tx, task.id, null)
    }
    if (!(await this.requests.reopen(tx, requestId, sessionId))) throw new DomainError('RERUN_REFUSED')
  }
}

/** A new password helps where only the kept one is missing; nowhere else. */
const refusalOf = (task: Task): ErrorCode =>
  task.state === 'failed' && !task.mayHaveChanged && !task.hasSecret ? 'SECRET_EXPIRED' : 'RERUN_REFUSED'
