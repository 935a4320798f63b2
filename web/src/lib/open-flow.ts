import type { FlowKind, FlowView } from '@contract/self-service.contract.js'

/**
 * What the start page hands to the flow's page: the flow as just answered, and what was typed, which no server answer
 * repeats. In memory only: an identifier typed by a person stays out of the address, the history and the storage.
 */
type Opened = { readonly flow: FlowView; readonly identifier: string }
let opened: Opened | null = null

export const keepOpened = (next: Opened | null): void => void (opened = next)
export const findOpened = (id: string): Opened | null => (opened?.flow.id === id ? opened : null)

export const startPath = (kind: FlowKind): string => (kind === 'reset' ? '/' : '/unlock')
export const flowPath = (kind: FlowKind, id: string): string => `/${kind}/${id}`

/** Why a person stands at the start again; kept in the history entry. */
export type Ended = { readonly ended: 'expired' | 'elsewhere'; readonly minutes?: number }
export const isEnded = (state: unknown): state is Ended =>
  typeof state === 'object' && state !== null && 'ended' in state && (state.ended === 'expired' || state.ended === 'elsewhere')
