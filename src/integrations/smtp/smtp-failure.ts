/**
 * rejected: the server answered 5yz to this mail · deferred: 4yz to this mail · transport: no usable conversation (no
 * connection, TLS, sign-in, a reply that did not come in time, a connection that broke).
 */
export class SmtpFailure extends Error {
  constructor(
    readonly failure: 'rejected' | 'deferred' | 'transport',
    /** Codes only. The words of a server may repeat the address, and this is kept and logged. */
    readonly diagnostic: string,
  ) {
    super(`${failure}: ${diagnostic}`)
    this.name = 'SmtpFailure'
  }
}

/** The parts of a mail's conversation: a reply to these is about the mail; to others (AUTH, EHLO, CONN) about the server. */
const ABOUT_THE_MAIL = ['MAIL FROM', 'RCPT TO', 'DATA']
const ENHANCED_STATUS = /\b([245]\.\d{1,3}\.\d{1,3})\b/

export function smtpFailure(error: unknown): SmtpFailure {
  const { code, command, responseCode, response, name } = error as {
    code?: string; command?: string; responseCode?: number; response?: string; name?: string
  }
  const enhanced = typeof response === 'string' ? ENHANCED_STATUS.exec(response)?.[1] : undefined
  const diagnostic = [code ?? name ?? 'unknown', command, responseCode, enhanced].filter((part) => part !== undefined).join(' ')
  // 421 closes the channel whatever it answers (RFC 5321 §3.8); 503 is about the state of the session (§4.3.2)
  const aboutTheMail = command !== undefined && ABOUT_THE_MAIL.includes(command)
  if (aboutTheMail && responseCode !== undefined && responseCode !== 421 && responseCode !== 503) {
    if (responseCode >= 500) return new SmtpFailure('rejected', diagnostic)
    if (responseCode >= 400) return new SmtpFailure('deferred', diagnostic)
  }
  return new SmtpFailure('transport', diagnostic)
}
