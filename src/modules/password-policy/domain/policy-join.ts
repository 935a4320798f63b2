import { createHash } from 'node:crypto'
import type { PolicyRule, PolicyView, RuleId } from '../../../contract/password-policy.contract.js'
import type { TextParams } from '../../../contract/problem.contract.js'
import type { DeclaredRules } from './declared-rules.js'
import { MAX_CODE_POINTS, type ProductPolicy } from './product-policy.js'

/** `directory` is the name people know; it stands beside the rules that come from it. */
export type DirectoryRules = { readonly directory: string; readonly rules: DeclaredRules }
export type PolicyOperation = 'reset' | 'change' | 'initialize'

type Ask = { readonly directory: string | null; readonly value: number; readonly exact: boolean }
type Numeric = { [Key in keyof DeclaredRules]-?: DeclaredRules[Key] extends number | null ? Key : never }[keyof DeclaredRules]

/**
 * One policy out of the product's own and those of every chosen directory: the strictest number wins and the
 * directories that ask for it are named. `null` in a declaration is "no such rule", never "zero".
 */
export function joinPolicies(own: ProductPolicy, directories: readonly DirectoryRules[], operation: PolicyOperation): PolicyView {
  const rules: PolicyRule[] = []
  const add = (rule: RuleId, asks: readonly Ask[], params?: TextParams, checkedBy: PolicyRule['checkedBy'] = 'here'): void => {
    if (asks.length === 0) return
    rules.push({ rule, ...(params && { params }), checkedBy, directories: namesOf(asks), atLeast: asks.some(({ exact }) => !exact) })
  }
  const numeric = (rule: RuleId, key: Numeric, ours: number, param: string): void => {
    const asks = asksOf(directories, key, ours)
    const strictest = Math.max(...asks.map(({ value }) => value))
    // an unreadable lower value may hide a higher true one, so every inexact ask makes the row "at least"
    if (asks.length > 0) add(rule, asks.filter(({ value, exact }) => value === strictest || !exact), { [param]: strictest })
  }

  numeric('min-length', 'minLength', own.minLength, 'min')
  const longest = asksOf(directories, 'maxLength', own.maxLength)
  const shortest = Math.min(...longest.map(({ value }) => value))
  // the product's own ceiling is no rule to plan a password by; a directory's lower one is
  if (shortest < MAX_CODE_POINTS) add('max-length', longest.filter(({ value }) => value === shortest), { max: shortest })
  numeric('min-lower', 'minLower', own.minLower, 'min')
  numeric('min-upper', 'minUpper', own.minUpper, 'min')
  numeric('min-digit', 'minDigit', own.minDigit, 'min')
  numeric('min-special', 'minSpecial', own.minSpecial, 'min')
  numeric('character-classes', 'minClasses', own.minClasses, 'min')

  const prohibited = directories.filter(({ rules: { prohibitedCharacters } }) => prohibitedCharacters)
  const characters = [...new Set([own.prohibitedCharacters, ...prohibited.map(({ rules: asked }) => asked.prohibitedCharacters ?? '')].join(''))].join('')
  if (characters) add('prohibited-characters', owned(own.prohibitedCharacters !== '', prohibited), { characters })
  if (own.prohibitedBegin) add('prohibited-begin', OURS, { characters: own.prohibitedBegin })
  if (own.prohibitedEnd) add('prohibited-end', OURS, { characters: own.prohibitedEnd })
  if (own.allowedCharacters) add('allowed-characters', OURS, { characters: own.allowedCharacters })

  add('not-person', owned(own.rejectPersonWords, directories.filter(({ rules: asked }) => asked.rejectPersonWords)))
  if (own.rejectCommon) add('not-common', OURS)
  if (own.contextWords.length > 0) add('not-context', OURS)

  for (const [rule, key, param] of DIRECTORY_ONLY) {
    const asks = asksOf(directories, key, 0)
    const enforced = asks.filter((ask) => operation === 'change' || isHeldOnReset(directories, ask, rule))
    for (const [group, checkedBy] of [[enforced, 'directory'], [asks.filter((ask) => !enforced.includes(ask)), 'not-enforced']] as const) {
      const strictest = Math.max(...group.map(({ value }) => value))
      add(rule, group.filter(({ value, exact }) => value === strictest || !exact), { [param]: strictest }, checkedBy)
    }
  }
  return { rules, version: createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16) }
}

const OURS: readonly Ask[] = [{ directory: null, value: 0, exact: true }]
/** Only the directory knows what it remembers and since when (the portal keeps no foreign hashes, decisions.md 21). */
const DIRECTORY_ONLY = [['history', 'historyLength', 'count'], ['min-age', 'minAgeSeconds', 'seconds']] as const

function asksOf(directories: readonly DirectoryRules[], key: Numeric, ours: number): Ask[] {
  const asks: Ask[] = ours > 0 ? [{ directory: null, value: ours, exact: true }] : []
  for (const { directory, rules } of directories) {
    const value = rules[key]
    if (value !== null && value > 0) asks.push({ directory, value, exact: rules.exact })
  }
  return asks
}

const owned = (ours: boolean, directories: readonly DirectoryRules[]): Ask[] => [
  ...(ours ? OURS : []),
  ...directories.map(({ directory, rules }) => ({ directory, value: 0, exact: rules.exact })),
]

const namesOf = (asks: readonly Ask[]): string[] => [...new Set(asks.flatMap(({ directory }) => directory ?? []))].sort()

function isHeldOnReset(directories: readonly DirectoryRules[], ask: Ask, rule: 'history' | 'min-age'): boolean {
  const onReset = directories.find(({ directory }) => directory === ask.directory)?.rules.onReset
  return rule === 'history' ? onReset?.history ?? false : onReset?.minAge ?? false
}
