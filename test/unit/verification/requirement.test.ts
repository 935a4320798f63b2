import { decideRequirement, satisfies } from '../../../src/modules/verification/domain/requirement.js'

describe('what a person must prove', () => {
  it('asks little of someone who knows the password and more of someone who has forgotten it', () => {
    expect(decideRequirement({ operation: 'change', channel: 'self-service', privileged: false })).toEqual(
      { allowed: true, assurance: 'low' })
    expect(decideRequirement({ operation: 'reset', channel: 'self-service', privileged: false })).toEqual(
      { allowed: true, assurance: 'medium' })
    expect(decideRequirement({ operation: 'unlock', channel: 'self-service', privileged: false })).toEqual(
      { allowed: true, assurance: 'medium' })
  })

  it.each(['reset', 'change', 'unlock'] as const)('refuses %s to privileged people altogether', (operation) => {
    expect(decideRequirement({ operation, channel: 'self-service', privileged: true })).toEqual(
      { allowed: false, code: 'PRIVILEGED_TARGET' })
  })

  it('lets a stronger proof stand for a weaker one, never the reverse', () => {
    expect(satisfies({ assurance: 'high' }, { assurance: 'medium' })).toBe(true)
    expect(satisfies({ assurance: 'medium' }, { assurance: 'medium' })).toBe(true)
    expect(satisfies({ assurance: 'low' }, { assurance: 'medium' })).toBe(false)
  })
})
