// Front door; the password-policy module fills it. See README.md there.
export type { DeclaredRules, PersonWords } from './domain/declared-rules.js'
