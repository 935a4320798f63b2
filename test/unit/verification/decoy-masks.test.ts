import { createHmac } from 'node:crypto'
import { decoyMasks, opaqueId } from '../../../src/modules/verification/domain/decoy-masks.js'
import type { DecoyShape } from '../../../src/modules/verification/persistence/decoy-shape.store.js'

const shape: DecoyShape = {
  letters: [['a', 60], ['m', 30], ['z', 10]],
  domains: [['posti.example', 75], ['koti.example', 25]],
  counts: [[1, 80], [2, 20]],
  accountDomains: ['work.example'],
}
const drawFor = (name: string) => (label: string) => createHmac('sha256', name).update(label).digest()
const masksOf = (name: string, typedMask: string | null = null, of: DecoyShape = shape) => decoyMasks(
  of, typedMask, drawFor(name))

describe('the masks of nobody', () => {
  it('follow the real distribution', () => {
    const all = Array.from({ length: 5_000 }, (_, i) => masksOf(`name ${i}`))
    const share = (fits: (masks: string[]) => boolean) => all.filter(fits).length / all.length
    expect(share((masks) => masks.length === 2)).toBeCloseTo(0.2, 1)
    expect(share(([first]) => first!.startsWith('a'))).toBeCloseTo(0.6, 1)
    expect(share(([first]) => first!.startsWith('z'))).toBeCloseTo(0.1, 1)
    expect(share(([first]) => first!.endsWith('@koti.example'))).toBeCloseTo(0.25, 1)
  })

  it('are the same for one name, whenever they are drawn', () => {
    expect(masksOf('tuntematon')).toEqual(masksOf('tuntematon'))
    expect(new Set(Array.from({ length: 50 }, (_, i) => masksOf(`name ${i}`).join())).size).toBeGreaterThan(3)
  })

  it('are never two alike, and fewer where there are no more to have', () => {
    const narrow: DecoyShape = { letters: [['a', 1]], domains: [['posti.example', 1]], counts: [[3, 1]], accountDomains: [] }
    expect(masksOf('x', null, narrow)).toEqual(['a•••@posti.example'])
  })

  it('begin with the mask of a typed mail address, unless such addresses lie behind the accounts', () => {
    expect(masksOf('x', 'b•••@elsewhere.example')[0]).toBe('b•••@elsewhere.example')
    expect(masksOf('x', 'b•••@work.example')).toEqual(masksOf('x'))
    expect(masksOf('x', '+358 •• ••• ••42')).toEqual(masksOf('x'))
  })

  it('are as many with a typed address as without', () => {
    for (let i = 0; i < 200; i += 1) {
      expect(masksOf(`name ${i}`, 'q•••@else.example')).toHaveLength(masksOf(`name ${i}`).length)
    }
  })
})

describe('an opaque id', () => {
  it('has the form of a random UUID and hangs on all of the bytes it shows', () => {
    const ids = Array.from({ length: 100 }, (_, i) => opaqueId(drawFor('x')(`target ${i}`)))
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(ids).size).toBe(100)
  })
})
