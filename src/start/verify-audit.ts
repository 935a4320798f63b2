import { existsSync } from 'node:fs'
import type { Settings } from '../config/settings.js'
import { runVerifyAudit } from '../modules/audit/index.js'
import { loadKeyRing } from '../platform/crypto/master-key-file.js'
import { createDataSource } from '../platform/database/data-source.js'
import { Database } from '../platform/database/database.js'
import { openEmbedded, type Tell } from './embedded.js'

/** The role verify-audit: reads the trail as the app role, beside a running server or without one. Answers its exit code. */
export async function verify(settings: Settings, publicKeyFile: string | undefined, tell: Tell): Promise<number> {
  const { masterKeyFile } = settings.keys
  const { checkpointFile } = settings.audit
  const postgres = settings.database.url ? null : await openEmbedded({ dataDir: settings.dataDir, exclusive: false }, tell)
  const source = createDataSource({
    url: settings.database.url?.reveal() ?? postgres!.appUrl, applicationName: 'verify-audit', poolSize: 2,
  })
  try {
    await source.initialize()
    return await runVerifyAudit({
      on: new Database(source),
      checkpointFile, // also when it is gone: a trail that has lost its outside witness must not pass as one that never had it
      keyring: existsSync(masterKeyFile) ? await loadKeyRing({ masterKeyFile, mayCreate: false }) : undefined,
      publicKeyFile,
    })
  } finally {
    if (source.isInitialized) await source.destroy()
    await postgres?.stop()
  }
}
