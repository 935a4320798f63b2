import { DemoInbox } from '../domain/demo-inbox.js'
import { MailChannel, type Mail } from '../domain/mail-channel.js'

/** The demo's mail server is a page of the product. */
export class DemoInboxChannel extends MailChannel {
  override readonly unavailableBecause = null

  constructor(private readonly inbox: DemoInbox) {
    super()
  }

  override send(mail: Mail, _signal: AbortSignal): Promise<void> {
    return this.inbox.add(mail)
  }

  override async probe(_signal: AbortSignal): Promise<void> {}
}
