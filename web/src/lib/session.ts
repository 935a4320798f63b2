import type { SessionView } from '@contract/self-service.contract.js'
import { useSyncExternalStore } from 'react'

/** Who is signed in to self-service, as far as this page knows. The proof is the server's cookie, never this. */
let session: SessionView | null = null
const listeners = new Set<() => void>()

export function keepSession(next: SessionView | null): void {
  session = next
  listeners.forEach((listener) => listener())
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const useSession = (): SessionView | null => useSyncExternalStore(subscribe, () => session)
