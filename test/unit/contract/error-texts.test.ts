import { ERROR_CODES, ERRORS } from '../../../src/contract/error-codes.js'
import { errorText, ERROR_TEXTS, problemTitle, type Audience } from '../../../src/contract/error-texts/index.js'
import { clockTime, formatText, PLACEHOLDER } from '../../../src/contract/error-texts/format.js'
import { Language } from '../../../src/contract/self-service.contract.js'

const AUDIENCES: readonly Audience[] = ['person', 'agent', 'admin']
const LANGUAGES = Language.options
const EVERY_TEXT = AUDIENCES.flatMap((audience) => LANGUAGES.flatMap((language) => ERROR_CODES.map((code) => ({ audience, language, code, text: ERROR_TEXTS[audience][language][code] }))))
const label = ({ audience, language, code }: { audience: string; language: string; code: string }): string => `${audience}/${language}/${code}`
const offenders = (isBad: (entry: (typeof EVERY_TEXT)[number]) => boolean): string[] => EVERY_TEXT.filter(isBad).map(label)

const FORBIDDEN: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:please|sorry|oops|unfortunately|apolog\w*|something went wrong|invalid|error|illegal)\b|!/i,
  fi: /ole hyvä|pahoittel|anteeksi|valitettavasti|hups|jokin meni (?:pieleen|vikaan)|virheellinen|!/i,
  sv: /var god|vänligen|tyvärr|förlåt|ursäkta|hoppsan|något gick (?:fel|snett)|ogiltig|!/i,
  de: /\bbitte\b|leider|entschuldig|verzeihung|hoppla|etwas ist schiefgegangen|ungültig|!/i,
}
/** Words of our trade that a person at home does not know. */
const TRADE: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:directory|connector|server|database|token|session|flow|API|LDAP|re-run|worker|audit)\b/i,
  fi: /hakemisto|liitin|palvelin|tietokan|istunto|kulku|tapahtumaloki|API|LDAP/i,
  sv: /katalog|koppling(?!a)|server|databas|session|flöde|granskningslogg|API|LDAP/,
  de: /Verzeichnis|Konnektor|\bServer\b|Datenbank|Sitzung|Token|Protokoll|API|LDAP/,
}
const placeholders = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map(([, name, kind]) => `${name}:${kind ?? ''}`).sort()
const sentences = (text: string): number => text.split(/[.;]\s|[.]$/).filter((part) => part.trim() !== '').length

describe('a change by another tool, found when a lost answer was looked into', () => {
  it.each(['person', 'agent', 'admin'] as const)('is told to the %s in words of its own, in every language', (audience) => {
    for (const language of LANGUAGES) {
      const plain = errorText('ACTION_IN_PROGRESS', audience, language)
      const elsewhere = errorText('ACTION_IN_PROGRESS', audience, language, { elsewhere: true })
      expect(elsewhere).not.toBe(plain)
      expect(elsewhere).not.toMatch(/Nothing was started|Mitään ei aloitettu|Inget påbörjades|nichts begonnen|Wait a minute|Odota minuutti|Vänta en minut|eine Minute|[{}|#[\]]/)
      expect(plain).not.toMatch(/elsewhere|muualla|annat ställe|annat verktyg|anderer Stelle|anderes Werkzeug|[{}|#[\]]/)
    }
  })
})

describe('error texts', () => {
  it('has a text for every code, audience and language, and none for codes that do not exist', () => {
    expect(EVERY_TEXT).toHaveLength(ERROR_CODES.length * AUDIENCES.length * LANGUAGES.length)
    expect(offenders(({ text }) => typeof text !== 'string' || text.trim().length < 20)).toEqual([])
    for (const audience of AUDIENCES) for (const language of LANGUAGES) expect(Object.keys(ERROR_TEXTS[audience][language]).sort()).toEqual([...ERROR_CODES].sort())
  })

  it('uses the same values in every language', () => {
    expect(offenders(({ audience, code, text }) => placeholders(text).join() !== placeholders(ERROR_TEXTS[audience].en[code]).join())).toEqual([])
  })

  it('uses no forbidden words, and none of our trade towards the person', () => {
    expect(offenders(({ language, text }) => FORBIDDEN[language].test(text))).toEqual([])
    expect(offenders(({ audience, language, text }) => audience === 'person' && TRADE[language].test(text.replace(PLACEHOLDER, '')))).toEqual([])
  })

  it('says more than one thing: what did not happen, what is true, what to do', () => {
    expect(offenders(({ text }) => sentences(formatText(text, 'en')) < 2 && !/, (?:so|joten|så|deshalb) /.test(text))).toEqual([])
  })

  it('is a translation: no text is the same in two languages', () => {
    expect(offenders(({ audience, language, code, text }) => language !== 'en' && text === ERROR_TEXTS[audience].en[code])).toEqual([])
  })

  it('reads well when nothing is known and when everything is', () => {
    const everything = { retryAt: '2026-11-21T12:18:00Z', until: '2026-11-21T12:18:00Z', since: '2026-11-21T11:52:00Z', triesLeft: 1, runs: 5, directory: 'Windows and email', reference: 'SR-20418', incident: 'AT-2210', action: 'IAA-90418', diagnostic: '0000052D', server: 'dc1', operation: 'modify unicodePwd', policy: 'Staff', version: '7', rule: 'min-length', fields: 'text', state: 'verified', because: 'Domain Admins', permission: 'directories.read', task: 'AD IGA Admin Actions: Reset' }
    for (const params of [{}, everything]) {
      const broken = EVERY_TEXT.filter(({ audience, language, code }) => {
        const text = errorText(code, audience, language, params, { timeZone: 'Europe/Helsinki' })
        return /[[\]{}|#]|undefined|\s{2}|\s[.,;]|\.\.|NaN|\( |\(\)/.test(text) || !/^[A-ZÅÄÖÜ0-9/]/.test(text) || !/[.”"]$/.test(text)
      })
      expect(broken.map(label)).toEqual([])
    }
  })

  it('tells a stranger nothing that depends on whether the person exists', () => {
    for (const language of LANGUAGES) {
      const before = (['RATE_LIMITED', 'FLOW_NOT_HERE', 'FLOW_EXPIRED', 'METHOD_UNAVAILABLE', 'OTP_INVALID', 'OTP_EXPIRED', 'OTP_LOCKED', 'OTP_RATE_LIMIT', 'SIGN_IN_REFUSED'] as const)
        .map((code) => ERROR_TEXTS.person[language][code]).join(' ')
      expect(before).not.toMatch(/does not exist|unknown user|not found|disabled|ei ole olemassa|ei löydy|käytöstä|finns inte|okänd|hittades inte|inaktiverat|existiert nicht|unbekannt|nicht gefunden|deaktiviert/i)
    }
  })

  it('makes a title of every problem type, all different', () => {
    const titles = ERROR_CODES.map((code) => problemTitle(ERRORS[code].type))
    expect(new Set(titles).size).toBe(titles.length)
    expect(problemTitle('/problems/verification/code-invalid')).toBe('Verification: code invalid')
  })
})

describe('formatText', () => {
  it('drops a part whose value is unknown and takes the first alternative that is known', () => {
    const text = 'Not changed[ in {directory}]. [Say {reference}.||Call.]'
    expect(formatText(text, 'en')).toBe('Not changed. Call.')
    expect(formatText(text, 'en', { directory: 'CRM', reference: 'SR-1' })).toBe('Not changed in CRM. Say SR-1.')
    expect(formatText(text, 'en', { directory: '' })).toBe('Not changed. Call.')
  })

  it('counts in the language of the text', () => {
    expect([0, 1, 2].map((triesLeft) => formatText('[{triesLeft|one=1 try|other=# tries}]', 'en', { triesLeft }))).toEqual(['0 tries', '1 try', '2 tries'])
    expect([1, 4].map((triesLeft) => formatText('[{triesLeft|one=1 yritys|other=# yritystä}]', 'fi', { triesLeft }))).toEqual(['1 yritys', '4 yritystä'])
    expect([0, 1, 4].map((triesLeft) => errorText('OTP_INVALID', 'person', 'de', { triesLeft }))).toEqual([
      expect.stringContaining('zu oft falsch'), expect.stringContaining('noch 1 Versuch.'), expect.stringContaining('noch 4 Versuche.'),
    ])
    expect([1, 4].map((triesLeft) => errorText('CURRENT_PASSWORD_WRONG', 'agent', 'sv', { triesLeft }))).toEqual([
      expect.stringContaining('1 försök kvar'), expect.stringContaining('4 försök kvar'),
    ])
  })

  it('gives clock times, with the date only when it is another day in the reader\'s zone', () => {
    const options = { timeZone: 'Europe/Helsinki', now: new Date('2026-11-20T10:00:00Z') }
    expect(clockTime('2026-11-20T12:18:00Z', 'en', options)).toBe('14:18')
    expect(clockTime('2026-11-20T12:18:00Z', 'fi', options)).toBe('klo 14.18')
    expect(clockTime('2026-11-20T12:18:00Z', 'sv', options)).toBe('kl.\u00a014:18')
    expect(clockTime('2026-11-20T12:18:00Z', 'de', options)).toBe('14:18\u00a0Uhr')
    expect(clockTime('2026-11-21T12:04:00Z', 'en', options)).toBe('21 Nov 14:04')
    expect(clockTime('2026-11-21T12:04:00Z', 'fi', options)).toBe('21.11. klo 14.04')
    expect(clockTime('2026-11-21T12:04:00Z', 'sv', options)).toBe('21 nov. kl.\u00a014:04')
    expect(clockTime('2026-11-21T12:04:00Z', 'de', options)).toBe('21.11., 14:04\u00a0Uhr')
    expect(clockTime('2026-11-20T12:18:00Z', 'de', { ...options, showZone: true })).toBe('14:18\u00a0Uhr OEZ')
    // 22:30 UTC is already tomorrow in Helsinki.
    expect(clockTime('2026-11-20T22:30:00Z', 'en', options)).toBe('21 Nov 00:30')
  })

  it('treats values as data: no grammar, no direction marks, no end of them', () => {
    expect(formatText('[{directory}] ok', 'en', { directory: '[{x}] {y||z}' })).toBe('[{x}] {y||z} ok')
    expect(formatText('[{directory}]', 'en', { directory: 'a\u202eb\u0000c' })).toBe('abc')
    expect(formatText('[{directory}]', 'en', { directory: 'x'.repeat(500) }).length).toBeLessThan(130)
    expect(formatText('[{constructor}] [{__proto__}]none', 'en')).toBe('none')
  })
})
