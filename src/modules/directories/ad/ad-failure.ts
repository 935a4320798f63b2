import { LdapFailure } from '../../../integrations/ldap/index.js'
import { ConnectorError, type ConnectorReason } from '../domain/connector.js'
import { reasonOf } from './ad-answers.js'

const OF_A_KIND: Readonly<Record<Exclude<LdapFailure['kind'], 'refused'>, ConnectorReason>> = {
  unreachable: 'unreachable',
  'timed-out': 'timed-out',
  tls: 'unreachable',
  throttled: 'throttled',
}

/** In the closed list. A write that was sent and not answered may have been applied; an answer never leaves that open. */
export function connectorErrorOf(error: unknown, isWrite: boolean): unknown {
  if (!(error instanceof LdapFailure)) return error
  const reason = error.kind === 'refused' ? reasonOf(error) : OF_A_KIND[error.kind]
  return new ConnectorError(reason, error.diagnostic, isWrite && error.sent ? 'unknown' : 'no')
}

export async function translated<T>(isWrite: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw connectorErrorOf(error, isWrite)
  }
}
