import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DynamicModule } from '@nestjs/common'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { AppModule, entities } from '../../../src/app.module.js'
import type { Checkpoints } from '../../../src/kernel/checkpoints.js'
import { newId } from '../../../src/kernel/ids.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { AuditHealth, AuditSettings } from '../../../src/modules/audit/index.js'
import { Directories, DirectoryConfiguration, LocalDirectoryAdmin, type LocalAccountFlags } from '../../../src/modules/directories/index.js'
import { RegisterPerson, type NewPerson } from '../../../src/modules/identity/index.js'
import { NotificationsSettings } from '../../../src/modules/notifications/index.js'
import { ProvisioningSettings } from '../../../src/modules/provisioning/domain/provisioning-settings.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { EpochSettings } from '../../../src/platform/database/epoch-guard.js'
import { createApplication } from '../../../src/platform/http/index.js'
import { Log } from '../../../src/platform/telemetry/index.js'
import { openTestDatabase, type TestDatabase } from '../../medium/harness/test-database.js'
import { MisbehavingSmtp } from '../../smtp/misbehaving-smtp.js'
import { BrowserClient, ORIGIN } from './browser-client.js'
import { shareOneMeter } from './one-meter.js'
import { until } from './until.js'

export const OLD_PASSWORD = 'Lokki-lautta-7-majakka'
/** Cheapest cost argon2id allows here: these tests are about the walk, not about hashing. */
const CHEAP = { memoryKib: 4_096, passes: 1, lanes: 1 }

const AN_HOUR_MS = 3_600_000

export type TestPerson = { id: string; login: string; mail: string; nativeIds: string[] }
export type TestPersonOptions = {
  login: string
  /** Directories by position in `directoryIds`; the first one alone unless told. */
  in?: number[]
  flags?: LocalAccountFlags
  record?: Partial<Omit<NewPerson, 'accounts'>> & { enabled?: boolean; privileged?: boolean }
}

export type TestAppOptions = {
  directories?: Record<string, unknown>[]
  poolSize?: number
  /** Numbers of the mail sender that a test shortens; where mail goes to and comes from is the harness's. */
  mail?: Partial<Omit<NotificationsSettings, 'smtpUrl' | 'from' | 'publicOrigin'>>
  audit?: Partial<Omit<AuditSettings, 'checkpointFile'>>
  checkpoints?: Checkpoints
  /** What a module of a later day would bring, such as a gate for operators. */
  around?: (product: DynamicModule) => DynamicModule
  /** Failed tasks are tried again when a test says so (`hurry`), not when the back-off happens to end. */
  triesAgainWhenTold?: boolean
}

/** The whole product on a fresh database, with a real mail server beside it and two directories in it. */
export class TestApp {
  private constructor(
    readonly app: NestExpressApplication,
    readonly test: TestDatabase,
    readonly smtp: MisbehavingSmtp,
    readonly directoryIds: readonly string[],
    readonly logLines: string[],
    readonly folder: string,
  ) {}

  static async open(options: TestAppOptions = {}): Promise<TestApp> {
    const test = await openTestDatabase({ entities, poolSize: options.poolSize ?? 20 })
    const smtp = await MisbehavingSmtp.start()
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-api-'))
    shareOneMeter()
    const logLines: string[] = []
    const { around = (product) => product } = options
    const app = await createApplication(
      around(AppModule.with({
        database: test.database,
        epoch: new EpochSettings(join(folder, 'epoch')),
        keys: new KeyRing([{ id: 1, key: randomBytes(32) }]),
        audit: Object.assign(new AuditSettings(), options.audit, { checkpointFile: join(folder, 'checkpoints.jsonl') }),
        notifications: NotificationsSettings.of({
          ...options.mail, smtpUrl: new SecretText(smtp.url), from: 'no-reply@norrhavn.example', publicOrigin: ORIGIN,
        }),
        works: true,
        demo: false,
        ...(options.checkpoints ? { checkpoints: options.checkpoints } : {}),
      })),
      { publicOrigin: ORIGIN, trustedProxies: [], secureCookies: false, demo: true, webRoot: null, version: 'test' },
      { log: new Log({ level: 'debug' }, { write: (line: string) => void logLines.push(line) }) },
    )
    // one listener for all requests: supertest would open and close one for each, under the feet of those that race it
    await app.listen(0, '127.0.0.1')
    await until(async () => (app.get(AuditHealth).whyNotWritable() === null ? true : null))
    if (options.triesAgainWhenTold) Object.assign(app.get(ProvisioningSettings), { retryBaseMs: AN_HOUR_MS, retryCapMs: AN_HOUR_MS })
    const ids = await configure(app, test, options.directories ?? [{}, {}])
    return new TestApp(app, test, smtp, ids, logLines, folder)
  }

  get server(): Server {
    return this.app.getHttpServer() as Server
  }

  browser(headers: Record<string, string> = {}): BrowserClient {
    return new BrowserClient(this.server, headers)
  }

  async person({ login, in: positions = [0], flags = {}, record = {} }: TestPersonOptions): Promise<TestPerson> {
    const { enabled, privileged, ...more } = record
    const mail = `${login}@posti.example`
    const nativeIds: string[] = []
    const accounts: NewPerson['accounts'][number][] = []
    for (const position of positions) {
      const directoryId = this.directoryIds[position]!
      const nativeId = await this.local.create(this.test.owner, directoryId, { login, displayName: login, password: new SecretText(OLD_PASSWORD), ...flags })
      nativeIds.push(nativeId)
      accounts.push({ directoryId, nativeId, login, enabled: enabled ?? true, privileged: privileged ?? false })
    }
    const id = await this.test.database.transaction((tx) =>
      this.app.get(RegisterPerson).register(tx, {
        givenName: 'Testi', familyName: 'Henkilö', language: 'en',
        contacts: [{ kind: 'mail', value: mail, source: 'test' }], ...more, accounts,
      }),
    )
    return { id, login, mail, nativeIds }
  }

  /** What the directory itself says to a sign-in: not our word for it. */
  async signsIn(person: TestPerson, password: string, position = 0): Promise<boolean> {
    const context = { deadline: new Date(Date.now() + 5_000), correlationId: newId() }
    const answer = await this.app.get(Directories).use(this.directoryIds[position]!, context, (connection) =>
      connection.verify!({ nativeId: person.nativeIds[position]!, login: person.login }, new SecretText(password), context),
    )
    return answer.verified
  }

  get local(): LocalDirectoryAdmin {
    return this.app.get(LocalDirectoryAdmin)
  }

  async close(): Promise<void> {
    await this.app.close()
    await this.smtp.close()
    await this.test.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function configure(app: NestExpressApplication, test: TestDatabase, directories: Record<string, unknown>[]): Promise<string[]> {
  const names = ['Windows and email', 'Design archive', 'Third system']
  const ids = directories.map(() => newId())
  for (const [position, settings] of directories.entries()) {
    await app.get(DirectoryConfiguration).save(test.database, {
      id: ids[position]!, kind: 'local', name: names[position]!, description: '', signIn: position === 0, enabled: true, position,
      settings: { argon2: CHEAP, ...settings },
    })
  }
  await app.get(Directories).reload()
  return ids
}
