import { Injectable } from '@nestjs/common'
import type { EventTaskList } from '../../../contract/directory-admin.contract.js'
import { Database } from '../../../platform/database/database.js'
import { AuditLog, type OnBehalf } from '../../audit/index.js'
import { Directories } from './directories.js'
import { DirectoryConfiguration } from './directory-configuration.js'
import type { WorkflowStep } from './event-task.js'

/** The event tasks of a directory, as an operator sees and switches them. */
@Injectable()
export class EventTaskSwitch {
  constructor(
    private readonly database: Database,
    private readonly directories: Directories,
    private readonly configuration: DirectoryConfiguration,
    private readonly audit: AuditLog,
  ) {}

  /** Throws NOT_FOUND. */
  list(directoryId: string): EventTaskList['eventTasks'] {
    this.directories.get(directoryId)
    const able = this.directories.capabilities(directoryId)
    return this.directories.eventTasks(directoryId).map((task) => ({ ...task, supported: able.has(task.operation) }))
  }

  /** Here at once, in every other process within seconds. Throws NOT_FOUND. */
  async set(directoryId: string, step: WorkflowStep, enabled: boolean, by: OnBehalf): Promise<EventTaskList['eventTasks']> {
    this.directories.get(directoryId)
    await this.database.transaction(async (tx) => {
      await this.configuration.switchEventTask(tx, directoryId, step, enabled)
      await this.audit.record(tx, {
        action: 'directories.event-task.switched', outcome: 'success', directoryId, ...by, facts: { step, enabled },
      })
    })
    await this.directories.reload()
    return this.list(directoryId)
  }
}
