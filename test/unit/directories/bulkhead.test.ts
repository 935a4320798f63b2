import { Bulkhead } from '../../../src/modules/directories/domain/bulkhead.js'

const soon = (): Date => new Date(Date.now() + 5_000)
const settled = (): Promise<void> => new Promise((done) => setImmediate(done))

describe('a bulkhead', () => {
  it('that grows lets those in who wait, in their order, and no more than there are places', async () => {
    const bulkhead = new Bulkhead(1, 8)
    await bulkhead.enter(soon())
    const entered: number[] = []
    const waiting = [1, 2, 3].map((n) => bulkhead.enter(soon()).then((release) => {
      entered.push(n)
      return release
    }))
    bulkhead.resize(3)
    await settled()
    expect({ entered, taken: bulkhead.taken, waiting: bulkhead.waiting }).toEqual({ entered: [1, 2], taken: 3, waiting: 1 })
    ;(await waiting[0]!)()
    await waiting[2]
    expect({ entered, taken: bulkhead.taken }).toEqual({ entered: [1, 2, 3], taken: 3 })
  })

  it('that shrinks throws nobody out, and lets nobody in until there is room', async () => {
    const bulkhead = new Bulkhead(2, 8)
    const [first, second] = [await bulkhead.enter(soon()), await bulkhead.enter(soon())]
    let isIn = false
    const third = bulkhead.enter(soon()).then((release) => {
      isIn = true
      return release
    })
    bulkhead.resize(1)
    first()
    await settled()
    expect({ isIn, taken: bulkhead.taken }).toEqual({ isIn: false, taken: 1 })
    second()
    ;(await third)()
    expect({ isIn, taken: bulkhead.taken, waiting: bulkhead.waiting }).toEqual({ isIn: true, taken: 0, waiting: 0 })
  })
})
