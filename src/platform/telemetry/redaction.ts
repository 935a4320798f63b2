import { SecretText } from '../../kernel/secret-text.js'

const SECRET = '[secret]'
const DEEPEST = 6
const MOST_MEMBERS = 50
const LONGEST_TEXT = 2_000

/** Names whose values never reach a log, whatever they hold. "code" is meant: one-time codes; error codes log as `problem`. */
const SECRET_NAME = /pass(word|phrase)|secret|code|token|cookie|authorization|credential|private.?key|master.?key|otp|pin$/i
/** SQLSTATE and errno: shouted words and five-place states, which no code, password or token of ours looks like. */
const ERROR_NAME = /^(?:E[A-Z]{2,30}|ERR_[A-Z_0-9]{2,60}|[0-9A-Z]{5})$/

/**
 * A copy of `value` that is safe to print: secrets by name or by type replaced, bounded in depth, width and length,
 * no getters run, no cycles, no bytes. What is not certainly plain data is named, not shown.
 */
export function redacted(value: unknown): unknown {
  return copy(value, 0, new Set())
}

function copy(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof SecretText) return SECRET
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (above.has(value)) return '[circular]'
  if (depth >= DEEPEST) return '[deep]'
  above.add(value)
  try {
    return copyObject(value, depth, above)
  } finally {
    above.delete(value)
  }
}

function copyObject(value: object, depth: number, above: Set<object>): unknown {
  if (value instanceof Error) return describeError(value, depth, above)
  if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((item) => copy(item, depth + 1, above))
  if (value instanceof Set) return copyObject([...value], depth, above)
  const members = value instanceof Map ? mapMembers(value) : ownMembers(value)
  const out: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [name, member] of members.slice(0, MOST_MEMBERS)) {
    out[name] = SECRET_NAME.test(name) ? SECRET : copy(member, depth + 1, above)
  }
  return out
}

const mapMembers = (map: Map<unknown, unknown>): [string, unknown][] =>
  [...map].map(([name, member]) => [typeof name === 'string' ? name : `[${typeof name}]`, member])

/** Own data members only: a getter or a toJSON may compute, throw or give a secret away. */
function ownMembers(value: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(value))
    .filter(([, descriptor]) => descriptor.enumerable)
    .map(([name, descriptor]) => [name, 'value' in descriptor ? descriptor.value : '[getter]'])
}

/**
 * Name, message, stack and cause; nothing that libraries hang on errors besides (TypeORM: the parameters of the query;
 * Postgres: the offending row; axios and friends: the whole request). Messages that quote their input are withheld.
 */
function describeError(error: Error, depth: number, above: Set<object>): unknown {
  const code = dataMember(error, 'code')
  const state = typeof code === 'string' && ERROR_NAME.test(code) ? code : undefined
  const message = quotesInput(error, state) ? '[withheld: it may quote the input]' : copy(String(error.message), depth, above)
  const cause = dataMember(error, 'cause')
  return {
    name: String(error.name),
    message,
    ...(state === undefined ? {} : { state }),
    stack: framesOf(error),
    ...(cause === undefined ? {} : { cause: copy(cause, depth + 1, above) }),
  }
}

/** JSON.parse quotes a piece of its text; Postgres class 22 (data exception) and 23 (constraint) quote values. */
const quotesInput = (error: Error, state: string | undefined): boolean =>
  error instanceof SyntaxError || error instanceof URIError || (state !== undefined && /^2[23][0-9A-Z]{3}$/.test(state))

/** Only the frames: the first line of a stack repeats the message, also a changed or withheld one. */
const framesOf = (error: Error): string =>
  String(error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 20).map((line) => line.trim()).join('\n')

function dataMember(from: object, name: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(from, name)
  return descriptor && 'value' in descriptor ? descriptor.value : undefined
}
