import type { TextParams } from '../problem.contract.js'
import type { Language } from '../self-service.contract.js'

/**
 * The small grammar of the texts, shared by server and browser:
 *   {name}                          a value
 *   {name:time}                     an ISO instant as a clock time, with the date when it is not today
 *   {name|one=1 try|other=# tries}  by the language's plural rules, # is the number; zero=… says none in its own words
 *   [part||other part]              the first part all of whose values are known; none: nothing
 * Every value stands in brackets, so a text reads well whatever is known.
 */
export type FormatOptions = {
  /** Absent: the zone of the process or browser, without its name. A server says which zone it means. */
  readonly timeZone?: string
  readonly showZone?: boolean
  readonly now?: Date
}

export const PLACEHOLDER = /\{(\w+)(?::(time))?((?:\|\w+=[^{}|]*)*)\}/g
const OPTIONAL = /\[([^[\]]*)\]/g
const LONGEST_VALUE = 120
/** Control characters and the marks that turn the direction of everything after them. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export function formatText(
  template: string, language: Language, params: TextParams = {}, options: FormatOptions = {},
): string {
  const fill = (part: string): string =>
    part.replace(PLACEHOLDER, (_, name: string, kind: string | undefined, forms: string) =>
      valueOf(params[name], kind, forms, language, options))
  const known = (part: string): boolean =>
    [...part.matchAll(PLACEHOLDER)].every(([, name]) => isGiven(params, name!))
  return template.replace(OPTIONAL, (_, choices: string) => fill(choices.split('||').find(known) ?? '')).trim()
}

const isGiven = (params: TextParams, name: string): boolean =>
  Object.hasOwn(params, name) && params[name] !== undefined && params[name] !== ''

function valueOf(
  value: TextParams[string] | undefined, kind: string | undefined, forms: string, language: Language, options: FormatOptions,
): string {
  if (kind === 'time') return clockTime(String(value), language, options)
  if (forms) return pluralForm(Number(value), forms, language)
  const text = String(value).replace(UNPRINTABLE, '')
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

function pluralForm(count: number, forms: string, language: Language): string {
  const byCategory = new Map(forms.slice(1).split('|').map((form) => form.split('=', 2) as [string, string]))
  const form = (count === 0 ? byCategory.get('zero') : undefined) ?? byCategory.get(new Intl.PluralRules(language).select(count)) ?? byCategory.get('other') ?? '#'
  return form.replace('#', String(count))
}

/** How a language writes a clock time and the day before it. `{time}`, `{day}`: the words around the digits. */
type ClockForm = {
  readonly locale: string
  /** With a no-break space: a line never ends between the digits and their word. */
  readonly time: string
  readonly month: 'numeric' | 'short'
  readonly dayThenTime: string
}
const CLOCKS: Readonly<Record<Language, ClockForm>> = {
  en: { locale: 'en-GB', time: '{time}', month: 'short', dayThenTime: '{day} {time}' },
  fi: { locale: 'fi-FI', time: 'klo {time}', month: 'numeric', dayThenTime: '{day} {time}' },
  sv: { locale: 'sv-SE', time: 'kl.\u00a0{time}', month: 'short', dayThenTime: '{day} {time}' },
  de: { locale: 'de-DE', time: '{time}\u00a0Uhr', month: 'numeric', dayThenTime: '{day}, {time}' },
}

/** 14:18 today, 21 Nov 14:04 on another day; klo 14.18, 21.11. klo 14.04; kl. 14:18, 21 nov. kl. 14:04; 14:18 Uhr. */
export function clockTime(iso: string, language: Language, options: FormatOptions = {}): string {
  const { timeZone, showZone = false, now = new Date() } = options
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso.slice(0, LONGEST_VALUE)
  const { locale, time, month, dayThenTime } = CLOCKS[language]
  const inZone = (parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...parts, ...(timeZone === undefined ? {} : { timeZone }) })
  const zoneName = inZone({ timeZoneName: 'short' }).formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value
  const digits = inZone({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
  const clock = time.replace('{time}', digits) + (showZone && zoneName ? ` ${zoneName}` : '')
  const day = inZone({ year: 'numeric', month: 'numeric', day: 'numeric' })
  if (day.format(at) === day.format(now)) return clock
  return dayThenTime.replace('{day}', inZone({ day: 'numeric', month }).format(at)).replace('{time}', clock)
}
