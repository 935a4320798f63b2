import { Injectable } from '@nestjs/common'
import { Database } from '../../../../platform/database/database.js'

export type HeldLock = { release(): Promise<void> }

/** One import of a directory at a time, whoever runs it. A session's lock: it ends with the process, however that dies. */
@Injectable()
export class ImportLock {
  constructor(private readonly database: Database) {}

  /** Null: somebody else has it. */
  async take(directoryId: string): Promise<HeldLock | null> {
    const session = this.database.source.createQueryRunner()
    const key = `hashtextextended('latchkey import ' || $1::text, 0)`
    try {
      const [row] = (await session.query(`SELECT pg_try_advisory_lock(${key}) AS taken`, [directoryId])) as { taken: boolean }[]
      if (row?.taken) {
        return {
          release: async () => {
            // a session that broke has lost its lock already
            await session.query(`SELECT pg_advisory_unlock(${key})`, [directoryId]).catch(() => undefined)
            await session.release()
          },
        }
      }
    } catch (error) {
      await session.release()
      throw error
    }
    await session.release()
    return null
  }
}
