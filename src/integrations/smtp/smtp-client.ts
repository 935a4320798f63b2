import { createTransport, type Transporter } from 'nodemailer'
import type { SMTPPoolSentMessageInfo } from 'nodemailer'
import type { SecretText } from '../../kernel/secret-text.js'
import { smtpFailure } from './smtp-failure.js'
import { parseSmtpUrl } from './smtp-url.js'

export type OutgoingMail = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly language: string
}

/** Idle time of a socket, not of a mail: `send` takes a signal for the whole. */
const CONNECT_MS = 3_000
const GREETING_MS = 3_000
const SOCKET_MS = 10_000
const CONNECTIONS = 4

/** A pool of connections to one SMTP server. Tries a mail once; whether to try again is the caller's to decide. */
export class SmtpClient {
  readonly #transport: Transporter<SMTPPoolSentMessageInfo>

  constructor(
    url: SecretText,
    private readonly from: { readonly name: string; readonly address: string },
  ) {
    const { host, port, tls, auth, ca } = parseSmtpUrl(url)
    this.#transport = createTransport({
      pool: true,
      maxConnections: CONNECTIONS,
      // one more connection when the server closed an idle one under us; everything else is the caller's retry
      maxRequeues: 1,
      host,
      port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      ...(auth ? { auth } : {}),
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca === null ? {} : { ca }) },
      connectionTimeout: CONNECT_MS,
      dnsTimeout: CONNECT_MS,
      greetingTimeout: GREETING_MS,
      socketTimeout: SOCKET_MS,
      socketCloseTimeout: 1_000,
      // a template is text; nothing in it may make this process read a file or fetch an address
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
    })
  }

  /** Resolves after the server took responsibility (250 to the end of DATA). Throws SmtpFailure, also when aborted. */
  async send(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    try {
      await this.#transport.sendMail({
        // addresses as objects: never parsed as a list, so a comma or a line break cannot add a recipient or a header
        from: this.from,
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        messageId: `<${mail.id}@${this.from.address.split('@')[1] ?? 'localhost'}>`,
        headers: {
          'Content-Language': mail.language,
          // RFC 3834: nobody's out-of-office answers a code
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
        },
        signal,
      })
    } catch (error) {
      throw smtpFailure(error)
    }
  }

  /** Connects, greets, upgrades and signs in. */
  async verify(signal: AbortSignal): Promise<void> {
    let abort: (() => void) | undefined
    const aborted = new Promise<never>((_resolve, reject) => {
      abort = () => reject(Object.assign(new Error('aborted'), { code: 'EABORT' }))
      signal.addEventListener('abort', abort, { once: true })
    })
    try {
      await Promise.race([this.#transport.verify(), aborted])
    } catch (error) {
      throw smtpFailure(error)
    } finally {
      if (abort) signal.removeEventListener('abort', abort)
    }
  }

  close(): void {
    this.#transport.close({ force: true })
  }
}
