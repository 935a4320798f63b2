import { MailChannel, MailFailure } from '../domain/mail-channel.js'

/** No SMTP server is configured: every method that needs mail shows as unavailable, and this is the reason for the operator. */
export class NoMailChannel extends MailChannel {
  override readonly unavailableBecause = 'no mail server is configured (LATCHKEY_SMTP_URL)'

  override async send(): Promise<void> {
    throw new MailFailure('transport', this.unavailableBecause)
  }

  override async probe(): Promise<void> {
    throw new MailFailure('transport', this.unavailableBecause)
  }
}
