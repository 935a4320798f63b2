import { ERROR_TEXTS, type ErrorTexts } from '../../src/contract/error-texts/index.js'
import { ERRORS } from '../../src/contract/error-codes.js'
import { en } from '../../web/src/locales/en.js'
import { fi } from '../../web/src/locales/fi.js'

/** Names of the holes a text has: `{name}`, `{retryAt:time}`, `{triesLeft|one=…}`. */
const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name!))].sort()

const texts = Object.entries(ERROR_TEXTS).flatMap(([audience, languages]) =>
  Object.entries(languages).map(([language, catalogue]) => ({ audience, language, catalogue })),
)

describe('the error catalogue', () => {
  it.each(texts)('has a text for every code: $audience, $language', ({ catalogue }) => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(ERRORS).sort())
    expect(Object.entries(catalogue).filter(([, text]) => !/[.!?]\]?$/.test(text.trim())).map(([code]) => code)).toEqual([])
  })

  it.each(Object.keys(ERROR_TEXTS))('says the same in every language: %s', (audience) => {
    const languages = ERROR_TEXTS[audience as keyof typeof ERROR_TEXTS]
    const differing = Object.keys(ERRORS).filter((code) => {
      const [english, finnish] = [languages.en[code as keyof ErrorTexts], languages.fi[code as keyof ErrorTexts]]
      return english === finnish || String(holes(english)) !== String(holes(finnish))
    })
    expect(differing).toEqual([])
  })

  it('gives every code a problem type of its own', () => {
    const types = Object.values(ERRORS).map(({ type }) => type)
    expect(new Set(types).size).toBe(types.length)
  })

  it('tells the person nothing technical', () => {
    const technical = /directory server|stack|SQL|LDAP|\b\d{3} \w+ error|\{diagnostic|\{server/i
    const all = Object.values(ERROR_TEXTS.person).flatMap((catalogue) => Object.values(catalogue))
    expect(all.filter((text) => technical.test(text))).toEqual([])
  })
})

describe('the words of the pages', () => {
  // A language may have more plural forms than English, never fewer keys.
  it('are complete in Finnish', () => {
    expect(Object.keys(en).filter((key) => !(key in fi))).toEqual([])
  })

  it('keep their holes in Finnish', () => {
    const finnish = fi as Record<string, string>
    // ".one" may say the number as a word.
    const keys = Object.keys(en).filter((key) => !key.endsWith('.one')) as (keyof typeof en)[]
    expect(keys.filter((key) => holes(en[key]).some((hole) => !holes(finnish[key] ?? '').includes(hole)))).toEqual([])
  })
})
