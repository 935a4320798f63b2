import { Global, Module, type DynamicModule, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Settings } from '../config/settings.js'
import { CLOCK, systemClock } from '../kernel/clock.js'
import { AuditHealth, AuditLog, AuditSettings, PersonKeys } from '../modules/audit/index.js'
import { Directories, DirectoriesModule, DirectoryConfiguration } from '../modules/directories/index.js'
import { KeyRing } from '../platform/crypto/keyring.js'
import { loadKeyRing } from '../platform/crypto/master-key-file.js'
import { createDataSource } from '../platform/database/data-source.js'
import { Database } from '../platform/database/database.js'
import { openEmbedded, type Tell } from './embedded.js'

/** What a command about directories works with. */
export type DirectoriesAtHand = {
  readonly database: Database
  readonly audit: AuditLog
  readonly directories: Directories
  readonly configuration: DirectoryConfiguration
  /** Of the modules that were named. */
  readonly service: <T>(type: Type<T>) => T
}

/** The directories without the rest of the product, beside a running server or without one, for as long as `work` takes. */
export async function withDirectories(
  settings: Settings, tell: Tell, work: (at: DirectoriesAtHand) => Promise<number>, modules: readonly Type[] = [],
): Promise<number> {
  const postgres = settings.database.url ? null : await openEmbedded({ dataDir: settings.dataDir, exclusive: false }, tell)
  const source = createDataSource({ url: settings.database.url?.reveal() ?? postgres!.appUrl, applicationName: settings.role, poolSize: 2 })
  try {
    await source.initialize()
    const keys = await loadKeyRing({ ...settings.keys, mayCreate: false })
    const database = new Database(source)
    const trail = Object.assign(new AuditSettings(), { checkpointFile: settings.audit.checkpointFile })
    const audit = new AuditLog(new PersonKeys(keys, trail), new AuditHealth(database, trail))
    const root = DirectoriesAlone.with({ database, keys, audit, modules })
    const app = await NestFactory.createApplicationContext(root, { logger: ['error', 'fatal'] })
    try {
      return await work({
        database, audit, directories: app.get(Directories), configuration: app.get(DirectoryConfiguration), service: (type) => app.get(type),
      })
    } finally {
      await app.close()
    }
  } finally {
    if (source.isInitialized) await source.destroy()
    await postgres?.stop()
  }
}

type Around = { database: Database; keys: KeyRing; audit: AuditLog; modules: readonly Type[] }

@Global()
@Module({})
class DirectoriesAlone {
  static with({ database, keys, audit, modules }: Around): DynamicModule {
    const providers = [
      { provide: Database, useValue: database }, { provide: KeyRing, useValue: keys }, { provide: CLOCK, useValue: systemClock },
      { provide: AuditLog, useValue: audit },
    ]
    return { module: DirectoriesAlone, imports: [DirectoriesModule, ...modules], providers, exports: providers.map(({ provide }) => provide) }
  }
}
