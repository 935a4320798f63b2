import type { SecretText } from '../../../kernel/secret-text.js'
import { SmtpClient, SmtpFailure } from '../../../integrations/smtp/index.js'
import { MailChannel, MailFailure, type Mail } from '../domain/mail-channel.js'

/** Mail by an SMTP server. */
export class SmtpMailChannel extends MailChannel {
  override readonly unavailableBecause = null
  readonly #client: SmtpClient

  constructor(url: SecretText, from: { name: string; address: string }) {
    super()
    this.#client = new SmtpClient(url, from)
  }

  override send({ id, to, subject, text, html, language }: Mail, signal: AbortSignal): Promise<void> {
    return translated(this.#client.send({ id, to, subject, text, html, language }, signal))
  }

  override probe(signal: AbortSignal): Promise<void> {
    return translated(this.#client.verify(signal))
  }

  onApplicationShutdown(): void {
    this.#client.close()
  }
}

async function translated(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw error instanceof SmtpFailure ? new MailFailure(error.failure, error.diagnostic) : error
  }
}
