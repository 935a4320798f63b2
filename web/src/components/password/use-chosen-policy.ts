import type { PolicyView } from '@contract/password-policy.contract.js'
import { useEffect, useState } from 'react'
import type { Answer } from '../../lib/api.js'

type Ask = (accounts: string[], signal: AbortSignal) => Promise<Answer<PolicyView>>

/**
 * The rules of exactly the chosen accounts. The server has already told those of `covered`; another choice asks for its
 * own, and until that answer comes the known ones stand.
 */
export function useChosenPolicy(known: PolicyView | null, covered: readonly string[], chosen: readonly string[], ask: Ask): PolicyView {
  const [exact, setExact] = useState<PolicyView | null>(null)
  const key = [...chosen].sort().join(' ')
  const same = key === [...covered].sort().join(' ')
  useEffect(() => {
    if (same) return
    const stale = new AbortController()
    ask(key.split(' '), stale.signal).then((answer) => answer.ok && setExact(answer.value), () => undefined)
    return () => stale.abort()
  }, [ask, key, same])
  return (same ? null : exact) ?? known ?? { rules: [], version: '' }
}
