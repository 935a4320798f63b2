import type { PpolicyAnswer } from './ppolicy-control.js'

/**
 * refused: the server answered with a result code · unreachable: no connection, or it broke · timed-out: no answer before
 * the deadline · tls: the server could not prove who it is · throttled: all our own connections to it are in use.
 */
export type LdapFailureKind = 'refused' | 'unreachable' | 'timed-out' | 'tls' | 'throttled'

type Facts = {
  readonly kind: LdapFailureKind
  readonly diagnostic: string
  readonly code?: number
  readonly sent?: boolean
  readonly ppolicy?: PpolicyAnswer | null
}

/** What went wrong at one server. Nothing in it is a password: requests never enter a message. */
export class LdapFailure extends Error {
  readonly kind: LdapFailureKind
  /** LDAP result code (RFC 4511 §4.1.9) of a refusal, else null. */
  readonly code: number | null
  /** AD: the leading hex word of the diagnostic, such as 0000052D. */
  readonly hex: string | null
  /** AD, at a bind: the word after `data`, such as 775. */
  readonly data: string | null
  /** The server's own words without control characters, for an administrator. */
  readonly diagnostic: string
  /** The request left us and no answer came: a write may have been applied. Always false for a refusal. */
  readonly sent: boolean
  /** What the password policy control of the answer says; null when there was none. */
  readonly ppolicy: PpolicyAnswer | null

  constructor({ kind, diagnostic, code, sent = false, ppolicy = null }: Facts) {
    const text = safeText(diagnostic)
    super(code === undefined ? `${kind}: ${text}` : `${kind} ${code}: ${text}`)
    this.name = 'LdapFailure'
    this.kind = kind
    this.code = code ?? null
    this.hex = /^([0-9A-F]{8}):/i.exec(text)?.[1]?.toUpperCase() ?? null
    this.data = /\bdata ([0-9a-f]{1,8})\b/i.exec(text)?.[1]?.toLowerCase() ?? null
    this.diagnostic = text
    this.sent = sent
    this.ppolicy = ppolicy
  }
}

/** Result codes after which another server may well do: 51 busy, 52 unavailable. */
export const isAnotherServersTurn = ({ kind, code }: LdapFailure): boolean =>
  kind === 'unreachable' || kind === 'timed-out' || kind === 'tls' || (kind === 'refused' && (code === 51 || code === 52))

const LONGEST_TEXT = 400
/** ldapts appends it to the text of the server. */
const LIBRARY_SUFFIX = /\s*Code: 0x[0-9a-f]+$/i
/** ldapts: its own code for "there was no answer". */
const NO_RESULT = 248

/** AD ends its text with NUL. */
const safeText = (text: string): string => text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim().slice(0, LONGEST_TEXT)

/** From what ldapts throws while an operation is under way. A numeric code is an answer; everything else is silence. */
export function failureOfOperation(error: unknown, silence: LdapFailure, ppolicy: PpolicyAnswer | null): LdapFailure {
  if (error instanceof LdapFailure) return error
  const { code, message } = error as { code?: unknown; message?: string }
  if (typeof code !== 'number' || code === NO_RESULT) return silence
  return new LdapFailure({ kind: 'refused', code, diagnostic: (message ?? '').replace(LIBRARY_SUFFIX, '') || `result code ${code}`, ppolicy })
}
