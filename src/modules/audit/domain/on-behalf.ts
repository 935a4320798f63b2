import type { AuditEntry } from './audit-log.js'

/** Who has something done, through which face, in which request: what every row about it says. */
export type OnBehalf = Pick<AuditEntry, 'actor' | 'channel' | 'correlationId'>

/** An operator through the API. */
export const onBehalfOf = ({ id }: { readonly id: string }, correlationId: string): OnBehalf =>
  ({ actor: { kind: 'operator', id }, channel: 'operator', correlationId })
/** Whoever may run commands on the machine: the trail knows no name of theirs. */
export const onCommandLine = (correlationId: string): OnBehalf =>
  ({ actor: { kind: 'operator', id: null }, channel: 'command-line', correlationId })
