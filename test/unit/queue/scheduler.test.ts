import { jest } from '@jest/globals'
import { Logger } from '@nestjs/common'
import { Scheduler, SchedulerSettings } from '../../../src/platform/scheduler/index.js'

beforeEach(() => {
  jest.useFakeTimers()
  Logger.overrideLogger(false)
})
afterEach(() => jest.useRealTimers())

const scheduler = (settings: Partial<SchedulerSettings> = {}): Scheduler => new Scheduler(Object.assign(new SchedulerSettings(), settings))

it('runs at once and then by the clock, in the pause after the end of a run', async () => {
  const made = scheduler()
  let runs = 0
  made.every({ name: 'count', everyMs: 1_000, work: async () => void (runs += 1) })
  await jest.advanceTimersByTimeAsync(5_000)
  expect(runs).toBe(0)
  made.start()
  await jest.advanceTimersByTimeAsync(0)
  expect(runs).toBe(1)
  await jest.advanceTimersByTimeAsync(3_000)
  expect(runs).toBe(4)
  await made.stop()
})

it('never overlaps a slow run with itself', async () => {
  const made = scheduler()
  let running = 0
  let most = 0
  let release: () => void = () => undefined
  made.every({
    name: 'slow', everyMs: 10,
    work: async () => {
      most = Math.max(most, (running += 1))
      await new Promise<void>((resolve) => { release = resolve })
      running -= 1
    },
  })
  made.start()
  for (let run = 0; run < 3; run += 1) {
    await jest.advanceTimersByTimeAsync(1_000) // a hundred times its pause
    expect(running).toBe(1)
    release()
  }
  await jest.advanceTimersByTimeAsync(10)
  expect(most).toBe(1)
  const stopping = made.stop()
  release()
  await stopping
})

it('goes on after a run that throws, and says it once', async () => {
  const said = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined)
  const again = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined)
  const made = scheduler()
  let runs = 0
  made.every({
    name: 'failing', everyMs: 10,
    work: async () => {
      runs += 1
      if (runs < 5) throw new Error('no')
    },
  })
  made.start()
  await jest.advanceTimersByTimeAsync(100)
  expect(runs).toBeGreaterThan(5)
  expect(said).toHaveBeenCalledTimes(1)
  expect(again).toHaveBeenCalledTimes(1)
  await made.stop()
})

it('waits for the running one at a stop, but not for ever, and starts no other', async () => {
  const made = scheduler({ stopWithinMs: 200 })
  let runs = 0
  made.every({
    name: 'endless', everyMs: 1,
    work: async () => {
      runs += 1
      await new Promise(() => undefined)
    },
  })
  made.start()
  await jest.advanceTimersByTimeAsync(0)
  let stopped = false
  const stopping = made.stop().then(() => {
    stopped = true
  })
  await jest.advanceTimersByTimeAsync(100)
  expect(stopped).toBe(false)
  await jest.advanceTimersByTimeAsync(100)
  await stopping
  await jest.advanceTimersByTimeAsync(1_000)
  expect(runs).toBe(1)
})

it('does nothing in a process without the worker role', async () => {
  const made = scheduler({ works: false })
  let runs = 0
  made.every({ name: 'count', everyMs: 1, work: async () => void (runs += 1) })
  made.start()
  await jest.advanceTimersByTimeAsync(100)
  expect(runs).toBe(0)
})

it('refuses two routines of one name', () => {
  const made = scheduler()
  made.every({ name: 'one', everyMs: 1, work: async () => undefined })
  expect(() => made.every({ name: 'one', everyMs: 1, work: async () => undefined })).toThrow('registered twice')
})
