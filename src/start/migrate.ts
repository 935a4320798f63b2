import type { Settings } from '../config/settings.js'
import { EMBEDDED_APP_ROLE } from '../platform/database/embedded-postgres.js'
import { stampInstall } from '../platform/database/install-stamp.js'
import { runMigrations } from '../platform/database/migrate.js'
import { stampDataDirectory } from './data-directory.js'
import { openEmbedded, type Tell } from './embedded.js'

/** The role migrate: the only one that ever holds the owner's password, and it ends right after. */
export async function migrate(settings: Settings, leaveRunning: boolean, tell: Tell): Promise<void> {
  const { ownerUrl, appRole } = settings.database
  if (ownerUrl && appRole) return bringUpToDate(settings, ownerUrl.reveal(), appRole, tell)
  await stampDataDirectory(settings.dataDir, settings.mode)
  // Started by hand beside a running server it is a guest; on the way to a start it is the launcher.
  const postgres = await openEmbedded({ dataDir: settings.dataDir, exclusive: leaveRunning }, tell)
  let done = false
  try {
    await bringUpToDate(settings, postgres.ownerUrl, EMBEDDED_APP_ROLE, tell)
    done = true
  } finally {
    if (done && leaveRunning) await postgres.release()
    else await postgres.stop()
  }
}

async function bringUpToDate(settings: Settings, ownerUrl: string, appRole: string, tell: Tell): Promise<void> {
  const applied = await runMigrations({
    ownerUrl,
    appRole,
    afterwards: (database) => stampInstall(database, settings.mode),
  })
  if (applied.length > 0) tell(`Database: ${applied.length} migrations applied`)
}
