import { Language } from '../../../src/contract/self-service.contract.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { assertParams, LANGUAGE_TEXTS, renderMail, type House } from '../../../src/modules/notifications/domain/render-mail.js'
import { TEMPLATES, VARIABLES, type Template,
  type TemplateParams } from '../../../src/modules/notifications/domain/template-params.js'

const house: House = {
  productName: 'Latchkey',
  publicOrigin: 'https://salasana.example',
  serviceDeskPhone: '09 000 00100',
  timeZone: 'Europe/Helsinki',
}
const at = '2026-11-20T12:04:09Z'
const CODE = '48219037'

const samples: { [T in Template]: TemplateParams[T][] } = {
  'one-time-code': (['password-reset', 'account-unlock', 'self-service-sign-in', 'password-change'] as const).map((purpose) => (
    { purpose, askedAt: at, validUntil: '2026-11-20T12:09:09Z', validMinutes: 5 })),
  'password-changed': (['self-service', 'service-desk', 'administrator'] as const).map((by) => (
    { accounts: ['Windows and email', 'Design archive'], at, by, reference: 'SR-20418' })),
  'account-unlocked': (['self-service', 'service-desk', 'administrator'] as const).map((by) => (
    { accounts: ['Windows and email'], at, by, reference: 'SR-20418' })),
  'reset-not-possible': (['protected', 'disabled', 'no-contact', 'locked'] as const).flatMap((reason) => [
    { operation: 'reset', reason, at }, { operation: 'unlock', reason, at }]),
  'provisioning-failed': (['reset', 'change', 'unlock', 'activate', 'deactivate'] as const).map((operation) => (
    { operation, reference: 'SR-20418', directory: 'Design archive', errorCode: 'CONNECTOR_UNAVAILABLE', attempts: 6, at })),
  'outcome-settled': (['reset', 'change', 'unlock'] as const).flatMap((operation) => (
    (['completed', 'partly-completed', 'failed'] as const).map((outcome) => ({
      operation, outcome, done: ['Windows and email'], notDone: ['Design archive'], unknown: ['Payroll'],
        reference: 'SR-20418', at,
    })))),
  'contact-changed': [{ contact: 'phone', at }],
  'reset-attempts': [{ wrongCodes: 10, at, until: '2026-11-21T12:04:00Z' }],
}
const LANGUAGES = Language.options
const cases = TEMPLATES.flatMap((template) => LANGUAGES.flatMap((language) => (
  samples[template].map((params) => ({ template, language, params: params as Record<string, unknown> })))))
const codeFor = (template: Template): SecretText | null => (template === 'one-time-code' ? new SecretText(CODE) : null)

describe.each(cases)('$template in $language with $params', ({ template, language, params }) => {
  const mail = renderMail(template, language, params, codeFor(template), house)

  it('leaves no placeholder, no undefined and no empty subject', () => {
    for (const text of [mail.subject, mail.text, mail.html]) {
      expect(text.trim()).not.toBe('')
      expect(text).not.toMatch(/[{}]|undefined|\[object|\[secret\]|NaN|Invalid Date/)
    }
  })

  it('has no address but the configured origin', () => {
    for (const text of [mail.text, mail.html]) {
      expect(text.match(/https?:\/\/[^\s<"')]+/g)?.every((link) => link.replace(/[.,]$/, '') === house.publicOrigin)).toBe(true)
    }
    expect(mail.html).not.toMatch(/<(a|img|link|script|iframe|form|style)\b|url\(|@import/i)
  })

  it('says the same words in both parts', () => {
    const words = mail.html.replace(/<title>.*?<\/title>/s, '').replace(/<[^>]+>/g, ' ').replace(/&#39;/g, "'").replace(
      /&amp;/g, '&')
    for (const line of mail.text.split('\n').map((one) => one.trim()).filter(
      (one) => one && !one.includes(': ') && one !== '--')) {
      expect(words).toContain(line)
    }
  })

  it('is plain: no shouting, no excuses, no begging', () => {
    expect(mail.text).not.toMatch(/!|\b(please|sorry|oops|dear|hi|bitte|leider|tyvärr|vänligen|hej|liebe|valitettavasti)\b/i)
  })

  it('never puts the code into the subject', () => {
    expect(mail.subject).not.toMatch(/\d{4,}.*\d{4,}|48219037/)
  })
})

describe('the texts', () => {
  it.each(TEMPLATES)('%s uses every variable it is given, in every language', (template) => {
    for (const texts of Object.values(LANGUAGE_TEXTS)) {
      const { subject, parts } = texts.templates[template]
      const written = JSON.stringify([subject, parts])
      for (const [name, kind] of Object.entries(VARIABLES[template])) {
        if (kind === 'secret') expect(parts.some((part) => part.kind === 'code')).toBe(true)
        else expect(written).toContain(`{${name}}`)
      }
    }
  })

  it.each(TEMPLATES)('%s has the same parts in every language', (template) => {
    const shape = (language: Language) => LANGUAGE_TEXTS[language].templates[template].parts.map((part) => (
      { kind: part.kind, filled: part.filled, is: part.is,
        rows: part.kind === 'facts' ? part.rows.map((row) => row[1]) : undefined }))
    for (const language of LANGUAGES) expect(shape(language)).toEqual(shape('en'))
  })

  it('are different languages', () => {
    for (const { template, params } of cases.filter(({ language }) => language === 'en')) {
      const mails = LANGUAGES.map((language) => renderMail(template, language, params, codeFor(template), house))
      expect(new Set(mails.map(({ subject }) => subject)).size).toBe(LANGUAGES.length)
      expect(new Set(mails.map(({ text }) => text)).size).toBe(LANGUAGES.length)
    }
  })
})

describe('the one-time code', () => {
  const params = { ...samples['one-time-code'][0]! }

  it('is there once in each part, by itself, with the time until which it works', () => {
    const mail = renderMail('one-time-code', 'en', params, new SecretText(CODE), house)
    expect(mail.text.split(CODE)).toHaveLength(2)
    expect(mail.html.split(CODE)).toHaveLength(2)
    expect(mail.text).toContain('until 14:09 Finland time (5 minutes)')
    expect(mail.text).toMatch(/20 November 2026 at 14:04 (GMT\+2|EET)/)
    expect(mail.subject).toBe('Code to reset your password')
  })

  it('reads as Finnish in Finnish', () => {
    const mail = renderMail('one-time-code', 'fi', { ...params, validMinutes: 1 }, new SecretText(CODE), house)
    expect(mail.subject).toBe('Koodi salasanan uusimiseen')
    expect(mail.text).toContain('viimeistään kello 14.09 (aikavyöhyke: Suomi): se on voimassa 1 minuutti')
    expect(mail.text).toContain('20. marraskuuta 2026 klo 14.04')
    expect(mail.text).toContain('ilmoita siitä palvelupisteeseen (09 000 00100)')
  })

  it('reads as Swedish in Swedish, with words for the zone and not its abbreviation', () => {
    const mail = renderMail('one-time-code', 'sv', { ...params, validMinutes: 1 }, new SecretText(CODE), house)
    expect(mail.subject).toBe('Kod för att återställa ditt lösenord')
    expect(mail.text).toContain('gäller i 1 minut, till kl. 14:09 (östeuropeisk tid).')
    expect(mail.text).toContain('Koden begärdes den 20 november 2026 kl. 14:04')
    expect(mail.text).toContain('meddela servicedesken (09 000 00100)')
    expect(mail.html).toContain('<html lang="sv">')
  })

  it('reads as German in German, where an hour is called one', () => {
    const mail = renderMail('one-time-code', 'de', { ...params, validMinutes: 1 }, new SecretText(CODE), house)
    expect(mail.subject).toBe('Einmalcode: Passwort zurücksetzen')
    expect(mail.text).toContain('einmal und 1 Minute lang, bis 14:09 Uhr (Osteuropäische Zeit).')
    expect(mail.text).toContain('wurde am 20. November 2026 um 14:04 Uhr OEZ angefordert')
    expect(mail.text).toContain('informieren Sie den Servicedesk (09 000 00100)')
    expect(mail.html).toContain('<html lang="de">')
  })
})

describe('a clock time', () => {
  const until = (language: Language, timeZone: string): string =>
    renderMail('one-time-code', language, { ...samples['one-time-code'][0]! }, new SecretText(CODE), { ...house, timeZone }).text
  it.each([
    ['Europe/Stockholm', '13:09 Sweden time', '13.09 (aikavyöhyke: Ruotsi)'],
    ['Asia/Tokyo', '21:09 Japan time', '21.09 (aikavyöhyke: Japani)'],
    ['America/New_York', '07:09 ET', '07.09 (aikavyöhyke: New York)'],
    ['UTC', '12:09 UTC', '12.09 (UTC)'],
    ['Etc/UTC', '12:09 UTC', '12.09 (UTC)'],
  ])('says whose it is: that of the site, %s', (timeZone, english, finnish) => {
    expect(until('en', timeZone)).toContain(`until ${english} (`)
    expect(until('fi', timeZone)).toContain(`kello ${finnish}:`)
    expect(until('sv', timeZone)).toMatch(/till kl\. \d\d:\d\d \(\S[^()]*\)\. Om/)
    expect(until('de', timeZone)).toMatch(/bis \d\d:\d\d Uhr \(\S[^()]*(?:\(\w+\))?\)\. Wenn/)
  })
})

describe('values', () => {
  const changed = (accounts: string[], reference = 'SR-1') => (
    renderMail('password-changed', 'en', { accounts, at, by: 'self-service', reference }, null, house))

  it('from a directory are escaped in the HTML part', () => {
    const { html } = changed(['<img src=x onerror=alert(1)> & "co" \'s'])
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;co&quot; &#39;s')
    expect(html).not.toContain('<img')
  })

  it('with line breaks, control characters and direction overrides become one plain line', () => {
    const { text, html } = changed(['a\r\nBcc: x@y.example\u2028\u0000z', '\u202egnp\u2066.exe\u2069'])
    expect(text).toContain('a Bcc: x@y.example z and gnp.exe')
    expect(text + html).not.toMatch(/\r|\u0000|[\u202a-\u202e\u2066-\u2069]/)
  })

  it('that look like placeholders are not filled in a second time', () => {
    expect(changed(['{reference}'], '{origin}').text).toContain('The password for {reference} was changed')
  })

  it('in a subject cannot break the line', () => {
    const params = { ...samples['provisioning-failed'][0]!, reference: 'SR-1\r\nBcc: someone@else.example' }
    expect(renderMail('provisioning-failed', 'en', params, null, house).subject).toBe(
      'Provisioning failed: SR-1 Bcc: someone@else.example')
  })

  it('of an empty list leave their line out', () => {
    const params = {
      operation: 'reset', outcome: 'completed', done: ['Windows and email'], notDone: [], unknown: [], reference: 'SR-1', at }
    const { text } = renderMail('outcome-settled', 'en', params, null, house)
    expect(text).toContain('New password in use: Windows and email.')
    expect(text).not.toMatch(/Not changed|Not known/)
  })

  it('of the house come from configuration only: a longer origin is cut to its origin', () => {
    const { text } = renderMail('outcome-settled', 'en', {
      operation: 'reset', outcome: 'completed', done: [], notDone: [], unknown: [], reference: 'SR-1', at,
    }, null, { ...house, publicOrigin: 'https://salasana.example/path?x=1' })
    expect(text).toContain('https://salasana.example\n')
    expect(text).not.toContain('/path')
  })
})

describe('assertParams', () => {
  const good = samples['one-time-code'][0]!
  const code = new SecretText(CODE)

  it('refuses a variable that is not on the list', () => {
    expect(() => assertParams('one-time-code', { ...good, host: 'evil.example' }, code)).toThrow('has no variable host')
  })
  it('refuses a code that travels among the params', () => {
    expect(() => assertParams('one-time-code', { ...good, code: CODE }, code)).toThrow('has no variable code')
  })
  it.each(['purpose', 'askedAt', 'validUntil', 'validMinutes'])('refuses a mail without %s', (name) => {
    expect(() => assertParams('one-time-code', { ...good, [name]: undefined }, code)).toThrow(`needs ${name}`)
  })
  it('refuses a code mail without a code and a secret where none belongs', () => {
    expect(() => assertParams('one-time-code', good, undefined)).toThrow('needs code')
    expect(() => assertParams('password-changed', samples['password-changed'][0]!, code)).toThrow('takes no secret')
  })
  it('refuses a time that is none and a list that is a text', () => {
    expect(() => assertParams('one-time-code', { ...good, askedAt: 'soon' }, code)).toThrow('needs askedAt (time)')
    expect(() => assertParams('password-changed', { ...samples['password-changed'][0]!, accounts: 'all' }, undefined)).toThrow(
      'needs accounts')
  })
  it('has words for every choice, and a choice without words stops the mail instead of printing a key', () => {
    const params = { ...samples['reset-not-possible'][0]!, reason: 'toString' }
    expect(() => renderMail('reset-not-possible', 'en', params, null, house)).toThrow('no words')
  })
})
