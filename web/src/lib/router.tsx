import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react'

/**
 * The address bar as state, over the History API. It replaces a routing library that cost 13 KB of the 90 KB a first
 * page may weigh (web/README.md). `state` lives in the history entry: never put anything secret there.
 */
export type Place = { readonly path: string; readonly query: URLSearchParams; readonly state: unknown }

let place = readPlace()
const listeners = new Set<() => void>()

function readPlace(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search), state: history.state as unknown }
}

function changed(): void {
  place = readPlace()
  listeners.forEach((listener) => listener())
}
addEventListener('popstate', changed)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const usePlace = (): Place => useSyncExternalStore(subscribe, () => place)

export function navigate(to: string, { replace = false, state = null }: { replace?: boolean; state?: unknown } = {}): void {
  if (replace) history.replaceState(state, '', to)
  else history.pushState(state, '', to)
  if (!replace) scrollTo(0, 0)
  changed()
}

/** Ids of chosen accounts that a history entry holds, so that Back and a reload keep the choice. */
export const keptAccounts = (state: unknown): readonly unknown[] =>
  typeof state === 'object' && state !== null && 'accounts' in state && Array.isArray(state.accounts) ? state.accounts : []

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly to: string }

export function Link({ to, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!plain || event.defaultPrevented || rest.target) return
    event.preventDefault()
    navigate(to)
  }
  return <a {...rest} href={to} onClick={follow} />
}
