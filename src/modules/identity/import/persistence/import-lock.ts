import { Injectable } from '@nestjs/common'
import { Database } from '../../../../platform/database/database.js'
import { takeSessionLock, type HeldLock } from '../../../../platform/database/session-lock.js'

/** One import of a directory at a time, whoever runs it. A session's lock: it ends with the process, however that dies. */
@Injectable()
export class ImportLock {
  constructor(private readonly database: Database) {}

  /** Null: somebody else has it. */
  take(directoryId: string): Promise<HeldLock | null> {
    return takeSessionLock(this.database, `latchkey import ${directoryId}`)
  }
}
