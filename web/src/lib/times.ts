import type { Language } from '@contract/self-service.contract.js'
import type { Catalogue } from '../locales/catalogue.js'

/** Clock times in the viewer's zone, with the date when it is not today and the year when it is not this one. */
export type Times = {
  /** "14:09" or "18 November 14:09": fits into a sentence */
  readonly at: (iso: string) => string
  /** with seconds, for what has happened */
  readonly exactly: (iso: string) => string
  /** "Today 14:07" or "3 November 08:12": begins a line */
  readonly stamp: (iso: string) => string
  readonly day: (iso: string) => string
  /** "14:09", whatever the day */
  readonly clock: (iso: string) => string
  /** Whole calendar days from today in the viewer's zone; negative when it is over. */
  readonly daysUntil: (iso: string) => number
  /** "tomorrow after 14:04" */
  readonly after: (iso: string) => string
  /** 27 s → "0:27" */
  readonly countdown: (ms: number) => string
}

/**
 * The digits; the words around them are the catalogue's. British English writes the 24-hour clock and the day before the
 * month, as the pages do. Swedish of Sweden is read in Finland as well: 14:09 with a colon in both.
 */
const FORMS: Readonly<Record<Language, { readonly locale: string; readonly hour: '2-digit' | 'numeric' }>> = {
  en: { locale: 'en-GB', hour: '2-digit' },
  fi: { locale: 'fi-FI', hour: 'numeric' },
  sv: { locale: 'sv-SE', hour: '2-digit' },
  de: { locale: 'de-DE', hour: '2-digit' },
}

export function timesIn(lang: Language, catalogue: Catalogue): Times {
  const { locale, hour } = FORMS[lang]
  const clock = (date: Date, second?: '2-digit') =>
    new Intl.DateTimeFormat(locale, { hour, minute: '2-digit', second, hourCycle: 'h23' }).format(date)
  const dayOf = (date: Date) =>
    new Intl.DateTimeFormat(locale, {
      day: 'numeric', month: 'long', ...(date.getFullYear() !== new Date().getFullYear() && { year: 'numeric' }),
    }).format(date)
  const time = (date: Date, second?: '2-digit') => catalogue['time.clock'].replace('{time}', clock(date, second))
  const full = (date: Date, second?: '2-digit') =>
    daysAway(date) === 0 ? time(date, second) : catalogue['time.day'].replace('{day}', dayOf(date)).replace('{time}', time(date, second))

  return {
    at: (iso) => full(new Date(iso)),
    exactly: (iso) => full(new Date(iso), '2-digit'),
    stamp: (iso) => {
      const date = new Date(iso)
      return daysAway(date) === 0 ? catalogue['time.today'].replace('{time}', time(date)) : full(date)
    },
    day: (iso) => dayOf(new Date(iso)),
    clock: (iso) => time(new Date(iso)),
    daysUntil: (iso) => daysAway(new Date(iso)),
    after: (iso) => {
      const date = new Date(iso)
      const away = daysAway(date)
      const form = away === 0 ? 'time.after-today' : away === 1 ? 'time.after-tomorrow' : 'time.after-day'
      return catalogue[form].replace('{day}', dayOf(date)).replace('{time}', time(date))
    },
    countdown: (ms) => {
      const seconds = Math.max(0, Math.ceil(ms / 1000))
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    },
  }
}

/** Whole calendar days from today, in the viewer's zone. */
function daysAway(date: Date): number {
  const midnight = (of: Date) => Date.UTC(of.getFullYear(), of.getMonth(), of.getDate())
  return (midnight(date) - midnight(new Date())) / 86_400_000
}
