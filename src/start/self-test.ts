import { Global, Module, type DynamicModule } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Settings } from '../config/settings.js'
import { CLOCK, systemClock } from '../kernel/clock.js'
import { AuditHealth, AuditLog, AuditSettings, PersonKeys } from '../modules/audit/index.js'
import { Directories, DirectoriesModule, runSelfTest } from '../modules/directories/index.js'
import { KeyRing } from '../platform/crypto/keyring.js'
import { loadKeyRing } from '../platform/crypto/master-key-file.js'
import { createDataSource } from '../platform/database/data-source.js'
import { Database } from '../platform/database/database.js'
import { openEmbedded, type Tell } from './embedded.js'

/** The role self-test: proves the rights of the service accounts, beside a running server or without one. Answers its exit code. */
export async function selfTest(settings: Settings, words: readonly string[], tell: Tell): Promise<number> {
  const postgres = settings.database.url ? null : await openEmbedded({ dataDir: settings.dataDir, exclusive: false }, tell)
  const source = createDataSource({ url: settings.database.url?.reveal() ?? postgres!.appUrl, applicationName: 'self-test', poolSize: 2 })
  try {
    await source.initialize()
    const keys = await loadKeyRing({ ...settings.keys, mayCreate: false })
    const database = new Database(source)
    const trail = Object.assign(new AuditSettings(), { checkpointFile: settings.audit.checkpointFile })
    const audit = new AuditLog(new PersonKeys(keys, trail), new AuditHealth(database, trail))
    const app = await NestFactory.createApplicationContext(DirectoriesAlone.with(database, keys), { logger: ['error', 'fatal'] })
    try {
      return await runSelfTest({
        directories: app.get(Directories),
        only: words.find((word) => !word.startsWith('--')),
        asJson: words.includes('--json'),
        record: ({ facts, ...event }) => audit.record(database, {
          action: 'directories.rights.tested', channel: 'command-line', actor: { kind: 'operator', id: null }, ...event, ...(facts ? { facts } : {}),
        }),
      })
    } finally {
      await app.close()
    }
  } finally {
    if (source.isInitialized) await source.destroy()
    await postgres?.stop()
  }
}

@Global()
@Module({})
class DirectoriesAlone {
  static with(database: Database, keys: KeyRing): DynamicModule {
    const providers = [
      { provide: Database, useValue: database }, { provide: KeyRing, useValue: keys }, { provide: CLOCK, useValue: systemClock },
    ]
    return { module: DirectoriesAlone, imports: [DirectoriesModule], providers, exports: providers.map(({ provide }) => provide) }
  }
}
