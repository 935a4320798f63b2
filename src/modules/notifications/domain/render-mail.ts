import type { Language } from '../../../contract/self-service.contract.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { VARIABLES, type Template, type VariableKind } from './template-params.js'
import { de } from './templates/de.js'
import { en } from './templates/en.js'
import { fi } from './templates/fi.js'
import { sv } from './templates/sv.js'
import type { LanguageTexts, Part } from './templates/template-text.js'
import { writeHtml, writeText, type Block } from './write-mail.js'

export const LANGUAGE_TEXTS: Readonly<Record<Language, LanguageTexts>> = { en, fi, sv, de }

/** What every mail may mention, from configuration only (security.md rule 4). */
export type House = {
  readonly productName: string
  readonly publicOrigin: string
  readonly serviceDeskPhone: string | null
  readonly timeZone: string
}
export type RenderedMail = { readonly subject: string; readonly text: string; readonly html: string }
const DATE = { day: 'numeric', month: 'long', year: 'numeric' } as const
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
type Values = ReadonlyMap<string, string>

/** Throws when a variable is missing, has the wrong type or is not on the list: a bug of the caller, found when it queues. */
export function assertParams(template: Template, params: object, secret: SecretText | undefined): void {
  const kinds = kindsOf(template)
  for (const name of Object.keys(params)) {
    if (kinds[name] === undefined || kinds[name] === 'secret') throw new Error(`template ${template} has no variable ${name}`)
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const fits = kind === 'secret' ? secret !== undefined : isOfKind(kind, (params as Record<string, unknown>)[name])
    if (!fits) throw new Error(`template ${template} needs ${name} (${kind})`)
  }
  if (secret && !Object.values(kinds).includes('secret')) throw new Error(`template ${template} takes no secret`)
}

export function renderMail(
  template: Template, language: Language, params: Readonly<Record<string, unknown>>, code: SecretText | null, house: House,
): RenderedMail {
  assertParams(template, params, code ?? undefined)
  const texts = LANGUAGE_TEXTS[language]
  const { subject, parts, choices } = texts.templates[template]
  const values = new Map(houseValues(texts, house))
  for (const [name, kind] of Object.entries(kindsOf(template))) {
    if (kind === 'secret') continue
    const words = (choices as Record<string, Record<string, string>>)[name]
    values.set(name, inWords(kind, params[name], texts, house.timeZone, words))
  }
  const blocks = parts.filter((part) => applies(part, params)).map((part) => block(part, values, code))
  const footer = fill(texts.footer, values)
  const title = fill(subject, values)
  return { subject: title, text: writeText(blocks, footer), html: writeHtml(language, title, blocks, footer) }
}

const kindsOf = (template: Template) => VARIABLES[template] as Readonly<Record<string, VariableKind>>

function isOfKind(kind: VariableKind, value: unknown): boolean {
  if (kind === 'number' || kind === 'minutes') return typeof value === 'number' && Number.isFinite(value)
  if (kind === 'list') return Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (kind === 'time' || kind === 'clock') return typeof value === 'string' && !Number.isNaN(Date.parse(value))
  return typeof value === 'string' && value !== ''
}

function applies({ filled, is = {} }: Part, params: Readonly<Record<string, unknown>>): boolean {
  if (filled !== undefined && (params[filled] as readonly string[]).length === 0) return false
  return Object.entries(is).every(([name, allowed]) => allowed.includes(params[name] as string))
}

function block(part: Part, values: Values, code: SecretText | null): Block {
  if (part.kind === 'code') return { kind: 'code', code: code!.reveal() }
  if (part.kind === 'facts') return { kind: 'facts', rows: part.rows.map(([label, value]) => [label, fill(value, values)]) }
  return { kind: 'paragraph', text: fill(part.text, values) }
}

/** One pass: a value that looks like a placeholder stays what it is. */
function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`no value for {${name}}`)
    return value
  })
}

function houseValues(texts: LanguageTexts, house: House): [string, string][] {
  const { known, unknown } = texts.desk
  const desk = house.serviceDeskPhone === null ? unknown : known.replace('{phone}', () => plain(house.serviceDeskPhone!))
  return [['product', plain(house.productName)], ['origin', new URL(house.publicOrigin).origin], ['desk', desk]]
}

function inWords(
  kind: VariableKind, value: unknown, { locale, minutes, clock }: LanguageTexts, timeZone: string,
  choice: Readonly<Record<string, string>> | undefined,
): string {
  switch (kind) {
    case 'time':
      return inFull(locale, clock, timeZone, new Date(value as string))
    case 'clock':
      return clock.time
        .replace('{time}', new Intl.DateTimeFormat(locale, { ...CLOCK, timeZone }).format(new Date(value as string)))
        .replace('{zone}', () => zoneInWords(clock, timeZone, new Date(value as string)))
    case 'minutes':
      return minutes[value === 1 ? 'one' : 'other'].replace('{n}', String(value))
    case 'list':
      return new Intl.ListFormat(locale, { type: 'conjunction' }).format((value as string[]).map(plain))
    case 'choice': {
      const words = choice && Object.hasOwn(choice, value as string) ? choice[value as string] : undefined
      if (words === undefined) throw new Error(`no words for the choice ${String(value)}`)
      return words
    }
    default:
      return plain(String(value))
  }
}

/** Date, clock time and zone. Some languages name the hour behind the minutes: "14:04 Uhr OEZ". */
function inFull(locale: string, { hour = '' }: LanguageTexts['clock'], timeZone: string, at: Date): string {
  return new Intl.DateTimeFormat(locale, { ...DATE, ...CLOCK, timeZone, timeZoneName: 'short' }).formatToParts(at)
    .map(({ type, value }) => (type === 'minute' ? value + hour : value)).join('')
}

/** The place or the zone whose clock it is, as Unicode's tables call it: the mail may be read in another zone. */
function zoneInWords({ zoneLocale, zoneName }: LanguageTexts['clock'], timeZone: string, at: Date): string {
  // "GMT+0" is right and nobody says it
  if (/^(Etc\/)?(UTC|Universal|Zulu)$/.test(timeZone)) return 'UTC'
  const parts = new Intl.DateTimeFormat(zoneLocale, { timeZone, timeZoneName: zoneName ?? 'shortGeneric' }).formatToParts(at)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  return name.replace(/ Time$/, ' time')
}

/**
 * Names from directories and tickets are data: one line, no control characters, and direction marks of their own cannot
 * turn the words around them (the isolates U+2066–2069, overrides U+202A–202E, marks U+200E–200F and U+061C go).
 */
function plain(text: string): string {
  const oneLine = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  return oneLine.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').trim().slice(0, 200)
}
