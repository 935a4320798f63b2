import type { TextParams } from '@contract/problem.contract.js'
import type { ReactNode } from 'react'
import type { Text } from '../../lib/text.js'
import type { PluralKey, TextKey } from '../../locales/catalogue.js'

/** Rules with a number, and where the server puts it. */
const NUMBER_OF: Readonly<Record<string, string>> = {
  'min-length': 'min', 'max-length': 'max', 'min-lower': 'min', 'min-upper': 'min', 'min-digit': 'min', 'min-special': 'min',
}
const WITH_CHARACTERS = new Set(['prohibited-characters', 'prohibited-begin', 'prohibited-end', 'allowed-characters'])
const PLAIN = new Set(['not-person', 'not-common', 'not-context', 'not-blank', 'no-control', 'strength', 'directory-complexity'])
const DAY_SECONDS = 86_400

/** `rule`: a line of the list, what a password must be. `broken`: what to do about it. One catalogue of rules, two voices. */
export function ruleText(text: Text, voice: 'rule' | 'broken', rule: string, params: TextParams = {}): ReactNode {
  const number = NUMBER_OF[rule]
  if (number) return text.plural(`${voice}.${rule}` as PluralKey, Number(params[number] ?? 1))
  if (WITH_CHARACTERS.has(rule)) {
    return text.rich(`${voice}.${rule}` as 'rule.prohibited-characters', { characters: String(params.characters ?? '') })
  }
  if (rule === 'character-classes') {
    const classes = Math.min(4, Math.max(1, Number(params.min ?? 3))) as 1 | 2 | 3 | 4
    return text.t(voice === 'rule' ? `rule.character-classes.${classes}` : 'broken.character-classes')
  }
  if (rule === 'history') {
    return voice === 'rule' ? text.plural('rule.history', Number(params.count ?? 1)) : text.t('broken.history')
  }
  if (rule === 'min-age') {
    const days = Math.max(1, Math.ceil(Number(params.seconds ?? 0) / DAY_SECONDS))
    return voice === 'rule' ? text.plural('rule.min-age', days) : text.t('broken.min-age')
  }
  // A rule this page is too old to know is still a rule.
  return text.t((PLAIN.has(rule) ? `${voice}.${rule}` : `${voice}.directory-complexity`) as TextKey & 'rule.strength')
}
