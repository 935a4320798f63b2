import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../../kernel/domain-error.js'
import type { Queryable } from '../../../../platform/database/database.js'
import { DirectoryImport, SOURCED_FIELDS } from '../import-settings.js'
import { ImportSettingsStore } from '../persistence/import-settings.store.js'

/** How directories are read in, and whose word counts. */
@Injectable()
export class ImportConfiguration {
  constructor(private readonly store: ImportSettingsStore) {}

  /** Nothing configured: the usual attributes, and every account a person of its own. */
  async of(on: Queryable, directoryId: string): Promise<DirectoryImport> {
    return DirectoryImport.parse(await this.store.find(on, directoryId) ?? {})
  }
  async save(on: Queryable, directoryId: string, settings: unknown): Promise<void> {
    const parsed = DirectoryImport.safeParse(settings)
    if (!parsed.success) {
      const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
      throw new DomainError('REQUEST_INVALID', { diagnostic: fields })
    }
    await this.store.save(on, directoryId, parsed.data)
  }
  /** Directory ids, and `csv`, first to last. What is not named comes after them, by the position of the directories. */
  async savePrecedence(on: Queryable, field: (typeof SOURCED_FIELDS)[number], sources: readonly string[]): Promise<void> {
    await this.store.savePrecedence(on, field, sources)
  }
}
