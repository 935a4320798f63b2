import type { AuditEntry } from './audit-log.js'

/**
 * What may stand in a row in clear. A refusal here is a programming error (a fact that looks like a secret, an action
 * that is no name) and is thrown as one, so that the caller's own tests meet it; hostile input never reaches a refusal,
 * it is cleaned.
 */
const ACTION = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*){1,4}$/
const KEY = /^[a-z][a-zA-Z0-9]{0,39}$/
const ACTOR_ID = /^[A-Za-z0-9:_.-]{1,120}$/
const MAIL_ADDRESS = /[^\s@]+@[^\s@]+\.[^\s@]+/
const LONGEST_FACT = 300
const LONGEST_PERSONAL = 2_000

/** Text under a name with one of these words anywhere is refused … */
const ALWAYS_SECRET = new Set([
  'password', 'passwd', 'pwd', 'passphrase', 'secret', 'otp', 'token', 'cookie', 'credential', 'credentials', 'hetu', 'ssn',
])
/** … and text or a number when the name ends in one of these, too. */
const SECRET_AT_END = new Set([...ALWAYS_SECRET, 'code', 'codes', 'pin', 'link', 'url', 'key', 'answer'])
/** Codes that tell what happened, not what was proved. */
const HARMLESS_KEYS = new Set(['errorCode', 'statusCode', 'replyCode', 'resultCode', 'exitCode', 'smtpCode', 'diagnosticCode'])

/** Names of facts are written in the source, so there are few of them; what was never such a name is not kept. */
const knownWords = new Map<string, readonly string[]>()
const KEPT_NAMES = 1_000

function wordsOf(key: string): readonly string[] {
  const known = knownWords.get(key)
  if (known) return known
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().split(' ')
  if (knownWords.size < KEPT_NAMES) knownWords.set(key, words)
  return words
}

/** Facts: `passwordExpired: true`, `codeLength: 8`, `codeChannel: 'mail'`. Secrets: `code: 12345678`, `newPassword: '…'`. */
function looksLikeSecret(key: string, value: string | number | boolean | null): boolean {
  if (HARMLESS_KEYS.has(key) || typeof value === 'boolean' || value === null) return false
  const words = wordsOf(key)
  return SECRET_AT_END.has(words.at(-1)!) || (typeof value === 'string' && words.some((word) => ALWAYS_SECRET.has(word)))
}

/** What Postgres cannot store or a terminal would obey (NUL, escapes, lone surrogates) becomes U+FFFD. */
export function cleanText(text: string, longest: number): string {
  return Buffer.from(text.slice(0, longest), 'utf8').toString('utf8').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd')
}

export function checkedFacts(entry: AuditEntry): Record<string, string | number | boolean | null> {
  const facts: Record<string, string | number | boolean | null> = {}
  for (const [key, value] of Object.entries(entry.facts ?? {})) {
    const wrong = whatIsWrongWith(key, value)
    if (wrong) throw new Error(`audit ${entry.action}: fact ${key.slice(0, 40)} ${wrong}`)
    facts[key] = typeof value === 'string' ? cleanText(value, LONGEST_FACT) : value
  }
  return facts
}

/** Never repeats the value. */
function whatIsWrongWith(key: string, value: string | number | boolean | null): string | null {
  if (!KEY.test(key)) return 'has no name of the usual form'
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) return 'is no plain value'
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is no number'
  if (looksLikeSecret(key, value)) return 'looks like a secret'
  if (typeof value === 'string' && MAIL_ADDRESS.test(value)) return 'identifies someone; it belongs to personal'
  return null
}

export function checkedPersonal(entry: AuditEntry): Record<string, string> | null {
  const pairs = Object.entries(entry.personal ?? {})
  if (pairs.length === 0) return null
  if (!entry.personId) throw new Error(`audit ${entry.action}: personal data needs the person it is about`)
  return Object.fromEntries(pairs.map(([key, value]) => {
    if (!KEY.test(key)) throw new Error(`audit ${entry.action}: "${key.slice(0, 40)}" is no name for a personal field`)
    if (typeof value !== 'string') throw new Error(`audit ${entry.action}: personal field ${key} is no text`)
    if (looksLikeSecret(key, value)) throw new Error(`audit ${entry.action}: personal field ${key} looks like a secret`)
    return [key, cleanText(value, LONGEST_PERSONAL)]
  }))
}

export function checkNames(entry: AuditEntry): void {
  if (!ACTION.test(entry.action)) throw new Error(`audit: "${entry.action.slice(0, 80)}" is not area.thing.past-verb`)
  const { id } = entry.actor
  if (id !== null && !ACTOR_ID.test(id)) throw new Error(`audit ${entry.action}: the actor's id is no id`)
}
