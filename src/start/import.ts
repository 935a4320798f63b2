import { NestFactory } from '@nestjs/core'
import { AppModule, entities } from '../app.module.js'
import type { Settings } from '../config/settings.js'
import { Directories } from '../modules/directories/index.js'
import { Importer, ImportReports, runImport } from '../modules/identity/index.js'
import { loadKeyRing } from '../platform/crypto/master-key-file.js'
import { createDataSource } from '../platform/database/data-source.js'
import { Database } from '../platform/database/database.js'
import { HttpModule } from '../platform/http/http.module.js'
import { TelemetryModule } from '../platform/telemetry/index.js'
import { openEmbedded, type Tell } from './embedded.js'
import { openLog } from './open-log.js'
import { httpSettings, surroundings } from './surroundings.js'

const USAGE = 'usage: main.js import <directory> [--full] [--dry-run] [--confirm-gone] [--json]'
const FLAGS = new Set(['--full', '--dry-run', '--confirm-gone', '--json'])
const BAD_USAGE = 2

/** The role import: reads one directory in, beside a running server or without one. Answers its exit code. */
export async function importDirectory(settings: Settings, words: readonly string[], tell: Tell): Promise<number> {
  const [directory, ...more] = words.filter((word) => !word.startsWith('--'))
  const flags = words.filter((word) => word.startsWith('--'))
  if (!directory || more.length > 0 || flags.some((flag) => !FLAGS.has(flag))) {
    tell(USAGE)
    return BAD_USAGE
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error('stopped')))
  const postgres = settings.database.url ? null : await openEmbedded({ dataDir: settings.dataDir, exclusive: false }, tell)
  const url = settings.database.url?.reveal() ?? postgres!.appUrl
  const source = createDataSource({ url, applicationName: 'import', poolSize: settings.database.poolSize, entities })
  try {
    await source.initialize()
    const database = new Database(source)
    const keys = await loadKeyRing({ ...settings.keys, mayCreate: false })
    const http = httpSettings(settings, settings.listen.port)
    // the whole product without its queues and schedules: what people are told is sent by the workers
    const around = { ...surroundings(settings, http, database, keys), works: false }
    const root = { module: class ImportAlone {}, imports: [TelemetryModule.with(openLog(settings)), HttpModule.with(http), AppModule.with(around)] }
    const app = await NestFactory.createApplicationContext(root, { logger: ['error', 'fatal'], abortOnError: false })
    try {
      return await runImport({
        database, directories: app.get(Directories), importer: app.get(Importer), reports: app.get(ImportReports), directory,
        full: flags.includes('--full'), dryRun: flags.includes('--dry-run'), confirmGone: flags.includes('--confirm-gone'),
        asJson: flags.includes('--json'), signal: stop.signal,
      })
    } finally {
      await app.close()
    }
  } finally {
    if (source.isInitialized) await source.destroy()
    await postgres?.stop()
  }
}
