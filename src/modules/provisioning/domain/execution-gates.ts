import { Injectable } from '@nestjs/common'
import { Database } from '../../../platform/database/database.js'
import { Directories } from '../../directories/index.js'
import { isSupported, workflowOf } from './account-gate.js'
import type { Conclusion } from './conclusion.js'
import { deferredByTheHouse, refusedByTheHouse } from './house-trouble.js'
import { ProvisioningHooks } from './provisioning-hooks.js'
import { carriesPassword } from './task.js'
import { TaskAudit } from './task-audit.js'
import { TaskSecret, type Passwords } from './task-secret.js'
import type { ClaimedTask } from './task-view.js'

type Passage = { open: true; passwords: Passwords | null } | { open: false; conclusion: Conclusion }
const closed = (conclusion: Conclusion): Passage => ({ open: false, conclusion })

/** Everything that is asked again in the worker before the directory is called: time, trail, right, password. */
@Injectable()
export class ExecutionGates {
  constructor(
    private readonly database: Database,
    private readonly directories: Directories,
    private readonly hooks: ProvisioningHooks,
    private readonly audit: TaskAudit,
    private readonly secret: TaskSecret,
  ) {}

  async pass(claimed: ClaimedTask): Promise<Passage> {
    const { task } = claimed
    // its worker vanished before the intent, again and again until its time was over: it would go on for ever
    if (claimed.pastRetry && claimed.priorState === 'running') {
      const diagnostic = 'no execution came to an end in time'
      return closed({ kind: 'failed', mayHaveChanged: false, code: 'INTERNAL', diagnostic })
    }
    try {
      this.audit.assertWritable()
      if (!isSupported(task.kind, task.mustChange, this.directories.capabilities(task.directoryId))) {
        return closed({ kind: 'refused', code: 'OPERATION_NOT_SUPPORTED', diagnostic: null })
      }
      const off = this.directories.switchedOff(task.directoryId, task.kind, workflowOf(task.origin))
      if (off) {
        const diagnostic = `the event task "${off}" is switched off`
        return closed({ kind: 'refused', code: 'OPERATION_NOT_SUPPORTED', params: { task: off }, diagnostic })
      }
      for (const gate of this.hooks.writeGates) {
        const code = await gate(this.database, task)
        if (code) return closed({ kind: 'refused', code, diagnostic: null })
      }
    } catch (error) {
      // a gate that cannot answer keeps the door shut; later it may know
      if (refusedByTheHouse(error)) return closed(deferredByTheHouse(error))
      throw error
    }
    if (!carriesPassword(task.kind)) return { open: true, passwords: null }
    const passwords = claimed.sealedSecret && this.secret.open(claimed.sealedSecret, task.id, task.accountId)
    if (passwords) return { open: true, passwords }
    const diagnostic = claimed.sealedSecret ? 'the sealed password does not open' : 'the sealed password was erased'
    return closed({ kind: 'failed', mayHaveChanged: false, code: 'SECRET_EXPIRED', diagnostic })
  }
}
