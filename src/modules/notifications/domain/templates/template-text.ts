import type { Template, TemplateParams } from '../template-params.js'

/** A part is left out when its condition does not hold; `filled` is for lists. */
type When = { readonly filled?: string; readonly is?: Readonly<Record<string, readonly string[]>> }
export type Part =
  | ({ readonly kind: 'paragraph'; readonly text: string } & When)
  | ({ readonly kind: 'code' } & When)
  | ({ readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] } & When)

type ChoicesOf<Params> = {
  readonly [Name in keyof Params as string extends Params[Name] ? never : Params[Name] extends string ? Name : never]:
    Readonly<Record<Params[Name] & string, string>>
}
/** Placeholders are `{name}`, of the template's own variables and of the house's: {product} {origin} {desk}. */
export type TemplateText<T extends Template> = {
  readonly subject: string
  readonly parts: readonly Part[]
  /** The words of each value of each choice. */
  readonly choices: ChoicesOf<TemplateParams[T]>
}

export type LanguageTexts = {
  readonly locale: string
  readonly templates: { readonly [T in Template]: TemplateText<T> }
  readonly minutes: { readonly one: string; readonly other: string }
  /**
   * A clock time of today: in which locale its zone is called by words people know (by a place, or by the long name where
   * the short one is an abbreviation), and how the two stand together. `hour`: what follows the minutes in a date.
   */
  readonly clock: {
    readonly zoneLocale: string
    readonly zoneName?: 'shortGeneric' | 'longGeneric'
    readonly time: string
    readonly hour?: string
  }
  /** Where the reader is told to call, with and without a number on record. */
  readonly desk: { readonly known: string; readonly unknown: string }
  readonly footer: string
}
