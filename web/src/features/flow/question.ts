import type { AccountView, FlowView } from '@contract/self-service.contract.js'
import { keptAccounts } from '../../lib/router.js'

/** The one question a page asks. */
export type Question = 'method' | 'code' | 'accounts' | 'password' | 'unlock' | 'result' | 'locked'

/**
 * Which question is shown. The server's state decides; within a state the address (`?step=`) may go back to an
 * earlier question, so that the browser's Back works, and never forward past what has been answered.
 */
export function questionOf(flow: FlowView, wanted: string | null, chosen: readonly string[]): Question {
  switch (flow.state) {
    case 'choosing-method':
      return 'method'
    case 'awaiting-code':
      return wanted === 'method' ? 'method' : 'code'
    case 'verified':
      if (flow.kind === 'unlock') return 'unlock'
      if (isOnlyChoice(flow)) return 'password'
      return wanted === 'password' && chosen.length > 0 ? 'password' : 'accounts'
    case 'locked':
      return 'locked'
    default:
      return 'result'
  }
}

export const selectableOf = (flow: FlowView): AccountView[] => (flow.accounts ?? []).filter((account) => account.selectable)

/** One account and nothing to tell about others: the accounts page is skipped. */
export const isOnlyChoice = (flow: FlowView): boolean => flow.accounts?.length === 1 && selectableOf(flow).length === 1

/** The accounts chosen on the accounts page, kept in the history entry (ids, nothing secret), as far as they still exist. */
export function chosenIn(flow: FlowView, state: unknown): string[] {
  const selectable = selectableOf(flow).map((account) => account.id)
  if (isOnlyChoice(flow)) return selectable
  const kept = keptAccounts(state)
  return selectable.filter((id) => kept.includes(id))
}
