import fc from 'fast-check'
import { fullJitter } from '../../../src/platform/queue/back-off.js'

it('doubles its ceiling with each failure up to the cap', () => {
  const ceilings = [1, 2, 3, 4, 5, 60, 5_000].map((failures) => fullJitter(failures, 100, 1_000, () => 1))
  expect(ceilings).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000])
})

it('is jitter over the whole range, down to nothing', () => {
  expect([0, 0.25, 0.5, 1].map((part) => fullJitter(3, 100, 1_000, () => part))).toEqual([0, 100, 200, 400])
})

it('is always a finite whole number between 0 and the cap', () => {
  fc.assert(fc.property(fc.nat(), fc.nat(60_000), fc.nat(600_000), (failures, base, cap) => {
    const ms = fullJitter(failures, base, cap)
    return Number.isInteger(ms) && ms >= 0 && ms <= cap
  }))
})
