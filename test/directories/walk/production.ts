import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { identityEntities, IdentitySettings, RegisterPerson, type NewPerson } from '../../../src/modules/identity/index.js'
import { PersonRegistry } from '../../../src/modules/identity/persistence/person.registry.js'
import type { Database } from '../../../src/platform/database/database.js'
import { stampInstall } from '../../../src/platform/database/install-stamp.js'
import { openTestDatabase, type TestDatabase } from '../../medium/harness/test-database.js'
import { freePort, ServerProcess, temporaryFolder } from '../../medium/start/server-process.js'
import { createTestAuthority } from '../../smtp/certificates.js'
import { MisbehavingSmtp } from '../../smtp/misbehaving-smtp.js'

/** A directory as an operator writes it into a file, with the secret of its service account apart. */
export type WrittenDirectory = {
  readonly kind: string
  readonly name: string
  readonly position: number
  readonly settings: Readonly<Record<string, unknown>>
  readonly bindPassword: string
}

/**
 * The built product as docs/production.md has it run: no demo, an outside Postgres, a key file, real mail, a proxy in
 * front that ends TLS, and directories that an operator configured on the command line.
 */
export class Production {
  #server: ServerProcess | null = null

  private constructor(
    readonly origin: string,
    readonly smtp: MisbehavingSmtp,
    readonly db: TestDatabase,
    private readonly folder: Awaited<ReturnType<typeof temporaryFolder>>,
    private readonly port: number,
    private readonly front: Server,
  ) {}

  static async prepare(): Promise<Production> {
    const [folder, port, smtp, db] = await Promise.all([
      temporaryFolder(), freePort(), MisbehavingSmtp.start(), openTestDatabase({ entities: identityEntities }),
    ])
    await stampInstall(db.owner as Database, 'production')
    await mkdir(join(folder.path, 'keys'))
    await writeFile(join(folder.path, 'keys', 'master.key'), `1 ${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
    const front = createServer(createTestAuthority().issue(['localhost']), (browser) => {
      const product = connect(port, '127.0.0.1')
      for (const [side, other] of [[browser, product], [product, browser]] as const) side.pipe(other).on('error', () => side.destroy())
      for (const side of [browser, product]) side.on('error', () => undefined)
    })
    await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening))
    return new Production(`https://localhost:${(front.address() as AddressInfo).port}`, smtp, db, folder, port, front)
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      LATCHKEY_MODE: 'production', LATCHKEY_DATA_DIR: join(this.folder.path, 'data'), LATCHKEY_MASTER_KEY_FILE: join(this.folder.path, 'keys', 'master.key'),
      DATABASE_URL: this.db.url, LATCHKEY_PUBLIC_ORIGIN: this.origin, PORT: String(this.port), LATCHKEY_SMTP_URL: this.smtp.url,
      LATCHKEY_MAIL_FROM: 'no-reply@company.example', TRUSTED_PROXIES: '127.0.0.1',
    }
  }

  /** A command of the operator. */
  async command(...words: string[]): Promise<{ code: unknown; output: string }> {
    const command = ServerProcess.start(words, this.#env)
    return { code: await command.ended, output: command.output }
  }

  /** By the documented command. Answers the id that it printed. */
  async addDirectory({ bindPassword, ...written }: WrittenDirectory): Promise<string> {
    const file = join(this.folder.path, `${written.position}.json`)
    await writeFile(join(this.folder.path, `${written.position}.secret`), `${bindPassword}\n`, { mode: 0o600 })
    const settings = { ...written.settings, bindPassword: { file: `${written.position}.secret` } }
    await writeFile(file, JSON.stringify({ ...written, signIn: true, settings }))
    const { code, output } = await this.command('directory', 'add', file)
    const [, id] = /^ADDED: .+ answers; ([0-9a-f-]{36})\n$/m.exec(output) ?? []
    if (code !== 0 || !id) throw new Error(`directory add ended with ${code}: ${output}`)
    return id
  }

  async serve(): Promise<void> {
    this.#server = ServerProcess.start(['all'], this.#env)
    await this.#server.ready(this.port)
  }

  /** As an import would. */
  register(person: Omit<NewPerson, 'language' | 'givenName' | 'familyName'>): Promise<string> {
    const people = new RegisterPerson(new PersonRegistry(), new IdentitySettings())
    return this.db.database.transaction((tx) => people.register(tx, { givenName: 'Aino', familyName: 'Korhonen', language: 'en', ...person }))
  }

  /** What the product would do by itself in five minutes it does now: stop trying. Also where it is trying just now. */
  async stopTrying(personId: string, directoryId: string): Promise<void> {
    await this.db.owner.execute(
      `UPDATE provisioning_task SET run_at = now(), retry_until = now() WHERE person_id = $1 AND directory_id = $2 AND settled_at IS NULL`,
      [personId, directoryId])
  }

  async stop(): Promise<void> {
    const code = await this.#server?.stop()
    await new Promise<void>((closed) => this.front.close(() => closed()))
    await Promise.all([this.smtp.close(), this.db.close()])
    await this.folder.remove()
    if (this.#server && code !== 0) throw new Error(`the server ended with ${code}: ${this.#server.output.slice(-2_000)}`)
  }
}
