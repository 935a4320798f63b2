/** One finished mail: no variable left, nothing that came from a request. */
export type Mail = {
  /** Also the Message-ID, so a mail that is sent twice after a lost reply is recognised as the same one. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly language: string
  readonly template: string
}

/** Where mails go: an SMTP server, the demo's inbox, or nowhere because none is configured. */
export abstract class MailChannel {
  /** Why this process cannot send at all; null when it can. */
  abstract readonly unavailableBecause: string | null
  /** Resolves once somebody else is responsible for the mail. Throws MailFailure; ends when the signal aborts. */
  abstract send(mail: Mail, signal: AbortSignal): Promise<void>
  /** Connects, greets and signs in without sending. Throws MailFailure. */
  abstract probe(signal: AbortSignal): Promise<void>
}

/**
 * rejected: this mail will never be taken (SMTP 5xx to the mail itself) · deferred: not now (4xx) · transport: the server
 * could not be talked to. `diagnostic` holds codes only: the words of a server may repeat the address.
 */
export type MailFailureKind = 'rejected' | 'deferred' | 'transport'
export class MailFailure extends Error {
  constructor(
    readonly failure: MailFailureKind,
    readonly diagnostic: string,
  ) {
    super(`${failure}: ${diagnostic}`)
    this.name = 'MailFailure'
  }
}
