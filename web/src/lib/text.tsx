import type { Language } from '@contract/self-service.contract.js'
import { Fragment, type ReactNode } from 'react'
import type { Catalogue, PluralKey, TextKey, Values } from '../locales/catalogue.js'
import { useLanguage } from './language.js'
import { timesIn, type Times } from './times.js'

/**
 * Texts with holes. A catalogue writes `{name}` where a value goes and `<b>…</b>` for weight, nothing else.
 * Strings put into a hole are data: React escapes them, `<bdi>` keeps their direction from turning the sentence around.
 */
export type Text = {
  readonly lang: Language
  readonly times: Times
  readonly t: <K extends TextKey>(key: K, ...values: Args<K, string | number>) => string
  readonly rich: <K extends TextKey>(key: K, ...values: Args<K, ReactNode>) => ReactNode
  /** Picks the form of `count`, for example `code.tries` + 1 → `code.tries.one`. */
  readonly plural: <P extends PluralKey>(key: P, count: number) => string
  readonly list: (items: readonly ReactNode[]) => ReactNode
}
type Args<K extends TextKey, V> = Values<K> extends never ? [] : [values: Record<Values<K>, V>]

export function useText(): Text {
  const { language, catalogue } = useLanguage()
  return textIn(language, catalogue)
}

function textIn(lang: Language, catalogue: Catalogue): Text {
  return {
    lang,
    times: timesIn(lang, catalogue),
    t: (key, ...[values]) => fill(catalogue[key], values as Record<string, string | number> | undefined),
    rich: (key, ...[values]) => fillRich(catalogue[key], values as Record<string, ReactNode> | undefined),
    plural: (key, count) => {
      const form = `${key}.${new Intl.PluralRules(lang).select(count)}`
      const text = (catalogue as Record<string, string>)[form] ?? catalogue[`${key}.other` as TextKey]
      return fill(text, { count })
    },
    list: (items) => {
      const parts = new Intl.ListFormat(lang).formatToParts(items.map((_, index) => String(index)))
      return parts.map(({ type, value }, index) => (
        <Fragment key={index}>{type === 'element' ? isolate(items[Number(value)]) : value}</Fragment>
      ))
    },
  }
}

export function fill(template: string, values: Record<string, string | number> = {}): string {
  return template.replace(/<\/?b>/g, '').replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole))
}

export function fillRich(template: string, values: Record<string, ReactNode> = {}): ReactNode {
  return template.split(/(<b>.*?<\/b>)/).map((part, index) =>
    part.startsWith('<b>')
      ? <b key={index}>{holes(part.slice(3, -4), values)}</b>
      : <Fragment key={index}>{holes(part, values)}</Fragment>)
}

const holes = (text: string, values: Record<string, ReactNode>): ReactNode[] =>
  text.split(/(\{\w+\})/).map((part, index) => (
    <Fragment key={index}>{/^\{\w+\}$/.test(part) ? isolate(values[part.slice(1, -1)] ?? part) : part}</Fragment>
  ))

const isolate = (value: ReactNode): ReactNode => (typeof value === 'string' ? <bdi>{value}</bdi> : value)
