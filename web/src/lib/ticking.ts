import { useEffect, useState } from 'react'
import { serverNow } from './server-clock.js'

/** Milliseconds until `iso` by the server's clock, never below 0, renewed each second until it has come. */
export function useTimeUntil(iso: string | null): number {
  const [now, setNow] = useState(serverNow)
  const left = iso ? Math.max(0, Date.parse(iso) - now) : 0
  const running = iso !== null && left > 0
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(serverNow()), 1_000)
    return () => clearInterval(timer)
  }, [running, iso])
  useEffect(() => setNow(serverNow()), [iso])
  return left
}
