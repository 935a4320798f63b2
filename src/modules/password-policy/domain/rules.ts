import type { PolicyRule, PolicyView, RuleId } from '../../../contract/password-policy.contract.js'
import type { Violation } from '../../../contract/problem.contract.js'
import { CHARACTER_CLASSES, codePoints, countClasses, hasControl, isBlank, type CharacterClass } from './characters.js'
import type { CommonPasswords } from './common-passwords.js'
import type { PersonWords } from './declared-rules.js'
import { containsWord } from './person-words.js'
import { MAX_CODE_POINTS } from './product-policy.js'

export type RuleContext = {
  readonly personWords: PersonWords
  readonly contextWords: readonly string[]
  readonly common: Pick<CommonPasswords, 'includes'>
}

type Candidate = { readonly text: string; readonly length: number; readonly counts: Record<CharacterClass, number> }
type Check = (candidate: Candidate, rule: PolicyRule, context: RuleContext) => boolean

const number = (rule: PolicyRule, param: string): number => Number(rule.params?.[param] ?? 0)
const characters = (rule: PolicyRule): Set<string> => new Set(String(rule.params?.characters ?? ''))
const atLeast = (kind: CharacterClass): Check => ({ counts }, rule) => counts[kind] >= number(rule, 'min')

/** True when the rule is met. Rules that are not here are not ours to check, whatever the view says. */
const CHECKS: Partial<Record<RuleId, Check>> = {
  // counted on the composed form: "e" and a combining accent are one letter to whoever typed them, and pad nothing
  'min-length': ({ text }, rule) => codePoints(text.normalize('NFC')) >= number(rule, 'min'),
  'max-length': ({ length }, rule) => length <= number(rule, 'max'),
  'min-lower': atLeast('lower'),
  'min-upper': atLeast('upper'),
  'min-digit': atLeast('digit'),
  'min-special': atLeast('special'),
  'character-classes': ({ counts }, rule) => CHARACTER_CLASSES.filter((kind) => counts[kind] > 0).length >= number(rule, 'min'),
  'prohibited-characters': ({ text }, rule) => ![...text].some((character) => characters(rule).has(character)),
  'prohibited-begin': ({ text }, rule) => !characters(rule).has([...text][0] ?? ''),
  'prohibited-end': ({ text }, rule) => !characters(rule).has([...text].at(-1) ?? ''),
  'allowed-characters': ({ text }, rule) => [...text].every((character) => characters(rule).has(character)),
  'not-person': ({ text }, _rule, { personWords }) => !containsWord(text, personWords),
  'not-common': ({ text }, _rule, { common }) => !common.includes(text),
  'not-context': ({ text }, _rule, { contextWords }) => !containsWord(text, contextWords),
}

export function brokenRules(view: PolicyView, text: string, context: RuleContext): Violation[] {
  const length = codePoints(text)
  // first and alone: nothing below may cost time on it
  if (length > MAX_CODE_POINTS) return [violationOf('max-length', { max: longestIn(view) }, [])]
  const candidate: Candidate = { text, length, counts: countClasses(text) }
  const violations: Violation[] = []
  if (isBlank(text)) violations.push(violationOf('not-blank', undefined, []))
  if (hasControl(text)) violations.push(violationOf('no-control', undefined, []))
  for (const rule of view.rules) {
    if (rule.checkedBy !== 'here') continue
    const met = CHECKS[rule.rule]
    if (met && !met(candidate, rule, context)) violations.push(violationOf(rule.rule, rule.params, rule.directories))
  }
  return violations
}

const longestIn = (view: PolicyView): number => {
  const rule = view.rules.find(({ rule: id }) => id === 'max-length')
  return rule ? number(rule, 'max') : MAX_CODE_POINTS
}

const violationOf = (rule: RuleId, params: Violation['params'], directories: readonly string[]): Violation => ({
  rule,
  ...(params && { params }),
  ...(directories.length > 0 && { directory: directories.join(', ') }),
})
