import type { DynamicModule } from '@nestjs/common'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { DataSourceOptions } from 'typeorm'
import type { Surroundings } from '../app.module.js'
import type { Settings } from '../config/settings.js'
import { loadKeyRing } from '../platform/crypto/master-key-file.js'
import { EpochGuard } from '../platform/database/epoch-guard.js'
import { createApplication } from '../platform/http/index.js'
import { Scheduler } from '../platform/scheduler/index.js'
import { announce } from './announce.js'
import { choosePort } from './choose-port.js'
import { stampDataDirectory } from './data-directory.js'
import { openEmbedded, prepareEmbedded, type Tell } from './embedded.js'
import { openDatabase } from './open-database.js'
import { openLog } from './open-log.js'
import { httpSettings, surroundings } from './surroundings.js'
import { untilAskedToStop } from './until-asked-to-stop.js'

/** app.module.ts, loading while the database starts. */
export type CompositionRoot = Promise<{
  readonly entities: DataSourceOptions['entities']
  readonly AppModule: { with(surroundings: Surroundings): DynamicModule }
}>

/** From the signal to the end, whatever hangs. */
const STOP_WITHIN_MS = 10_000

/** Roles api, worker and all: opens, checks, listens, and stays until asked to stop. */
export async function serve(settings: Settings, main: string, root: CompositionRoot, tell: Tell): Promise<void> {
  const asked = untilAskedToStop(process.env)
  const outside = settings.database.url
  await stampDataDirectory(settings.dataDir, settings.mode)
  const log = openLog(settings)
  if (!outside) await prepareEmbedded(main)
  const postgres = outside
    ? null
    : await openEmbedded({ dataDir: settings.dataDir, log: (message) => log.info({}, message) }, tell)
  let app: NestExpressApplication | null = null
  try {
    const { entities, AppModule } = await root
    const database = await openDatabase(outside?.reveal() ?? postgres!.appUrl, settings, entities, log)
    const keys = await loadKeyRing(settings.keys)
    const port = await choosePort(settings.listen, settings.mode === 'demo')
    const http = httpSettings(settings, port)
    const around = surroundings(settings, http, database, keys)
    app = await createApplication(AppModule.with(around), http, { log })
    const epoch = app.get(EpochGuard)
    app.get(Scheduler).every({ name: 'epoch', everyMs: around.epoch.rotateEveryMs, work: async () => void (await epoch.check()) })
    if (settings.role !== 'worker') await app.listen(port, settings.listen.host)
    const seconds = process.uptime()
    log.info({ role: settings.role, mode: settings.mode, seconds }, 'ready')
    announce(settings, http, seconds, tell)

    log.info({ reason: await asked }, 'stopping')
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  } finally {
    await app?.close()
    await postgres?.stop()
  }
}
