import { RULE_IDS } from '../../../src/contract/password-policy.contract.js'
import { CATALOGUES } from '../../../web/catalogue-check.js'

describe.each(Object.entries(CATALOGUES))('the words of all pages: %s', (_language, { first, pages }) => {
  const texts = { ...first, ...pages }

  it('are each said once', () => {
    expect(Object.keys(texts)).toHaveLength(Object.keys(first).length + Object.keys(pages).length)
  })

  it.each(RULE_IDS)('name the rule %s, and say what to do when it is broken', (rule) => {
    const has = (voice: string): boolean =>
      Object.keys(texts).some((key) => key === `${voice}.${rule}` || key.startsWith(`${voice}.${rule}.`))
    expect([has('rule'), has('broken')]).toEqual([true, true])
  })
})
