import type { ConnectorReason, VerifyResult } from '../domain/connector.js'

/** What a server of this kind answered: the LDAP result code and its text, of which only the leading hex words are read. */
export type AdAnswer = { readonly code: number | null; readonly diagnostic: string }

/** `0000052D: AtrErr: …`: a Windows error number. English words after it differ between servers and are never read. */
export function windowsError(diagnostic: string): number | null {
  const word = /^\s*([0-9a-f]{8}):/i.exec(diagnostic)?.[1]
  return word === undefined ? null : Number.parseInt(word, 16)
}

/** `…, comment: AcceptSecurityContext error, data 775, v1db1`: why a bind failed. */
export function bindError(diagnostic: string): number | null {
  const word = /\bdata ([0-9a-f]{1,8})\b/i.exec(diagnostic)?.[1]
  return word === undefined ? null : Number.parseInt(word, 16)
}

/** Windows errors, as numbers. */
const ERROR = {
  invalidPassword: 0x56, noSuchUser: 0x525, wrongPassword: 0x52e, passwordRestriction: 0x52d, logonHours: 0x530, workstation: 0x531,
  passwordExpired: 0x532, disabled: 0x533, accountExpired: 0x701, mustChange: 0x773, lockedOut: 0x775,
} as const

const INVALID_CREDENTIALS = 49

/**
 * What a bind with somebody's password tells. The server compares first and looks at the account afterwards, so every
 * other number than "wrong" is told only to who knows the password; a lock is told to everybody.
 */
const OF_A_BIND: Readonly<Record<number, VerifyResult>> = {
  [ERROR.noSuchUser]: { verified: false, state: 'wrong' },
  [ERROR.wrongPassword]: { verified: false, state: 'wrong' },
  [ERROR.lockedOut]: { verified: false, state: 'locked' },
  [ERROR.disabled]: { verified: true, state: 'disabled' },
  [ERROR.accountExpired]: { verified: true, state: 'account-expired' },
  [ERROR.passwordExpired]: { verified: true, state: 'password-expired' },
  [ERROR.mustChange]: { verified: true, state: 'must-change' },
  // the right password at the wrong hour or place: those limits are about sign-in to Windows
  [ERROR.logonHours]: { verified: true, state: 'ok' },
  [ERROR.workstation]: { verified: true, state: 'ok' },
}

/** Null: the answer says nothing about the password. */
export function verifyResultOf({ code, diagnostic }: AdAnswer): VerifyResult | null {
  const data = code === INVALID_CREDENTIALS ? bindError(diagnostic) : null
  return data === null ? null : OF_A_BIND[data] ?? null
}

/** What the number says, whichever result code carries it: Windows uses 19 and 53 for the same refusals. */
const OF_A_WRITE: Readonly<Record<number, ConnectorReason>> = {
  [ERROR.invalidPassword]: 'wrong-current-password',
  [ERROR.passwordRestriction]: 'policy-refused',
  [ERROR.lockedOut]: 'account-locked',
  [ERROR.disabled]: 'account-disabled',
  [ERROR.accountExpired]: 'account-expired',
}

const OF_A_CODE: Readonly<Record<number, ConnectorReason>> = {
  1: 'unreachable', // the connection is not bound (any more): 00002020, on Windows 000004DC; another one will do
  3: 'throttled',
  8: 'bad-credentials', // asks for TLS or signing that our settings do not offer
  10: 'no-such-account', // a referral to another domain: never followed
  11: 'throttled',
  12: 'unsupported',
  13: 'bad-credentials',
  16: 'throttled', // the value we had read is not there any more: somebody else wrote in between
  19: 'policy-refused',
  32: 'no-such-account',
  34: 'no-such-account',
  48: 'bad-credentials',
  49: 'bad-credentials',
  50: 'not-permitted',
  51: 'throttled',
  52: 'unreachable',
  53: 'not-permitted', // refused as such, for instance a password over a connection that it does not find safe enough
}

/** Why the server refused, from the closed list. Numbers before codes; what neither knows is `unknown`. */
export function reasonOf({ code, diagnostic }: AdAnswer): ConnectorReason {
  const number = code === INVALID_CREDENTIALS ? null : windowsError(diagnostic)
  return (number === null ? undefined : OF_A_WRITE[number]) ?? (code === null ? undefined : OF_A_CODE[code]) ?? 'unknown'
}
