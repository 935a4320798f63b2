import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Surroundings } from '../app.module.js'
import type { Settings } from '../config/settings.js'
import { DEMO_SITE } from '../demo/site.js'
import { AuditSettings } from '../modules/audit/index.js'
import { NotificationsSettings } from '../modules/notifications/index.js'
import type { KeyRing } from '../platform/crypto/keyring.js'
import type { Database } from '../platform/database/database.js'
import { EpochSettings } from '../platform/database/epoch-guard.js'
import type { HttpSettings } from '../platform/http/index.js'
import { productVersion } from './product-version.js'

/** Everything the environment says, in the words of those who asked for it. The port is known by now. */
export function httpSettings({ origin, mode }: Settings, port: number): HttpSettings {
  const publicOrigin = origin.publicOrigin ?? `http://localhost:${port}`
  return {
    publicOrigin,
    trustedProxies: origin.trustedProxies,
    secureCookies: publicOrigin.startsWith('https:'),
    demo: mode === 'demo',
    webRoot: builtPages(),
    version: productVersion(),
  }
}

export function surroundings(settings: Settings, http: HttpSettings, database: Database, keys: KeyRing): Surroundings {
  const demo = settings.mode === 'demo'
  return {
    database,
    epoch: new EpochSettings(settings.keys.epochFile),
    keys,
    audit: Object.assign(new AuditSettings(), { checkpointFile: settings.audit.checkpointFile }),
    notifications: NotificationsSettings.of({
      smtpUrl: settings.mail.smtpUrl,
      ...sender(settings.mail.from),
      publicOrigin: http.publicOrigin,
      demo,
      ...(demo ? { productName: DEMO_SITE.name, serviceDeskPhone: DEMO_SITE.serviceDesk.phone } : {}),
    }),
    works: settings.role !== 'api',
    demo,
  }
}

/** `Name <a@b>` or `a@b`, as the settings allow. */
function sender(from: string): { from: string; productName?: string } {
  const [, name, address] = /^(.+) <(.+)>$/.exec(from) ?? []
  return name && address ? { from: address, productName: name } : { from }
}

/** dist/web, two levels above whichever file of dist/src this has ended up in; nothing when this runs from the sources. */
function builtPages(): string | null {
  const folder = fileURLToPath(new URL('../../web', import.meta.url))
  return extname(import.meta.url) === '.js' && existsSync(join(folder, 'index.html')) ? folder : null
}
