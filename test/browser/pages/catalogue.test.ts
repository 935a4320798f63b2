import { RULE_IDS } from '../../../src/contract/password-policy.contract.js'
import { en } from '../../../web/src/locales/en.js'
import { enPages } from '../../../web/src/locales/en.pages.js'
import { fi } from '../../../web/src/locales/fi.js'
import { fiPages } from '../../../web/src/locales/fi.pages.js'

const english: Record<string, string> = { ...en, ...enPages }
const finnish: Record<string, string> = { ...fi, ...fiPages }
const holes = (text: string): string => [...new Set(text.match(/\{\w+\}|<\/?b>/g))].sort().join(' ')

describe('the words of all pages', () => {
  it('are the same set in every language, each said once', () => {
    expect(Object.keys(finnish).sort()).toEqual(Object.keys(english).sort())
    expect(Object.keys(english)).toHaveLength(Object.keys(en).length + Object.keys(enPages).length)
  })

  it('have the same holes and weights in every language', () => {
    expect(Object.keys(english).filter((key) => holes(english[key]!) !== holes(finnish[key]!))).toEqual([])
  })

  it('are translated', () => {
    const words = (key: string): boolean => /\p{L}{3}/u.test(english[key]!.replace(/\{\w+\}/g, ''))
    expect(Object.keys(english).filter((key) => english[key] === finnish[key] && words(key))).toEqual([])
  })

  it('say no "please", no "sorry" and nothing with an exclamation mark', () => {
    const banned = /please|sorry|oops|something went wrong|(?<!example )!(?! or)/i
    expect(Object.entries(english).filter(([, text]) => banned.test(text))).toEqual([])
  })

  it.each(RULE_IDS)('name the rule %s, and say what to do when it is broken', (rule) => {
    const has = (voice: string): boolean =>
      Object.keys(english).some((key) => key === `${voice}.${rule}` || key.startsWith(`${voice}.${rule}.`))
    expect([has('rule'), has('broken')]).toEqual([true, true])
  })
})
