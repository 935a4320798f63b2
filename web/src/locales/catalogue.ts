import type { en } from './en.js'
import type { enPages } from './en.pages.js'

type English = typeof en & typeof enPages
export type TextKey = keyof English

/** A language with more plural forms than English may add them to any plural. */
type MoreForms = { readonly [form: `${string}.${'zero' | 'two' | 'few' | 'many'}`]: string }
export type FirstTexts = Readonly<Record<keyof typeof en, string>> & MoreForms
export type PageTexts = Readonly<Record<keyof typeof enPages, string>> & MoreForms
/** Every key must be said: a text that is missing fails the type check. */
export type Catalogue = FirstTexts & PageTexts

export type PluralKey = PluralOf<TextKey>
type PluralOf<Key> = Key extends `${infer Plural}.one` ? Plural : never

/** The names of the holes in a text. */
export type Values<Key extends TextKey> = Holes<English[Key]>
type Holes<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never
