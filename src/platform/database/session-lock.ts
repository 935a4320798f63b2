import type { Database } from './database.js'

export type HeldLock = { release(): Promise<void> }

/**
 * A lock by name that a session of its own holds: it ends with the process, however that dies, and no transaction stays open
 * meanwhile. Null: somebody else has it.
 */
export async function takeSessionLock(database: Database, name: string): Promise<HeldLock | null> {
  const session = database.source.createQueryRunner()
  const key = 'hashtextextended($1::text, 0)'
  try {
    const [row] = (await session.query(`SELECT pg_try_advisory_lock(${key}) AS taken`, [name])) as { taken: boolean }[]
    if (row?.taken) {
      return {
        release: async () => {
          // a session that broke has lost its lock already
          await session.query(`SELECT pg_advisory_unlock(${key})`, [name]).catch(() => undefined)
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
