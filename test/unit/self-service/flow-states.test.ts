import { FlowState } from '../../../src/contract/self-service.contract.js'
import { FLOW_TRANSITIONS, statesBefore, SUBMITTED_STATES } from '../../../src/modules/self-service/flow-states.js'

describe('the flow transition table', () => {
  it('knows every state of the contract and no other', () => {
    expect(Object.keys(FLOW_TRANSITIONS).sort()).toEqual([...FlowState.options].sort())
  })

  it('reaches applying only from a proved or an already submitted flow', () => {
    expect(statesBefore('applying').sort()).toEqual(['failed', 'partly-completed', 'verified'])
  })

  it('reaches verified only by a code, or back from directories that refused', () => {
    expect(statesBefore('verified').sort()).toEqual(['applying', 'awaiting-code'])
  })

  it('never leaves completed, expired or locked', () => {
    for (const end of ['completed', 'expired', 'locked'] as const) expect(FLOW_TRANSITIONS[end]).toEqual([])
  })

  it('cannot skip the proof: no path from choosing-method to applying avoids awaiting-code and verified', () => {
    const reachable = new Set<FlowState>(['choosing-method'])
    const queue: FlowState[] = ['choosing-method']
    while (queue.length) {
      for (const next of FLOW_TRANSITIONS[queue.pop()!]) {
        if (next === 'verified' || reachable.has(next)) continue
        reachable.add(next)
        queue.push(next)
      }
    }
    for (const submitted of SUBMITTED_STATES) expect(reachable.has(submitted)).toBe(false)
  })
})
