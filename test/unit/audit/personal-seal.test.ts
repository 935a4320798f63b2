import fc from 'fast-check'
import { newId } from '../../../src/kernel/ids.js'
import { openPersonal, sealPersonal, type PersonKey, type SealContext } from '../../../src/modules/audit/domain/personal-seal.js'

const key: PersonKey = { id: newId(), key: Buffer.alloc(32, 1) }
const context: SealContext = { personId: newId(), action: 'self-service.flow.started', correlationId: newId() }
const personal = { login: 'aino.virtanen', diagnostic: 'ei käy 🙈' }

it('opens what it sealed, whatever the text', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  const fields = fc.dictionary(fc.string({ maxLength: 10 }), text, { noNullPrototype: true })
  fc.assert(fc.property(fields, (any) => {
    expect(openPersonal(sealPersonal(any, key, context), key, context)).toEqual(JSON.parse(JSON.stringify(any)))
  }), { numRuns: 100 })
})

it('seals the same fields differently each time, and shows nothing of them', () => {
  const [left, right] = [sealPersonal(personal, key, context), sealPersonal(personal, key, context)]
  expect(left.equals(right)).toBe(false)
  expect(left.toString('latin1')).not.toContain('aino')
})

it('says that the key is gone when the person has another one now', () => {
  expect(openPersonal(sealPersonal(personal, key, context), { ...key, id: newId() }, context)).toBeNull()
})

it.each<[string, Partial<SealContext>]>([
  ['another person', { personId: newId() }],
  ['another action', { action: 'self-service.flow.ended' }],
  ['another correlation', { correlationId: newId() }],
])('does not open as a row of %s', (_what, other) => {
  expect(() => openPersonal(sealPersonal(personal, key, context), key, { ...context, ...other })).toThrow()
})

it('does not open under another key of the same name, nor with any byte changed', () => {
  const sealed = sealPersonal(personal, key, context)
  expect(() => openPersonal(sealed, { id: key.id, key: Buffer.alloc(32, 2) }, context)).toThrow()
  for (let at = 17; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    expect(() => openPersonal(changed, key, context)).toThrow()
  }
})

it('refuses a format it does not know', () => {
  const sealed = sealPersonal(personal, key, context)
  sealed[0] = 2
  expect(() => openPersonal(sealed, key, context)).toThrow('unknown format')
})
