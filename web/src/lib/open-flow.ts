import type { FlowKind, FlowView } from '@contract/self-service.contract.js'

/**
 * What the start page hands to the flow's page: the flow as just answered, and what was typed, which no server answer
 * repeats. In memory only: an identifier typed by a person stays out of the address, the history and the storage.
 */
type Opened = { readonly flow: FlowView; readonly identifier: string | null; readonly fresh: boolean }
let opened: Opened | null = null

export const findOpened = (id: string): Opened | null => (opened?.flow.id === id ? opened : null)
export const handOver = (flow: FlowView, identifier: string): void => void (opened = { flow, identifier, fresh: true })
/** The newest answer about the flow, so that coming back to its page does not show an old one. */
export const keepOpened = (flow: FlowView): void =>
  void (opened = { flow, identifier: findOpened(flow.id)?.identifier ?? null, fresh: false })
export const dropOpened = (): void => void (opened = null)

export const startPath = (kind: FlowKind): string => (kind === 'reset' ? '/' : '/unlock')
export const flowPath = (kind: FlowKind, id: string): string => `/${kind}/${id}`

/** Why a person stands at the start again; kept in the history entry. */
export type Ended = { readonly ended: 'expired' | 'elsewhere'; readonly minutes?: number }
export const isEnded = (state: unknown): state is Ended =>
  typeof state === 'object' && state !== null && 'ended' in state && (state.ended === 'expired' || state.ended === 'elsewhere')
