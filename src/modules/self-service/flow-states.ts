import type { FlowState } from '../../contract/self-service.contract.js'

/**
 * The one transition table of a flow. Nothing else sets a state: the store takes its guards from here.
 *
 *   choosing-method → awaiting-code → verified → applying → completed | partly-completed | failed
 *   choosing-method, awaiting-code → expired | locked        verified → expired
 *   applying → verified          every directory refused the password by its own rules and nothing was changed
 *   partly-completed, failed → applying          the same password is sent once more where it certainly was not applied
 */
export const FLOW_TRANSITIONS: Readonly<Record<FlowState, readonly FlowState[]>> = {
  'choosing-method': ['awaiting-code', 'expired', 'locked'],
  'awaiting-code': ['awaiting-code', 'verified', 'expired', 'locked'],
  verified: ['applying', 'expired'],
  applying: ['completed', 'partly-completed', 'failed', 'verified'],
  completed: [],
  'partly-completed': ['applying'],
  failed: ['applying'],
  expired: [],
  locked: [],
}

/** The states that may lead to `to`, for the WHERE of the guarded update. */
export function statesBefore(to: FlowState): FlowState[] {
  return (Object.keys(FLOW_TRANSITIONS) as FlowState[]).filter((from) => FLOW_TRANSITIONS[from].includes(to))
}

/** Before a submit a flow lives by the idle and absolute limits; after it only its outcome is left to look at. */
export const SUBMITTED_STATES: readonly FlowState[] = ['applying', 'completed', 'partly-completed', 'failed']
