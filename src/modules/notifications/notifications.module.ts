import { Module, type DynamicModule } from '@nestjs/common'
import { DemoInboxChannel } from './adapters/demo-inbox.channel.js'
import { NoMailChannel } from './adapters/no-mail.channel.js'
import { SmtpMailChannel } from './adapters/smtp-mail.channel.js'
import { Delivery } from './domain/delivery.js'
import { DemoInbox } from './domain/demo-inbox.js'
import { parseSender } from './domain/mail-address.js'
import { MailChannel } from './domain/mail-channel.js'
import { MailHealth } from './domain/mail-health.js'
import { Notifications } from './domain/notifications.js'
import { NotificationsSettings } from './domain/notifications-settings.js'
import { OutboxHousekeeping } from './domain/outbox-housekeeping.js'
import { PayloadSeal } from './domain/payload-seal.js'
import { VoidAfterRestore } from './domain/void-after-restore.js'
import { OutboxSender } from './jobs/outbox.sender.js'
import { DemoInboxStore } from './persistence/demo-inbox.store.js'
import { MailHealthStore } from './persistence/mail-health.store.js'
import { OutboxStore } from './persistence/outbox.store.js'

/** SMTP where it is configured; without it a demo shows its mails on a page, and anything else has no mail and says so. */
export function mailChannel(settings: NotificationsSettings, inbox: DemoInbox): MailChannel {
  const { smtpUrl, from, productName, demo } = settings
  if (smtpUrl) return new SmtpMailChannel(smtpUrl, parseSender(from, productName))
  return demo ? new DemoInboxChannel(inbox) : new NoMailChannel()
}

/** Imported once, by the composition root, with what the environment says. Global: modules just inject Notifications. */
@Module({})
export class NotificationsModule {
  static with(settings: NotificationsSettings): DynamicModule {
    return {
      module: NotificationsModule,
      global: true,
      providers: [
        { provide: NotificationsSettings, useValue: settings },
        { provide: MailChannel, useFactory: mailChannel, inject: [NotificationsSettings, DemoInbox] },
        OutboxStore, MailHealthStore, DemoInboxStore, PayloadSeal, MailHealth, DemoInbox, Notifications, Delivery,
        OutboxHousekeeping, OutboxSender, VoidAfterRestore,
      ],
      exports: [Notifications, DemoInbox],
    }
  }
}
