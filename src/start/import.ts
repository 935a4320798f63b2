import { NestFactory } from '@nestjs/core'
import { AppModule, entities } from '../app.module.js'
import type { Settings } from '../config/settings.js'
import { TrailKeeper } from '../modules/audit/index.js'
import { Directories } from '../modules/directories/index.js'
import { ContactFile, Importer, ImportReports, runContactFile, runImport } from '../modules/identity/index.js'
import { loadKeyRing } from '../platform/crypto/master-key-file.js'
import { createDataSource } from '../platform/database/data-source.js'
import { Database } from '../platform/database/database.js'
import { HttpModule } from '../platform/http/http.module.js'
import { Log, TelemetryModule } from '../platform/telemetry/index.js'
import { openEmbedded, type Tell } from './embedded.js'
import { productVersion } from './product-version.js'
import { httpSettings, surroundings } from './surroundings.js'

const USAGE = `usage: main.js import <directory> [--full] [--dry-run] [--confirm-gone] [--json]
       main.js import --csv=<file> [--dry-run] [--errors=<file>]`
const OF_DIRECTORY = new Set(['--full', '--dry-run', '--confirm-gone', '--json'])
const OF_FILE = new Set(['--csv', '--dry-run', '--errors'])
const BAD_USAGE = 2

/** The role import: reads one directory in, or a file of contacts, beside a running server or without one. Answers its exit code. */
export async function importDirectory(settings: Settings, words: readonly string[], tell: Tell): Promise<number> {
  const [directory, ...more] = words.filter((word) => !word.startsWith('--'))
  const flags = words.filter((word) => word.startsWith('--'))
  const valueOf = (name: string): string | undefined => flags.find((flag) => flag.startsWith(`${name}=`))?.slice(name.length + 1)
  const csv = valueOf('--csv')
  const allowed = csv === undefined ? OF_DIRECTORY : OF_FILE
  if (more.length > 0 || Boolean(directory) === Boolean(csv) || flags.some((flag) => !allowed.has(flag.split('=')[0]!))) {
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
    // the whole product without its queues, schedules and demo company: what people are told is sent by the workers
    const around = { ...surroundings(settings, http, database, keys), works: false, demo: false }
    const root = { module: class ImportAlone {}, imports: [TelemetryModule.with(new Log({ level: 'fatal', version: productVersion() }, process.stderr)), HttpModule.with(http), AppModule.with(around)] }
    const app = await NestFactory.createApplicationContext(root, { logger: ['fatal'], abortOnError: false })
    try {
      if (csv) return await runContactFile({ contacts: app.get(ContactFile), file: csv, dryRun: flags.includes('--dry-run'), errorFile: valueOf('--errors') })
      return await app.get(TrailKeeper).during(() => runImport({
        directories: app.get(Directories), importer: app.get(Importer), reports: app.get(ImportReports), directory: directory!,
        full: flags.includes('--full'), dryRun: flags.includes('--dry-run'), confirmGone: flags.includes('--confirm-gone'),
        asJson: flags.includes('--json'), signal: stop.signal,
      }))
    } finally {
      await app.close()
    }
  } finally {
    if (source.isInitialized) await source.destroy()
    await postgres?.stop()
  }
}
