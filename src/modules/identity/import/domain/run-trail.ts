import { Injectable } from '@nestjs/common'
import type { Tx } from '../../../../platform/database/database.js'
import { AuditLog } from '../../../audit/index.js'
import type { ImportRun } from '../persistence/import-run.store.js'
import type { RunContext } from './import-page.js'

/** Each run in the trail: who started it, and how it ended. */
@Injectable()
export class RunTrail {
  constructor(private readonly audit: AuditLog) {}

  async started(tx: Tx, run: ImportRun, context: RunContext): Promise<void> {
    await this.audit.record(tx, { ...about(run, context), action: 'identity.import.started', outcome: 'intent', facts: { ...kindOf(run), known: run.known } })
  }

  async ended(tx: Tx, run: ImportRun, context: RunContext): Promise<void> {
    const { read, added, changed, unchanged, unmatched, kept, gone, errorCode } = run
    await this.audit.record(tx, {
      ...about(run, context),
      action: 'identity.import.ended',
      outcome: run.state === 'completed' ? 'success' : run.state === 'needs-confirmation' ? 'refused' : 'failure',
      facts: { ...kindOf(run), state: run.state, read, added, changed, unchanged, unmatched, kept, gone, ...(errorCode === null ? {} : { errorCode }) },
    })
  }
}

const kindOf = ({ id, kind, dryRun, switchedOff }: ImportRun) =>
  ({ run: id, kind, dryRun, ...(switchedOff.length > 0 ? { switchedOff: switchedOff.join(' ') } : {}) })
const about = ({ startedBy, directoryId }: ImportRun, { correlationId }: RunContext) => ({
  channel: startedBy.startsWith('command-line') ? 'command-line' as const : 'worker' as const,
  correlationId,
  actor: { kind: 'system' as const, id: startedBy },
  directoryId,
})
