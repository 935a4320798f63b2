import type { DeclaredRules } from '../../password-policy/index.js'
import type { ConnectorReason } from '../domain/connector.js'
import { unsendable } from '../domain/sendable-password.js'
import { MAX_PASSWORD_UNITS } from './unicode-pwd.js'

/** What a server that says only "no" may have meant. */
export type RefusedWrite = {
  readonly password: string
  /** By its owner, with the present password. A reset is held to history and age only with the policy-hints control. */
  readonly isChange: boolean
  readonly isHinted: boolean
  /** Login and display name: a complex password may hold neither. */
  readonly names: readonly string[]
  readonly setAt: Date | null
  readonly now: Date
  /** The domain runs password filters of its own (a list of banned words): those refuse with the same number. */
  readonly hasFilters: boolean
}

type Explanation = { readonly reason: ConnectorReason; readonly violations: readonly { rule: string }[] }

const SHORTEST_WORD = 3

/**
 * One number stands for every rule (0000052D), so the cause is found by comparing with the rules that were read: first what
 * can be computed, then the age, and history only when nothing else is left and the rules are the whole truth.
 */
export function explainRefusal(write: RefusedWrite, rules: DeclaredRules): Explanation {
  const broken = brokenRules(write.password, write.names, rules)
  if (broken.length > 0) return { reason: 'policy-refused', violations: broken }
  if (!write.isChange && !write.isHinted) return { reason: 'policy-refused', violations: [] }
  if (isTooYoung(write, rules)) return { reason: 'too-young', violations: [{ rule: 'min-age' }] }
  if (rules.exact && !write.hasFilters && (rules.historyLength ?? 0) > 0) return { reason: 'history', violations: [{ rule: 'history' }] }
  return { reason: 'policy-refused', violations: [] }
}

/** Refused before anything is sent: nobody can store it, or no server of this kind. */
export function unusableRules(password: string): { rule: string }[] {
  const broken = unsendable(password)
  return broken.length === 0 && password.length > MAX_PASSWORD_UNITS ? [{ rule: 'max-length' }] : broken
}

function isTooYoung({ setAt, now }: RefusedWrite, { minAgeSeconds }: DeclaredRules): boolean {
  return setAt !== null && minAgeSeconds !== null && now.getTime() - setAt.getTime() < minAgeSeconds * 1000
}

function brokenRules(password: string, names: readonly string[], rules: DeclaredRules): { rule: string }[] {
  return named({
    // in UTF-16 units, as the server counts
    'min-length': password.length < (rules.minLength ?? 0),
    'character-classes': kindsOf(password) < (rules.minClasses ?? 0),
    'not-person': rules.rejectPersonWords && containsName(password, names),
  })
}

/** Small letters, capitals, digits, other marks, and letters of scripts without case: three of them make it complex. */
function kindsOf(password: string): number {
  const kinds = [/\p{Ll}/u, /\p{Lu}|\p{Lt}/u, /\p{Nd}/u, /[^\p{L}\p{N}]/u, /\p{Lo}|\p{Lm}/u]
  return kinds.filter((kind) => kind.test(password)).length
}

/** The login as a whole; of the display name each part between marks (Windows' own rule). */
function containsName(password: string, [login = '', ...displayNames]: readonly string[]): boolean {
  const inside = password.toLowerCase()
  const parts = [login, ...displayNames.flatMap((name) => name.split(/[\s,._#\-\t]+/u))]
  return parts.some((part) => [...part].length >= SHORTEST_WORD && inside.includes(part.toLowerCase()))
}

const named = (broken: Readonly<Record<string, boolean>>): { rule: string }[] =>
  Object.entries(broken).flatMap(([rule, isBroken]) => (isBroken ? [{ rule }] : []))
