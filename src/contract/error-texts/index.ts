import type { ErrorCode } from '../error-codes.js'
import type { TextParams } from '../problem.contract.js'
import type { Language } from '../self-service.contract.js'
import { ADMIN_DE } from './admin.de.js'
import { ADMIN_EN } from './admin.en.js'
import { ADMIN_FI } from './admin.fi.js'
import { ADMIN_SV } from './admin.sv.js'
import { AGENT_DE } from './agent.de.js'
import { AGENT_EN } from './agent.en.js'
import { AGENT_FI } from './agent.fi.js'
import { AGENT_SV } from './agent.sv.js'
import { formatText, type FormatOptions } from './format.js'
import { PERSON_DE } from './person.de.js'
import { PERSON_EN } from './person.en.js'
import { PERSON_FI } from './person.fi.js'
import { PERSON_SV } from './person.sv.js'

/**
 * Who reads the text. The person is told what concerns them in their words, the agent also what to do for the caller,
 * the admin also the technical cause. The browser bundle of self-service imports person.<language>.ts and format.ts
 * only, never this file.
 */
export type Audience = 'person' | 'agent' | 'admin'
export type ErrorTexts = Readonly<Record<ErrorCode, string>>

export const ERROR_TEXTS: Readonly<Record<Audience, Readonly<Record<Language, ErrorTexts>>>> = {
  person: { en: PERSON_EN, fi: PERSON_FI, sv: PERSON_SV, de: PERSON_DE },
  agent: { en: AGENT_EN, fi: AGENT_FI, sv: AGENT_SV, de: AGENT_DE },
  admin: { en: ADMIN_EN, fi: ADMIN_FI, sv: ADMIN_SV, de: ADMIN_DE },
}

export function errorText(
  code: ErrorCode, audience: Audience, language: Language, params: TextParams = {}, options: FormatOptions = {},
): string {
  return formatText(ERROR_TEXTS[audience][language][code], language, params, options)
}

/** The short heading of a problem document, from its `type`: stable, in English, for logs and programmers. */
export const problemTitle = (type: string): string => {
  const words = type.split('/').slice(2).join(': ').replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
