import fc from 'fast-check'
import { decideRequirement, satisfies } from '../../../src/modules/verification/domain/requirement.js'
import type { AssuranceLevel, Purpose, Strength } from '../../../src/modules/verification/proof.js'

const PURPOSES: Purpose[] = ['password-reset', 'account-unlock', 'self-service-sign-in', 'password-change']
const ask = (purpose: Purpose, { privileged = false, stepUp = false } = {}) =>
  decideRequirement({ purpose, channel: 'self-service', privileged, stepUp })
const of = (assurance: AssuranceLevel, longCode = false): Strength => ({ assurance, longCode })

describe('what a person must prove', () => {
  it('asks little of someone who knows the password and more of someone who has forgotten it', () => {
    expect(ask('password-change')).toEqual({ allowed: true, assurance: 'low', longCode: false })
    expect(ask('self-service-sign-in')).toEqual({ allowed: true, assurance: 'low', longCode: false })
    expect(ask('password-reset')).toEqual({ allowed: true, assurance: 'medium', longCode: false })
    expect(ask('account-unlock')).toEqual({ allowed: true, assurance: 'medium', longCode: false })
  })

  it.each(PURPOSES)('refuses %s to privileged people altogether, whatever they could prove', (purpose) => {
    for (const stepUp of [false, true]) {
      const required = ask(purpose, { privileged: true, stepUp })
      expect(required).toEqual({ allowed: false, code: 'PRIVILEGED_TARGET' })
      expect(satisfies(of('high', true), required)).toBe(false)
    }
  })

  it('lets a stronger proof stand for a weaker one, never the reverse', () => {
    expect(satisfies(of('high'), ask('password-reset'))).toBe(true)
    expect(satisfies(of('medium'), ask('password-reset'))).toBe(true)
    expect(satisfies(of('low', true), ask('password-reset'))).toBe(false)
  })
})

describe('while codes are being tried over the whole tenant', () => {
  it('a short code is not enough for what a code can open, and a long one is: nobody can end the resets of others', () => {
    for (const purpose of ['password-reset', 'account-unlock'] as const) {
      const required = ask(purpose, { stepUp: true })
      expect(satisfies(of('medium'), required)).toBe(false)
      expect(satisfies(of('medium', true), required)).toBe(true)
    }
  })

  it('what is stronger than any code needs no code', () => {
    expect(satisfies(of('high'), ask('password-reset', { stepUp: true }))).toBe(true)
  })

  it('a password that is known still serves to change it: nobody guesses codes there', () => {
    expect(satisfies(of('low'), ask('password-change', { stepUp: true }))).toBe(true)
  })

  it('never asks for less than before', () => {
    const strengths = fc.record({ assurance: fc.constantFrom<AssuranceLevel>('low', 'medium', 'high'), longCode: fc.boolean() })
    fc.assert(fc.property(fc.constantFrom(...PURPOSES), fc.boolean(), strengths, (purpose, privileged, proof) => {
      if (!satisfies(proof, ask(purpose, { privileged, stepUp: true }))) return
      expect(satisfies(proof, ask(purpose, { privileged, stepUp: false }))).toBe(true)
    }))
  })
})
