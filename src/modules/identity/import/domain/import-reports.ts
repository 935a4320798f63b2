import { Injectable } from '@nestjs/common'
import { Database } from '../../../../platform/database/database.js'
import { ImportRunStore, type ImportRun, type KeptAccount, type UnmatchedAccount } from '../persistence/import-run.store.js'

/** What imports did, and what they could give to nobody. */
@Injectable()
export class ImportReports {
  constructor(private readonly database: Database, private readonly runs: ImportRunStore) {}

  /** The last one, finished or under way; its counts are those of the last page written. */
  async latest(directoryId: string): Promise<ImportRun | null> {
    return (await this.list(directoryId, 1))[0] ?? null
  }
  /** Newest first. */
  list(directoryId: string, limit: number): Promise<ImportRun[]> {
    return this.runs.list(this.database, directoryId, limit)
  }
  unmatched(directoryId: string, limit: number): Promise<UnmatchedAccount[]> {
    return this.runs.unmatched(this.database, directoryId, limit)
  }
  /** Accounts that stayed with their person although their joining values changed, for somebody to look at. */
  kept(directoryId: string, runId: string, limit: number): Promise<KeptAccount[]> {
    return this.runs.kept(this.database, directoryId, runId, limit)
  }
}
