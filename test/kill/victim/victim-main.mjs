// The product in a process that can be told where to die. Everything but Checkpoints is the built product itself.
import 'reflect-metadata'
import { AppModule, entities } from '../../../dist/src/app.module.js'
import { parseEnvironment } from '../../../dist/src/config/environment.js'
import { Checkpoints } from '../../../dist/src/kernel/checkpoints.js'
import { PasswordPolicyModule, StrengthMeter } from '../../../dist/src/modules/password-policy/index.js'
import { ProvisioningSettings } from '../../../dist/src/modules/provisioning/domain/provisioning-settings.js'
import { ProvisioningModule } from '../../../dist/src/modules/provisioning/index.js'
import { loadKeyRing } from '../../../dist/src/platform/crypto/master-key-file.js'
import { createDataSource } from '../../../dist/src/platform/database/data-source.js'
import { Database } from '../../../dist/src/platform/database/database.js'
import { createApplication } from '../../../dist/src/platform/http/index.js'
import { stampDataDirectory } from '../../../dist/src/start/data-directory.js'
import { openLog } from '../../../dist/src/start/open-log.js'
import { httpSettings, surroundings } from '../../../dist/src/start/surroundings.js'

class Deadly extends Checkpoints {
  plan = null
  reached = {}
  async reach(label) {
    this.reached[label] = (this.reached[label] ?? 0) + 1
    if (this.plan?.label !== label || --this.plan.left > 0) return
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {}) // the signal comes before the next statement; nothing may run after it
  }
}
const checkpoints = new Deadly()

/**
 * The same rules at a quicker pace: what a process that died holds is free again after a second, not after twenty, and a
 * reply that never came is asked after at once. Every order and every guard stays.
 */
const QUICK = {
  provisioning: Object.assign(new ProvisioningSettings(), { leaseSeconds: 1, callBudgetMs: 700, landingGraceMs: 50, retryBaseMs: 50, retryCapMs: 200 }),
  notifications: { leaseSeconds: 1, sendWithinMs: 900, retryBaseMs: 50, retryCapMs: 200 },
  audit: { checkpointSeconds: 1 },
  queue: { sweepMs: 150 },
}
provideInstead(ProvisioningModule, ProvisioningSettings, QUICK.provisioning)
// The meter's thread takes a second to load, more than a whole trial. Without a score the rules alone decide.
provideInstead(PasswordPolicyModule, StrengthMeter, { measure: () => Promise.resolve(null) })

function provideInstead(module, provider, value) {
  const provided = Reflect.getMetadata('providers', module)
  provided.splice(provided.indexOf(provider), 1, { provide: provider, useValue: value })
}

async function serve({ env, port }) {
  const settings = parseEnvironment(env, { role: 'all', defaultDataDir: env.LATCHKEY_DATA_DIR, installedMode: () => 'demo' })
  await stampDataDirectory(settings.dataDir, settings.mode)
  const log = openLog(settings)
  const { poolSize } = settings.database
  const source = createDataSource({ url: env.DATABASE_URL, applicationName: 'victim', poolSize, entities })
  await source.initialize()
  const database = new Database(source)
  const http = httpSettings(settings, port)
  const around = surroundings(settings, http, database, await loadKeyRing(settings.keys))
  Object.assign(around.notifications, QUICK.notifications)
  Object.assign(around.audit, QUICK.audit)
  const app = await createApplication(AppModule.with({ ...around, checkpoints, queue: QUICK.queue }), http, { log })
  await app.listen(port, '127.0.0.1')
  return app
}

let app
process.on('message', async ({ kind, ...message }) => {
  try {
    if (kind === 'serve') app = await serve(message)
    if (kind === 'arm') checkpoints.plan = message.plan
    if (kind === 'stop') {
      await app?.close()
      process.exit(0)
    }
    process.send({ kind: `${kind}-done`, reached: checkpoints.reached })
  } catch (error) {
    process.send({ kind: 'failed', message: error.stack })
  }
})
// Without its supervisor it has no reason to live.
process.on('disconnect', () => process.exit(1))
process.send({ kind: 'loaded' })
