import { jest } from '@jest/globals'
import { Readiness } from '../../../src/platform/telemetry/index.js'

describe('readiness', () => {
  it('is ready when every check passes, and names those that do not', async () => {
    const readiness = new Readiness()
    expect(await readiness.report()).toEqual({ ready: true, failing: [] })
    const other = new Readiness()
    other.add('database', async () => {})
    other.add('mail', async () => { throw new Error('smtp://user:secret@host') })
    expect(await other.report()).toEqual({ ready: false, failing: ['mail'] })
  })

  it('counts a check that does not answer as failing', async () => {
    jest.useFakeTimers()
    const readiness = new Readiness()
    readiness.add('stuck', () => new Promise(() => {}))
    const report = readiness.report()
    await jest.advanceTimersByTimeAsync(2_500)
    expect(await report).toEqual({ ready: false, failing: ['stuck'] })
    jest.useRealTimers()
  })

  it('asks once for many questions at a time', async () => {
    let asked = 0
    const readiness = new Readiness()
    readiness.add('database', async () => void asked++)
    await Promise.all(Array.from({ length: 50 }, () => readiness.report()))
    expect(asked).toBe(1)
  })

  it('is not ready from the begin of a stop, whatever was remembered', async () => {
    const readiness = new Readiness()
    await readiness.report()
    readiness.stop()
    expect(await readiness.report()).toEqual({ ready: false, failing: ['stopping'] })
  })
})
