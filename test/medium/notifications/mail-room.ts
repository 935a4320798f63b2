import { Logger } from '@nestjs/common'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { newId } from '../../../src/kernel/ids.js'
import { Delivery } from '../../../src/modules/notifications/domain/delivery.js'
import { DemoInbox } from '../../../src/modules/notifications/domain/demo-inbox.js'
import type { MailChannel } from '../../../src/modules/notifications/domain/mail-channel.js'
import { MailHealth } from '../../../src/modules/notifications/domain/mail-health.js'
import { OutboxHousekeeping } from '../../../src/modules/notifications/domain/outbox-housekeeping.js'
import { PayloadSeal } from '../../../src/modules/notifications/domain/payload-seal.js'
import { OutboxSender } from '../../../src/modules/notifications/jobs/outbox.sender.js'
import { DemoInboxStore } from '../../../src/modules/notifications/persistence/demo-inbox.store.js'
import { MailHealthStore } from '../../../src/modules/notifications/persistence/mail-health.store.js'
import { OutboxStore } from '../../../src/modules/notifications/persistence/outbox.store.js'
import { Notifications, NotificationsSettings, type Message } from '../../../src/modules/notifications/index.js'
import { mailChannel } from '../../../src/modules/notifications/notifications.module.js'
import { QueueRunner, QueueSettings } from '../../../src/platform/queue/index.js'
import { Scheduler, SchedulerSettings } from '../../../src/platform/scheduler/index.js'
import { testKeyRing } from '../../builders/audit.js'
import { openTestDatabase, type TestDatabase } from '../harness/test-database.js'
import { ScriptedCheckpoints } from '../verification/proving-ground.js'

// refusals are what these tests are about; their log lines are not
Logger.overrideLogger(false)

export const CODE = '48219037'

/** The notifications of one process on a real Postgres. Nothing is sent until `step` or `run`. */
export class MailRoom {
  readonly payloads = new PayloadSeal(testKeyRing())
  readonly checkpoints = new ScriptedCheckpoints()
  readonly outbox: OutboxStore
  readonly inbox: DemoInbox
  readonly health: MailHealth
  readonly channel: MailChannel
  readonly delivery: Delivery
  readonly notifications: Notifications
  readonly housekeeping: OutboxHousekeeping
  readonly queue: QueueRunner
  readonly scheduler = new Scheduler(Object.assign(new SchedulerSettings(), { works: false }))

  private constructor(readonly db: TestDatabase, readonly settings: NotificationsSettings, private readonly owns: boolean) {
    const { database } = db
    this.queue = new QueueRunner(database, new QueueSettings())
    this.outbox = new OutboxStore(database)
    this.inbox = new DemoInbox(new DemoInboxStore(database), settings)
    this.channel = mailChannel(settings, this.inbox)
    this.health = new MailHealth(new MailHealthStore(database), this.channel, settings)
    this.delivery = new Delivery(this.outbox, this.payloads, this.channel, this.health, this.checkpoints, settings)
    this.notifications = new Notifications(this.outbox, this.payloads, this.health, this.queue)
    this.housekeeping = new OutboxHousekeeping(this.outbox, this.health, this.inbox, settings)
    new OutboxSender(this.queue, this.scheduler, this.outbox, this.delivery, this.housekeeping, settings).onModuleInit()
  }

  static async open(settings: Partial<NotificationsSettings> = {}): Promise<MailRoom> {
    return new MailRoom(await openTestDatabase(), MailRoom.#settings(settings), true)
  }

  /** Another process on the same database. */
  beside(settings: Partial<NotificationsSettings> = {}): MailRoom {
    return new MailRoom(this.db, MailRoom.#settings({ ...this.settings, ...settings }), false)
  }

  static #settings(overrides: Partial<NotificationsSettings>): NotificationsSettings {
    return NotificationsSettings.of(
      { retryBaseMs: 10, retryCapMs: 50, timeZone: 'Europe/Helsinki', from: 'portal@latchkey.example', ...overrides })
  }

  async close(): Promise<void> {
    await this.queue.stop()
    const { channel } = this
    if ('onApplicationShutdown' in channel) (channel as { onApplicationShutdown(): void }).onApplicationShutdown()
    if (this.owns) await this.db.close()
  }

  /** A code to somebody, useful for five minutes. */
  enqueue(message: Partial<Message> = {}): Promise<string> {
    return this.db.database.transaction((tx) => this.notifications.enqueue(tx, {
      template: 'one-time-code',
      channel: 'mail',
      to: 'aino@posti.example',
      personId: newId(),
      language: 'en',
      params: { purpose: 'password-reset', askedAt: new Date().toISOString(),
        validUntil: new Date(Date.now() + 300_000).toISOString(), validMinutes: 5 },
      secret: new SecretText(CODE),
      usefulUntil: new Date(Date.now() + 300_000),
      correlationId: 'correlation-1',
      ...message,
    } as Message))
  }

  /** Claims what is due and delivers it, one after the other. Returns how many rows there were. */
  async step(): Promise<number> {
    const rows = await this.outbox.claim(10, this.settings.leaseSeconds)
    for (const row of rows) await this.delivery.deliver(row)
    return rows.length
  }

  /** Makes everything due now: the back-off is the database's business. */
  async dueNow(): Promise<void> {
    await this.db.owner.execute(`UPDATE outbox_message SET run_at = now() WHERE state = 'queued'`)
  }

  async row(id: string) {
    const [row] = await this.db.owner.query<{
      state: string; recipient: Buffer | null; payload: Buffer | null; attempts: number; last_error: string | null
      run_at: Date; useful_until: Date
    }>('SELECT state, recipient, payload, attempts, last_error, run_at, useful_until FROM outbox_message WHERE id = $1', [id])
    return row!
  }

  /** Waits for a fact of the database, looking again each turn of the event loop. */
  async until(what: string, holds: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
    const deadline = performance.now() + withinMs
    while (!(await holds())) if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
  }
}
