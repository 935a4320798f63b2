import { ERROR_TEXTS, type ErrorTexts } from '../../src/contract/error-texts/index.js'
import { ERRORS } from '../../src/contract/error-codes.js'
import { Language } from '../../src/contract/self-service.contract.js'
import { assertComplete, CATALOGUES, faultsOf, type Part, type Texts } from '../../web/catalogue-check.js'

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
      const { en: english, ...others } = Object.fromEntries(
        Object.entries(languages).map(([language, catalogue]) => [language, catalogue[code as keyof ErrorTexts]]))
      return Object.values(others).some((other) => english === other || String(holes(english!)) !== String(holes(other)))
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
  const others = Object.entries(CATALOGUES).filter(([language]) => language !== 'en')
  const cases = others.flatMap(([language, parts]) =>
    (Object.keys(parts) as Part[]).map((part) => ({ language, part, texts: parts[part], english: CATALOGUES.en[part] })))

  it('exist in every language of the contract', () => {
    expect(Object.keys(CATALOGUES).sort()).toEqual([...Language.options].sort())
  })

  it.each(cases)('are all said, with the holes of English and in words of their own: $language, $part', ({ texts, english, part }) => {
    expect(faultsOf(english, texts, part)).toEqual([])
  })

  it('are what the build stops for: a missing text, another hole, a forgotten translation, an unknown key', () => {
    const { en: english, sv: swedish } = CATALOGUES
    const { 'reset.title': _, ...missing } = swedish.first
    const withFirst = (first: Texts) => () => assertComplete({ ...CATALOGUES, sv: { ...swedish, first } })
    expect(withFirst(missing)).toThrow('sv: reset.title: missing')
    expect(withFirst({ ...swedish.first, 'identifier.hint': 'Till exempel' })).toThrow('has nothing where English has {example')
    expect(withFirst({ ...swedish.first, 'reset.title': english.first['reset.title']! })).toThrow('reset.title: is English')
    expect(withFirst({ ...swedish.first, 'reset.titel': 'Återställ' })).toThrow('reset.titel: no such text')
    expect(withFirst({ ...swedish.first, 'ended.away.few': 'Borta {count}, så vi avbröt' })).not.toThrow()
  })

  it('say no "please", no "sorry" and nothing with an exclamation mark', () => {
    const banned = /please|sorry|oops|\bbitte\b|leider|hoppla|vänligen|var god\b|tyvärr|valitettavasti|(?<!(?:example|esimerkiksi|exempel|Beispiel) )!/i
    const all = Object.values(CATALOGUES).flatMap(({ first, pages }) => Object.entries({ ...first, ...pages }))
    expect(all.filter(([, text]) => banned.test(text))).toEqual([])
  })
})
