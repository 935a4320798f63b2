import { CircuitBreaker } from '../../../src/modules/directories/domain/circuit-breaker.js'

const START = Date.parse('2026-11-21T08:00:00Z')
function breaker() {
  let now = START
  const circuit = new CircuitBreaker(3, 5_000, { now: () => new Date(now) })
  const fail = (times: number): void => {
    for (let failure = 0; failure < times; failure += 1) {
      circuit.enter()
      circuit.failed('connection refused')
      now += 1_000
    }
  }
  return { circuit, fail, pass: (ms: number) => { now += ms } }
}
const admits = (circuit: CircuitBreaker): boolean => {
  try {
    circuit.enter()
    return true
  } catch {
    return false
  }
}

describe('CircuitBreaker', () => {
  it('lets everybody through until the third failure in a row', () => {
    const { circuit, fail } = breaker()
    fail(2)
    expect(circuit.health).toMatchObject({ state: 'up', since: new Date(START) })
    fail(1)
    expect(circuit.health).toEqual({ state: 'down', since: new Date(START), lastFailure: 'connection refused' })
    expect(() => circuit.enter()).toThrow(expect.objectContaining({ reason: 'unreachable', applied: 'no' }))
  })
  it('forgets failures with the first answer', () => {
    const { circuit, fail } = breaker()
    fail(2)
    circuit.succeeded()
    fail(2)
    expect(circuit.health.state).toBe('up')
  })
  it('lets exactly one through after the pause', () => {
    const { circuit, fail, pass } = breaker()
    fail(3)
    pass(3_999)
    expect(admits(circuit)).toBe(false)
    pass(1)
    expect(admits(circuit)).toBe(true)
    expect(circuit.health.state).toBe('trying')
    expect(admits(circuit)).toBe(false)
  })
  it('closes with the answer to that one, and says since when', () => {
    const { circuit, fail, pass } = breaker()
    fail(3)
    pass(4_000)
    circuit.enter()
    circuit.succeeded()
    expect(circuit.health).toEqual({ state: 'up', since: new Date(START + 7_000), lastFailure: null })
    expect(admits(circuit)).toBe(true)
  })
  it('stays open with its silence, since the first failure of the outage, for another pause', () => {
    const { circuit, fail, pass } = breaker()
    fail(3)
    pass(4_000)
    circuit.enter()
    circuit.failed('still nothing')
    expect(circuit.health).toEqual({ state: 'down', since: new Date(START), lastFailure: 'still nothing' })
    pass(4_999)
    expect(admits(circuit)).toBe(false)
    pass(1)
    expect(admits(circuit)).toBe(true)
  })
  it('gives the try to the next one when the first said nothing about the directory', () => {
    const { circuit, fail, pass } = breaker()
    fail(3)
    pass(4_000)
    circuit.enter()
    circuit.undecided()
    expect(admits(circuit)).toBe(true)
  })
})
