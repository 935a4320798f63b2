import { jest } from '@jest/globals'
import { CallWindow } from '../../../src/modules/provisioning/domain/call-window.js'

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

it('began when the claim was sent, not when the work began', () => {
  const claimedAt = performance.now()
  jest.advanceTimersByTime(4_000)
  const window = new CallWindow(claimedAt, 15_000, 'c-1')
  expect(window.leftMs()).toBe(11_000)
  expect(window.context()).toEqual({ deadline: new Date(Date.now() + 11_000), correlationId: 'c-1' })
})

it('has nothing left after its end, and never less than nothing', () => {
  const window = new CallWindow(performance.now(), 15_000, 'c-1')
  jest.advanceTimersByTime(60_000)
  expect(window.leftMs()).toBe(0)
})

it('does not grow or shrink when the wall clock is stepped', () => {
  const window = new CallWindow(performance.now(), 15_000, 'c-1')
  jest.setSystemTime(new Date('2031-01-01'))
  expect(window.leftMs()).toBe(15_000)
  expect(window.context().deadline).toEqual(new Date(new Date('2031-01-01').getTime() + 15_000))
})

it('leaves a call alone that does not end by itself: nobody knows what it did', async () => {
  const bound = new CallWindow(performance.now(), 15_000, 'c-1').bound(new Promise(() => undefined))
  const answer = expect(bound).rejects.toMatchObject({ reason: 'timed-out', applied: 'unknown' })
  await jest.advanceTimersByTimeAsync(16_000)
  await answer
})

it('gives the call’s own answer, and leaves no timer behind', async () => {
  const window = new CallWindow(performance.now(), 15_000, 'c-1')
  await expect(window.bound(Promise.resolve('done'))).resolves.toBe('done')
  await expect(window.bound(Promise.reject(new Error('its own')))).rejects.toThrow('its own')
  expect(jest.getTimerCount()).toBe(0)
})
