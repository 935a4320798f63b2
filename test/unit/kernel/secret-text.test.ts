import { inspect } from 'node:util'
import { SecretText } from '../../../src/kernel/secret-text.js'

describe('SecretText', () => {
  const secret = new SecretText('hunter2-canary')

  it('gives its value only to reveal()', () => {
    expect(secret.reveal()).toBe('hunter2-canary')
  })

  it.each([
    ['a template string', () => `${secret}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['util.inspect', () => inspect({ secret }, { depth: 9, showHidden: true })],
    ['string concatenation', () => 'x' + String(secret)],
    ['an error message', () => String(new Error(`failed for ${secret}`))],
    ['object spread', () => JSON.stringify({ ...secret })],
  ])('does not appear in %s', (_road, write) => {
    expect(write()).not.toContain('hunter2')
  })
})
