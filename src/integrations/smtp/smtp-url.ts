import { readFileSync } from 'node:fs'
import type { SecretText } from '../../kernel/secret-text.js'

export type SmtpServer = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (smtps), required STARTTLS, or none. A certificate is always verified. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly auth: { readonly user: string; readonly pass: string } | null
  /** PEM of the authority that signed the server's certificate, where the system does not know it. */
  readonly ca: string | null
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * `smtp://user:password@host:587` or `smtps://host`, with `?ca=/path/to/authority.pem` and `?tls=none`.
 *
 * smtp:// means STARTTLS, required: an attacker on the way who strips the offer gets no mail instead of a readable one.
 * Without TLS are only a server on this machine (the default there, `?tls=starttls` asks for it) and one that the operator
 * names with `?tls=none`, and never with a password. The message of an error holds no part of the address.
 */
export function parseSmtpUrl(secret: SecretText): SmtpServer {
  const url = urlOf(secret)
  const implicit = url.protocol === 'smtps:'
  for (const name of url.searchParams.keys()) {
    if (name !== 'tls' && name !== 'ca') throw new Error(`the SMTP address has an unknown option: ${name}`)
  }
  const wish = url.searchParams.get('tls') ?? (LOOPBACK.test(url.hostname) ? 'none' : 'starttls')
  if (wish !== 'none' && wish !== 'starttls') throw new Error('the SMTP address takes tls=starttls or tls=none')
  if (implicit && url.searchParams.has('tls')) throw new Error('smtps:// is TLS already and takes no tls option')
  const tls = implicit ? 'implicit' : wish
  const auth = url.username === '' ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
  if (auth && tls === 'none' && !LOOPBACK.test(url.hostname)) throw new Error('no SMTP password is sent without TLS')
  const ca = url.searchParams.get('ca')
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (implicit ? 465 : 587) : Number(url.port),
    tls,
    auth,
    ca: ca === null ? null : readFileSync(ca, 'utf8'),
  }
}

function urlOf(secret: SecretText): URL {
  let url: URL
  try {
    url = new URL(secret.reveal())
  } catch {
    throw new Error('the SMTP address is not a URL')
  }
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') throw new Error('the SMTP address begins with smtp:// or smtps://')
  if (url.hostname === '') throw new Error('the SMTP address names no host')
  if (url.pathname !== '' && url.pathname !== '/') throw new Error('the SMTP address has no path')
  return url
}
