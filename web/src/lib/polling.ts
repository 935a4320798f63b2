import { useEffect, useEffectEvent } from 'react'

const FIRST_MS = 250
const LONGEST_MS = 2_000
const GROWTH = 1.5

/** Reads again and again, ever more slowly, while `active`; rests while the tab is hidden and reads at once on return. */
export function usePolling(active: boolean, read: (signal: AbortSignal) => Promise<unknown>, firstMs = FIRST_MS): void {
  const onRead = useEffectEvent(read)
  useEffect(() => {
    if (!active) return
    const stop = new AbortController()
    let delay = firstMs
    let timer = 0
    let reading = false
    const plan = () => {
      if (!document.hidden) timer = window.setTimeout(turn, delay)
    }
    const turn = async () => {
      if (reading) return
      reading = true
      await onRead(stop.signal).catch(() => undefined)
      reading = false
      if (stop.signal.aborted) return
      delay = Math.min(LONGEST_MS, delay * GROWTH)
      plan()
    }
    const onVisibility = () => {
      window.clearTimeout(timer)
      if (!document.hidden) void turn()
    }
    document.addEventListener('visibilitychange', onVisibility)
    plan()
    return () => {
      stop.abort()
      window.clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisibility)
    }
  }, [active, firstMs])
}
