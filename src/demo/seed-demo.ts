import { Injectable, Logger, type OnModuleInit } from '@nestjs/common'
import { newId } from '../kernel/ids.js'
import { SecretText } from '../kernel/secret-text.js'
import { Directories, DirectoryConfiguration, LocalDirectoryAdmin, type DirectoryInput, type LocalAccountFlags } from '../modules/directories/index.js'
import { RegisterPerson, type NewPerson } from '../modules/identity/index.js'
import { Sites } from '../modules/settings/index.js'
import { Database, type Tx } from '../platform/database/database.js'
import { DEMO_PASSWORD, DEMO_PEOPLE, MAIL_DOMAIN, type DemoAccount, type DemoPerson } from './people.js'
import { DEMO_SITE } from './site.js'

/** "seed": two processes that start on a new demo database at once seed it once. */
const SEED_LOCK = 0x73656564
const DAY_MS = 24 * 60 * 60 * 1000
type DemoDirectory = DemoAccount['directory']

/** One transaction: a demo that was killed while it was seeded starts again from nothing. */
@Injectable()
export class SeedDemo implements OnModuleInit {
  private readonly logger = new Logger('Demo')

  constructor(
    private readonly database: Database,
    private readonly sites: Sites,
    private readonly configuration: DirectoryConfiguration,
    private readonly directories: Directories,
    private readonly local: LocalDirectoryAdmin,
    private readonly people: RegisterPerson,
  ) {}

  async onModuleInit(): Promise<void> {
    const seeded = await this.database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK])
      const [site] = await tx.query('SELECT 1 AS there FROM site LIMIT 1')
      if (site) return false
      await this.sites.save(tx, DEMO_SITE)
      await this.seedPeople(tx, await this.seedDirectories(tx))
      return true
    })
    await this.directories.reload()
    if (seeded) this.logger.log(`${DEMO_PEOPLE.length} demo people are ready`)
  }

  private async seedDirectories(tx: Tx): Promise<Record<DemoDirectory, string>> {
    const ids = { windows: newId(), archive: newId() }
    const shared = { kind: 'local', enabled: true } as const
    const directories: DirectoryInput[] = [
      {
        ...shared, id: ids.windows, name: 'Windows and email', description: 'Your computer, Outlook, Teams', signIn: true, position: 1,
        settings: { rules: { minLength: 12, minClasses: 3, historyLength: 24 }, maxAgeDays: 180, lockout: { threshold: 10, durationSeconds: 0 } },
      },
      {
        ...shared, id: ids.archive, name: 'Design archive', description: 'Linux and drawing servers', signIn: false, position: 2,
        settings: { rules: { minLength: 10, minClasses: 0, historyLength: 5, rejectPersonWords: false }, lockout: { threshold: 5, durationSeconds: 900 } },
      },
    ]
    for (const directory of directories) await this.configuration.save(tx, directory)
    return ids
  }

  private async seedPeople(tx: Tx, directories: Record<DemoDirectory, string>): Promise<void> {
    for (const person of DEMO_PEOPLE) {
      const accounts: NewPerson['accounts'][number][] = []
      for (const account of person.accounts) {
        const directoryId = directories[account.directory]
        const nativeId = await this.local.create(tx, directoryId, {
          login: account.login,
          displayName: `${person.given} ${person.family}`,
          password: new SecretText(DEMO_PASSWORD),
          ...truth(account),
        })
        const known = account.notReadInYet ? undefined : account.is
        accounts.push({ directoryId, nativeId, login: account.login, enabled: known !== 'disabled', privileged: known === 'protected' })
      }
      await this.people.register(tx, { ...record(person), accounts })
    }
  }
}

/** What the directory itself will answer. */
function truth(account: DemoAccount): LocalAccountFlags {
  const flags: Readonly<Record<NonNullable<DemoAccount['is']>, LocalAccountFlags>> = {
    disabled: { disabled: true },
    locked: { lockedAt: new Date() },
    'password-expired': { passwordSetAt: new Date(Date.now() - 200 * DAY_MS) },
    'must-change': { mustChange: true },
    'account-expired': { accountExpiresAt: new Date(Date.now() - DAY_MS) },
    protected: { protectedGroup: 'Domain Admins' },
  }
  return account.is ? flags[account.is] : {}
}

/** What the last import read in: the work mailbox lies behind the account it belongs to. */
function record(person: DemoPerson): Omit<NewPerson, 'accounts'> {
  const windows = person.accounts.find((account) => account.directory === 'windows')
  const yesterday = new Date(Date.now() - DAY_MS)
  return {
    givenName: person.given,
    familyName: person.family,
    language: person.language,
    status: person.left ? 'left' : 'active',
    ...(person.lockedByManager ? { identityLockedAt: yesterday } : {}),
    contacts: [
      ...(person.privateMail
        ? [{ kind: 'mail' as const, value: person.privateMail, source: 'demo', ...(person.privateMailChangedYesterday ? { changedAt: yesterday } : {}) }]
        : []),
      ...(windows ? [{ kind: 'mail' as const, value: `${windows.login}@${MAIL_DOMAIN}`, source: 'demo', behindAccount: true }] : []),
      ...(person.phone ? [{ kind: 'phone' as const, value: person.phone, source: 'demo' }] : []),
    ],
  }
}
