import { z } from 'zod'
import { TextParams } from './problem.contract.js'

/**
 * Who holds the password to a rule (decisions.md 21). `here`: checked before anything is sent, ticked live.
 * `directory`: only the directory can tell (history, minimum age), so the page never ticks it.
 * `not-enforced`: exists, but does not apply to this operation; shown to operators, left out for people.
 */
export const RuleCheckedBy = z.enum(['here', 'directory', 'not-enforced'])
export type RuleCheckedBy = z.infer<typeof RuleCheckedBy>

/** Rule ids are stable interface names: texts, violations and SOAP codes hang on them. */
export const RULE_IDS = [
  'min-length', 'max-length', 'min-lower', 'min-upper', 'min-digit', 'min-special', 'character-classes',
  'prohibited-characters', 'prohibited-begin', 'prohibited-end', 'not-person', 'not-common', 'not-context',
  'allowed-characters', 'not-blank', 'no-control', 'history', 'min-age', 'strength', 'directory-complexity',
] as const
export const RuleId = z.enum(RULE_IDS)
export type RuleId = z.infer<typeof RuleId>

export const PolicyRule = z.object({
  rule: RuleId,
  params: TextParams.optional(),
  checkedBy: RuleCheckedBy,
  directories: z.array(z.string()).describe('Names of the directories that ask for it'),
  atLeast: z.boolean().describe('The true value could not be read; this one holds at least'),
})
export type PolicyRule = z.infer<typeof PolicyRule>

export const PolicyView = z.object({ rules: z.array(PolicyRule), version: z.string() })
export type PolicyView = z.infer<typeof PolicyView>

/** `score` 0 to 4 and `reason` are the meter's; a reason is a text key such as common, name, year, repeat, sequence, keyboard. */
export const PasswordCheck = z.object({
  acceptable: z.boolean().describe('Every rule checked here is met'),
  rules: z.array(z.object({ rule: RuleId, met: z.boolean().nullable() })).describe('null: only the directory can tell'),
  score: z.number().int().min(0).max(4).nullable().describe('null: not measured, which says nothing about the password'),
  reason: z.string().nullable(),
})
export type PasswordCheck = z.infer<typeof PasswordCheck>
