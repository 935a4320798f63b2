import type { Database } from '../../../src/platform/database/database.js'
import type { RunningServer } from '../harness/server.js'

/** Somebody else is writing this account, so our write waits: its row is held until the answer is called. */
export async function holdTheAccount(server: RunningServer, login: string): Promise<() => void> {
  const owner = server.database!.owner as Database
  let release = (): void => {}
  await new Promise<void>((held, failed) => {
    owner.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM local_account WHERE login = $1 FOR UPDATE', [login])
      held()
      await new Promise<void>((resolve) => (release = resolve))
    }).catch(failed)
  })
  return () => release()
}
