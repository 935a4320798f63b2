import { LdapFailure, type PpolicyError } from '../../../integrations/ldap/index.js'
import { ConnectorError, type ConnectorReason } from '../domain/connector.js'

/** Result codes of RFC 4511 §4.1.9 that mean something to us. */
const CODE = {
  timeLimit: 3, sizeLimit: 4, adminLimit: 11, unavailableCriticalExtension: 12, confidentialityRequired: 13, noSuchAttribute: 16,
  constraintViolation: 19, noSuchObject: 32, invalidCredentials: 49, insufficientAccess: 50, busy: 51, unavailable: 52, unwilling: 53,
} as const
export const { noSuchAttribute: NO_SUCH_ATTRIBUTE, noSuchObject: NO_SUCH_OBJECT, invalidCredentials: INVALID_CREDENTIALS } = CODE

type Meaning = { readonly reason: ConnectorReason; readonly rule?: string }

/** What the policy control of a refused write means. Codes only: the texts are for people and change. */
const OF_PPOLICY: Partial<Record<PpolicyError, Meaning>> = {
  'password-too-short': { reason: 'policy-refused', rule: 'min-length' },
  'password-too-long': { reason: 'policy-refused', rule: 'max-length' },
  'insufficient-password-quality': { reason: 'policy-refused', rule: 'directory-complexity' },
  'password-in-history': { reason: 'history', rule: 'history' },
  'password-too-young': { reason: 'too-young', rule: 'min-age' },
  'account-locked': { reason: 'account-locked' },
  'password-mod-not-allowed': { reason: 'not-permitted' },
}
const OF_CODE: Readonly<Record<number, ConnectorReason>> = {
  [CODE.timeLimit]: 'throttled',
  [CODE.adminLimit]: 'throttled',
  [CODE.busy]: 'throttled',
  [CODE.unavailable]: 'unreachable',
  [CODE.unavailableCriticalExtension]: 'unsupported',
  [CODE.constraintViolation]: 'policy-refused',
  [CODE.noSuchObject]: 'no-such-account',
  [CODE.insufficientAccess]: 'not-permitted',
}

/** Of a question, or of a write; a write without an answer may have been applied. */
export function errorOfOperation(error: unknown, isWrite: boolean): ConnectorError {
  if (error instanceof ConnectorError) return error
  if (!(error instanceof LdapFailure)) throw error
  const { kind, code, ppolicy, diagnostic, sent } = error
  if (kind !== 'refused') return new ConnectorError(reasonOfSilence(error), diagnostic, isWrite && sent ? 'unknown' : 'no')
  const ofPolicy = ppolicy?.error ? OF_PPOLICY[ppolicy.error] : undefined
  const reason = ofPolicy?.reason ?? OF_CODE[code ?? -1] ?? 'unknown'
  const words = `result ${code}${ppolicy?.error ? `, ${ppolicy.error}` : ''}: ${diagnostic}`
  return new ConnectorError(reason, words, 'no', ofPolicy?.rule ? [{ rule: ofPolicy.rule }] : [])
}

/** Before any of our work was sent: no server, or none that takes our service account. */
export function errorOfConnecting(error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error
  if (!(error instanceof LdapFailure)) throw error
  const { kind, code, diagnostic, ppolicy } = error
  if (kind !== 'refused') return new ConnectorError(reasonOfSilence(error), diagnostic)
  if (code === CODE.busy || code === CODE.unavailable) return new ConnectorError(OF_CODE[code]!, diagnostic)
  const why = ppolicy?.error ? ` (${ppolicy.error})` : ''
  return new ConnectorError('bad-credentials', `the service account was refused${why}: result ${code}: ${diagnostic}`)
}

const reasonOfSilence = ({ kind }: LdapFailure): ConnectorReason =>
  kind === 'timed-out' ? 'timed-out' : kind === 'throttled' ? 'throttled' : 'unreachable'
