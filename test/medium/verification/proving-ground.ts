import { randomUUID } from 'node:crypto'
import { Checkpoints, type CheckpointLabel } from '../../../src/kernel/checkpoints.js'
import { newId } from '../../../src/kernel/ids.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import type { AuditLog } from '../../../src/modules/audit/index.js'
import { IdentitySettings, identityEntities, maskMail, People, RegisterPerson } from '../../../src/modules/identity/index.js'
import { PersonRegistry } from '../../../src/modules/identity/persistence/person.registry.js'
import { PersonStore } from '../../../src/modules/identity/persistence/person.store.js'
import { Delivery } from '../../../src/modules/notifications/domain/delivery.js'
import { DemoInbox } from '../../../src/modules/notifications/domain/demo-inbox.js'
import { MailHealth } from '../../../src/modules/notifications/domain/mail-health.js'
import { PayloadSeal } from '../../../src/modules/notifications/domain/payload-seal.js'
import { listenToStatements } from '../harness/sent-statements.js'
import { DemoInboxStore } from '../../../src/modules/notifications/persistence/demo-inbox.store.js'
import { MailHealthStore } from '../../../src/modules/notifications/persistence/mail-health.store.js'
import { OutboxStore } from '../../../src/modules/notifications/persistence/outbox.store.js'
import { Notifications, NotificationsSettings } from '../../../src/modules/notifications/index.js'
import { mailChannel } from '../../../src/modules/notifications/notifications.module.js'
import { AccountBudget } from '../../../src/modules/verification/domain/account-budget.js'
import { AnswerCode } from '../../../src/modules/verification/domain/answer-code.js'
import { AttemptsNotice } from '../../../src/modules/verification/domain/attempts-notice.js'
import { DecoyShapes } from '../../../src/modules/verification/domain/decoy-shapes.js'
import { IssueCode } from '../../../src/modules/verification/domain/issue-code.js'
import { KnownPassword } from '../../../src/modules/verification/domain/known-password.js'
import { KnownPasswordTarget } from '../../../src/modules/verification/domain/known-password-target.js'
import { MailCode } from '../../../src/modules/verification/domain/mail-code.js'
import { PasswordBudget } from '../../../src/modules/verification/domain/password-budget.js'
import { Proofs } from '../../../src/modules/verification/domain/proofs.js'
import { RecordAnswer } from '../../../src/modules/verification/domain/record-answer.js'
import { RemoveOld } from '../../../src/modules/verification/domain/remove-old.js'
import { TenantBrake } from '../../../src/modules/verification/domain/tenant-brake.js'
import { TryPassword } from '../../../src/modules/verification/domain/try-password.js'
import { VoidAfterRestore } from '../../../src/modules/verification/domain/void-after-restore.js'
import { Verification, VerificationSettings, type FlowProof, type Subject } from '../../../src/modules/verification/index.js'
import { BrakeStore } from '../../../src/modules/verification/persistence/brake.store.js'
import { BudgetStore } from '../../../src/modules/verification/persistence/budget.store.js'
import { ChallengeStore } from '../../../src/modules/verification/persistence/challenge.store.js'
import { DecoyShapeStore } from '../../../src/modules/verification/persistence/decoy-shape.store.js'
import { DeviceStore } from '../../../src/modules/verification/persistence/device.store.js'
import { EvidenceStore } from '../../../src/modules/verification/persistence/evidence.store.js'
import { PasswordBudgetStore } from '../../../src/modules/verification/persistence/password-budget.store.js'
import { EpochGuard, EpochSettings } from '../../../src/platform/database/epoch-guard.js'
import type { QueueRunner } from '../../../src/platform/queue/index.js'
import { testKeyRing, writableAuditLog } from '../../builders/audit.js'
import { FaultyConnector } from '../../fakes/faulty-connector.js'
import { MemoryDirectory } from '../../fakes/memory-directory.js'
import { testDirectories } from '../../fakes/test-directories.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'

export const DIRECTORY = '0193aaaa-0000-7000-8000-000000000001'

/** Records the labels and runs `at` there: a throw is the death of the process. */
export class ScriptedCheckpoints extends Checkpoints {
  readonly reached: CheckpointLabel[] = []
  at: (label: CheckpointLabel) => void | Promise<void> = () => undefined
  override async reach(label: CheckpointLabel): Promise<void> {
    this.reached.push(label)
    await this.at(label)
  }
}

type Options = {
  readonly settings?: Partial<VerificationSettings>
  readonly notifications?: Partial<NotificationsSettings>
  readonly poolSize?: number
}
export type Known = {
  readonly personId: string; readonly subject: Subject; readonly accountId: string; readonly nativeId: string }

/** Verification, notifications, identity and audit on a real Postgres, put together as the modules do. */
export class ProvingGround {
  readonly keys = testKeyRing()
  readonly memory = new MemoryDirectory()
  readonly directory = new FaultyConnector(this.memory)
  readonly directories = testDirectories(new Map([[DIRECTORY, { name: 'Windows and email', connector: this.directory }]]))
  readonly checkpoints = new ScriptedCheckpoints()
  readonly settings: VerificationSettings
  readonly identity = new IdentitySettings()
  readonly people = new People(new PersonStore(), this.identity)
  readonly outbox: OutboxStore
  readonly inbox: DemoInbox
  readonly health: MailHealth
  readonly delivery: Delivery
  readonly notifications: Notifications
  readonly payloads = new PayloadSeal(this.keys)
  readonly verification: Verification
  readonly brake: TenantBrake
  readonly old: RemoveOld
  readonly epoch: EpochGuard
  /** Who was woken after a commit. */
  readonly woken: string[] = []
  /** Every statement this process sends, in order. */
  readonly statements: string[] = []

  private constructor(readonly db: TestDatabase, readonly audit: AuditLog, options: Options) {
    const { database } = db
    this.settings = Object.assign(new VerificationSettings(), options.settings)
    const mail = NotificationsSettings.of({ demo: true, retryBaseMs: 20, retryCapMs: 100, ...options.notifications })
    listenToStatements(this.db.database, (sql) => this.statements.push(sql))
    const queue = { wake: (name: string) => void this.woken.push(name) } as unknown as QueueRunner
    this.outbox = new OutboxStore(database)
    this.inbox = new DemoInbox(new DemoInboxStore(database), mail)
    const channel = mailChannel(mail, this.inbox)
    this.health = new MailHealth(new MailHealthStore(database), channel, mail)
    this.delivery = new Delivery(this.outbox, this.payloads, channel, this.health, this.checkpoints, mail)
    this.notifications = new Notifications(this.outbox, this.payloads, this.health, queue)
    const challenges = new ChallengeStore(database)
    const evidence = new EvidenceStore(database)
    const devices = new DeviceStore(database)
    const budgets = new BudgetStore(database)
    const brakes = new BrakeStore(database)
    const passwordBudgets = new PasswordBudgetStore(database)
    const { settings, keys, people, directories, notifications } = this
    const budget = new AccountBudget(database, budgets, devices, keys, settings)
    this.brake = new TenantBrake(brakes, audit, settings)
    const notice = new AttemptsNotice(people, notifications, settings)
    const record = new RecordAnswer(challenges, evidence, budget, this.brake, notice, audit, settings)
    const issue = new IssueCode(challenges, budget, keys, settings)
    const shapes = new DecoyShapes(new DecoyShapeStore(), people, settings)
    this.epoch = new EpochGuard(database, new EpochSettings('/nonexistent/never-read'))
    const known = new KnownPassword(
      database, new KnownPasswordTarget(database, people, directories, keys),
        new PasswordBudget(passwordBudgets, directories, settings),
      new TryPassword(directories, settings), evidence, audit, settings,
    )
    this.verification = new Verification(
      new MailCode(people, shapes, issue, notifications, audit, keys), known, issue,
      new AnswerCode(database, challenges, budget, record, keys, this.checkpoints),
      new Proofs(evidence, devices, this.brake, keys, settings), audit,
    )
    new VoidAfterRestore(this.epoch, challenges, evidence, devices)
    this.old = new RemoveOld(challenges, evidence, budgets, devices, passwordBudgets, brakes, settings)
  }

  static async open(options: Options = {}): Promise<ProvingGround> {
    const db = await openTestDatabase({ entities: identityEntities, poolSize: options.poolSize ?? 20 })
    await db.owner.execute(`INSERT INTO directory (id, kind, name) VALUES ($1, 'local', 'Windows and email')`, [DIRECTORY])
    return new ProvingGround(db, await writableAuditLog(db.database, testKeyRing()), options)
  }

  close(): Promise<void> {
    return this.db.close()
  }

  /** Somebody on record, with an account in the directory people sign in with. */
  async person(login: string, mails: readonly string[] = [`${login}@posti.example`], more: Partial<{
    behindAccount: boolean; verified: boolean; changedAt: Date
  }> = {}): Promise<Known> {
    const { nativeId } = this.memory.add(login)
    const personId = await this.db.database.transaction(
      (tx) => new RegisterPerson(new PersonRegistry(), this.identity).register(tx, {
      givenName: login, familyName: 'Testinen', language: 'en',
      accounts: [{ directoryId: DIRECTORY, nativeId, login }],
      contacts: mails.map((value) => ({ kind: 'mail' as const, value, source: 'test', ...more })),
    }))
    const [account] = await this.people.listAccounts(this.db.database, personId)
    return { personId, nativeId, accountId: account!.id, subject: this.subjectOf(personId, login) }
  }

  subjectOf(personId: string, typed: string): Subject {
    return {
      personId,
      subjectKey: this.keys.hash('identifier', `person ${personId}`),
      identifierKey: this.keys.hash('identifier', typed),
      language: 'en',
    }
  }

  /** A name that nobody has, as the flow passes it on. */
  nobody(typed = `nobody-${randomUUID()}`): Subject {
    const identifierKey = this.keys.hash('identifier', typed)
    return { personId: null, subjectKey: identifierKey, identifierKey, language: 'en',
      typedMask: typed.includes('@') ? maskMail(typed) : null }
  }

  proof(purpose: FlowProof['purpose'] = 'password-reset'): FlowProof {
    return { flowId: newId(), purpose }
  }

  /** Asks for a code to the first contact that is offered. */
  async start(subject: Subject, proof: FlowProof, more: { resend?: boolean; deviceToken?: string; target?: string } = {}) {
    const { db: { database }, verification } = this
    const target = more.target ?? (await verification.offers(database, subject, proof.purpose))[0]!.target
    const choice = { method: 'mail-code', target, resend: more.resend ?? false, deviceToken: more.deviceToken ?? null }
    return database.transaction((tx) => verification.start(tx, subject, proof, choice, 'correlation-1'))
  }

  /** The code of the newest message, read as the mail server would get it. */
  async newestCode(): Promise<string> {
    const [row] = await this.db.owner.query<{ id: string; payload: Buffer }>(
      `SELECT id, payload FROM outbox_message WHERE template = 'one-time-code' ORDER BY created_at DESC, id DESC LIMIT 1`)
    return this.payloads.openPayload(row!.id, row!.payload).code!.reveal()
  }

  async startedWith(subject: Subject, proof: FlowProof): Promise<string> {
    const started = await this.start(subject, proof)
    if (started.result !== 'sent') throw new Error(`not sent: ${started.result}`)
    return this.newestCode()
  }

  answer(subject: Subject, proof: FlowProof, code: string, deviceToken: string | null = null) {
    return this.verification.answer(subject, proof, code, deviceToken, 'correlation-2')
  }

  knownPassword(subject: Subject, password: string, accountId: string | null = null, proof = this.proof('self-service-sign-in')) {
    return this.verification.proveKnownPassword(subject, proof, new SecretText(password), accountId, 'correlation-3')
  }

  /** As if the row had been made that much earlier: expiry is the database's business, so its rows are what is moved. */
  async age(table: 'verification_challenge' | 'verification_evidence', interval: string): Promise<void> {
    await this.db.owner.execute(
      `UPDATE ${table} SET created_at = created_at - $1::interval, expires_at = expires_at - $1::interval`, [interval])
  }

  async ageBudgets(interval: string): Promise<void> {
    const back = (column: string) => `${column} = ARRAY(SELECT s - $1::interval FROM unnest(${column}) s ORDER BY s)`
    await this.db.owner.execute(
      `UPDATE verification_budget SET ${back('wrong_at')}, ${back('sent_at')}, ${back('resent_at')}`, [interval])
    await this.db.owner.execute(`UPDATE verification_device SET ${back('wrong_at')}, ${back('sent_at')}`, [interval])
  }

  async count(table: string, where = 'true'): Promise<number> {
    const [row] = await this.db.owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`)
    return row!.n
  }

  actions(): Promise<{ action: string; outcome: string }[]> {
    return this.db.owner.query('SELECT action, outcome FROM audit_entry ORDER BY id')
  }

  /** What this work sends to Postgres, each statement without its values. */
  async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const before = this.statements.length
    await work()
    return this.statements.slice(before).map((sql) => sql.replace(/\s+/g, ' ').trim())
  }
}

/** A code that is certainly not this one. */
export const notThis = (code: string): string => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0')
