import pg from 'pg'

/** 'latchkey' in a telephone's letters; the advisory locks of the modules use other numbers. */
const LOCK_CLASS = 52824
const LOCK_LAUNCHER = 1

/**
 * The data directory's lock against two launchers: a session-level advisory lock in the embedded database itself. It
 * ends with the process that holds it, however that dies, so there is no stale lock file to judge.
 */
export class LauncherLock {
  #released = false
  private constructor(private readonly client: pg.Client) {}

  /** @param onLost the session ended without our doing: the server has stopped or crashed. Called once. */
  static async take(url: string, onLost: () => void): Promise<LauncherLock | { holder: string | null }> {
    const client = new pg.Client({ connectionString: url, application_name: `launcher, process ${process.pid}` })
    const lock = new LauncherLock(client)
    client.on('error', () => {}) // 'end' follows
    await client.connect()
    const sql = 'SELECT pg_try_advisory_lock($1, $2) AS taken'
    const { rows } = await client.query<{ taken: boolean }>(sql, [LOCK_CLASS, LOCK_LAUNCHER])
    if (!rows[0]?.taken) {
      const holder = await findHolder(client)
      await client.end()
      return { holder }
    }
    client.once('end', () => {
      if (!lock.#released) onLost()
    })
    return lock
  }

  async release(): Promise<void> {
    this.#released = true
    await this.client.end().catch(() => {})
  }
}

async function findHolder(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT activity.application_name FROM pg_locks lock JOIN pg_stat_activity activity ON activity.pid = lock.pid
      WHERE lock.locktype = 'advisory' AND lock.classid = $1 AND lock.objid = $2 AND lock.granted`,
    [LOCK_CLASS, LOCK_LAUNCHER],
  )
  return rows[0]?.application_name ?? null
}
