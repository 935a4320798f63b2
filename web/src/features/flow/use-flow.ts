import type { FlowKind, FlowView } from '@contract/self-service.contract.js'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answer } from '../../lib/api.js'
import { dropOpened, findOpened, keepOpened, startPath, type Ended } from '../../lib/open-flow.js'
import { navigate } from '../../lib/router.js'
import { flowCalls, type FlowCalls } from '../../lib/self-service.js'
import { serverNow } from '../../lib/server-clock.js'

const MINUTE_MS = 60_000
/** The server's idle end comes after 5 minutes; a shorter absence was the absolute end. */
const AWAY_MINUTES = 4

export type OpenFlow = {
  readonly calls: FlowCalls
  readonly flow: FlowView | null
  readonly unreachable: boolean
  readonly accept: (flow: FlowView) => void
  readonly reload: (signal?: AbortSignal) => Promise<FlowView | null>
  /** Leaves for the start when the flow has ended or is not this browser's; true when it has left. */
  readonly leaveIfOver: (answer: Answer<unknown>) => boolean
}

/** The flow of this page: as the start page handed it over, or as the server tells after a reload or from a link. */
export function useFlow(kind: FlowKind, id: string): OpenFlow {
  const [calls] = useState(() => flowCalls(kind, id))
  const [flow, setFlow] = useState<FlowView | null>(() => findOpened(id)?.flow ?? null)
  const [unreachable, setUnreachable] = useState(false)
  const heardAt = useRef(serverNow())

  const leave = useCallback((state: Ended) => {
    dropOpened()
    navigate(startPath(kind), { replace: true, state })
  }, [kind])

  const accept = useCallback((next: FlowView) => {
    setUnreachable(false)
    if (next.state === 'expired') return leave({ ended: 'expired', ...awaySince(heardAt.current) })
    heardAt.current = serverNow()
    setFlow(next)
    keepOpened(next)
  }, [leave])

  const leaveIfOver = useCallback((answer: Answer<unknown>) => {
    if (answer.ok) return false
    const { code } = answer.problem
    if (code === 'FLOW_EXPIRED') leave({ ended: 'expired', ...awaySince(heardAt.current) })
    else if (code === 'FLOW_NOT_HERE' || code === 'NOT_FOUND') leave({ ended: 'elsewhere' })
    else return false
    return true
  }, [leave])

  const reload = useCallback(async (signal?: AbortSignal) => {
    const answer = await calls.read(signal)
    if (answer.ok) accept(answer.value)
    else if (!leaveIfOver(answer)) setUnreachable(true)
    return answer.ok ? answer.value : null
  }, [calls, accept, leaveIfOver])

  // What the start page has just been answered need not be asked again; anything older is asked for at once.
  const [fresh] = useState(() => findOpened(id)?.fresh ?? false)
  useEffect(() => {
    const handed = findOpened(id)
    if (handed) keepOpened(handed.flow)
    if (!fresh) void reload()
  }, [id, fresh, reload])

  return { calls, flow, unreachable, accept, reload, leaveIfOver }
}

function awaySince(at: number): { minutes?: number } {
  const minutes = Math.round((serverNow() - at) / MINUTE_MS)
  return minutes >= AWAY_MINUTES ? { minutes } : {}
}
