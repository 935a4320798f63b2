import { Injectable } from '@nestjs/common'
import type { PermissionReportView } from '../../../contract/directory-admin.contract.js'
import { DomainError } from '../../../kernel/domain-error.js'
import { Database } from '../../../platform/database/database.js'
import { takeSessionLock } from '../../../platform/database/session-lock.js'
import { AuditLog, type AuditEntry, type OnBehalf } from '../../audit/index.js'
import { CODE_OF_REASON } from './connector-failure.js'
import { ConnectorError } from './connector.js'
import { Directories } from './directories.js'
import { countsOf } from './permission-report.js'

/** One directory's whole test; its steps have the time of single operations. */
const WHOLE_MS = 15_000

/**
 * The permission self-test on an operator's word. It writes on the named test account, so its intent is in the trail before it
 * begins, and there is one at a time of a directory, in whichever process.
 */
@Injectable()
export class TestRights {
  constructor(
    private readonly database: Database,
    private readonly directories: Directories,
    private readonly audit: AuditLog,
  ) {}

  /** Throws NOT_FOUND, ACTION_IN_PROGRESS, AUDIT_UNAVAILABLE, or what keeps the directory from being asked. */
  async run(directoryId: string, by: OnBehalf): Promise<PermissionReportView> {
    const { name } = this.directories.get(directoryId)
    this.audit.assertWritable()
    const held = await takeSessionLock(this.database, `latchkey self-test ${directoryId}`)
    if (!held) throw new DomainError('ACTION_IN_PROGRESS')
    try {
      return await this.#test(directoryId, name, by)
    } finally {
      await held.release()
    }
  }

  async #test(directoryId: string, name: string, by: OnBehalf): Promise<PermissionReportView> {
    const about = { action: 'directories.rights.tested', directoryId, ...by } satisfies Partial<AuditEntry>
    await this.audit.record(this.database, { ...about, outcome: 'intent' })
    try {
      const context = { deadline: new Date(Date.now() + WHOLE_MS), correlationId: by.correlationId }
      const report = await this.directories.permissionSelfTest(directoryId, context)
      const facts = countsOf(report)
      await this.audit.record(this.database, { ...about, outcome: report.ok ? 'success' : 'failure', facts })
      return { directoryId, directory: name, ...facts, ...report, rows: [...report.rows] }
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      const code = CODE_OF_REASON[error.reason]
      await this.audit.record(this.database, { ...about, outcome: 'unknown', errorCode: code })
      throw new DomainError(code, { params: { directory: name }, diagnostic: error.message, cause: error })
    }
  }
}
