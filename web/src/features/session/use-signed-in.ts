import type { AccountView, SessionView } from '@contract/self-service.contract.js'
import { useCallback, useEffect, useState } from 'react'
import type { Answer } from '../../lib/api.js'
import { navigate } from '../../lib/router.js'
import { sessionCalls } from '../../lib/self-service.js'
import { keepSession, useSession } from '../../lib/session.js'

/** Where a person may be sent on to after signing in. Anything else in the address is ignored. */
const PLACES = /^\/(change|requests(\/[\w-]{1,64})?)$/
export const nextPlace = (query: URLSearchParams): string | null => {
  const next = query.get('next')
  return next && PLACES.test(next) ? next : null
}

/** The account one has signed in with, and whose rules the session tells. */
export const preselectedOf = (session: SessionView): AccountView[] =>
  session.accounts.filter((account) => account.selectable && account.preselected)

export type SignedIn = {
  readonly session: SessionView | null
  readonly unreachable: boolean
  readonly reload: () => Promise<void>
  /** Leaves for the sign-in page when the session has ended; true when it has left. */
  readonly leaveIfSignedOut: (answer: Answer<unknown>) => boolean
}

export function useSignedIn(here: string): SignedIn {
  const session = useSession()
  const [unreachable, setUnreachable] = useState(false)
  const known = session !== null

  const leaveIfSignedOut = useCallback((answer: Answer<unknown>) => {
    if (answer.ok || answer.problem.code !== 'SIGN_IN_REQUIRED') return false
    const wasIn = known
    keepSession(null)
    navigate(`/sign-in?next=${encodeURIComponent(here)}`, { replace: true, state: wasIn ? { ended: 'session' } : null })
    return true
  }, [here, known])

  const reload = useCallback(async () => {
    const answer = await sessionCalls.read()
    if (answer.ok) keepSession(answer.value)
    else if (!leaveIfSignedOut(answer)) setUnreachable(true)
    if (answer.ok) setUnreachable(false)
  }, [leaveIfSignedOut])

  useEffect(() => {
    if (!known) void reload()
  }, [known, reload])
  return { session, unreachable, reload, leaveIfSignedOut }
}
