import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../kernel/domain-error.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import type { Queryable } from '../../../platform/database/database.js'
import { DirectoryRecords } from '../persistence/directory-records.js'
import type { CallContext } from './connector.js'
import { ConnectorOpener, secretsOf } from './connector-opener.js'
import type { Directory } from './directory.js'
import { eventTasksOf, type WorkflowStep } from './event-task.js'

export type DirectoryInput = Directory & {
  readonly settings: Readonly<Record<string, unknown>>
  /** Members of the settings that are kept sealed. */
  readonly secrets?: Readonly<Record<string, string>>
}

/** Writes configuration. Every process takes it over within seconds; `Directories.reload()` makes this one do so now. */
@Injectable()
export class DirectoryConfiguration {
  constructor(
    private readonly records: DirectoryRecords,
    private readonly opener: ConnectorOpener,
    private readonly keys: KeyRing,
  ) {}

  /** Adds or replaces one directory. Throws ConnectorError naming the refused settings; then nothing is written. */
  async save(on: Queryable, { settings, secrets, ...directory }: DirectoryInput): Promise<void> {
    this.opener.parse(directory.kind, { ...settings, ...secrets })
    const sealedSecrets = secrets ? this.keys.seal(Buffer.from(JSON.stringify(secrets), 'utf8'), secretsOf(directory.id)) : null
    await this.records.save(on, { ...directory, settings, sealedSecrets })
    await this.records.seedEventTasks(on, directory.id, eventTasksOf(directory.kind))
  }

  /** Switches a step off or on in one directory. */
  async switchEventTask(on: Queryable, directoryId: string, step: WorkflowStep, enabled: boolean): Promise<void> {
    if (!(await this.records.switchEventTask(on, directoryId, step, enabled))) throw new DomainError('NOT_FOUND', { params: { what: 'event task' } })
  }

  /** Connects with these settings and signs in; nothing is written anywhere. Throws ConnectorError. */
  test({ kind, settings, secrets }: Pick<DirectoryInput, 'kind' | 'settings' | 'secrets'>, context: CallContext): Promise<void> {
    return this.opener.test(kind, { ...settings, ...secrets }, context)
  }

  /** Which of these settings are secrets to this kind: they are kept sealed and shown to nobody. Throws ConnectorError. */
  secretMembers(kind: string, settings: Readonly<Record<string, unknown>>): readonly string[] {
    return this.opener.secretMembers(kind, settings)
  }
}
