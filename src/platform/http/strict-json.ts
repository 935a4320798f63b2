import { DomainError } from '../../kernel/domain-error.js'

/** Our deepest request has three levels; recursion over a body (validation, logging) stays bounded. */
const DEEPEST = 16
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype'])

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * JSON that every parser reads alike: strict UTF-8 without a byte order mark, an object at the top, no member named
 * twice (RFC 8259 §4 leaves open which one counts), none that could reach a prototype, bounded depth.
 */
export function parseStrictJson(bytes: Uint8Array): object {
  const text = decode(bytes)
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused('body', 'not-an-object')
  assertPlainStructure(text)
  return value
}

const refused = (field: string, reason: string): DomainError =>
  new DomainError('REQUEST_INVALID', { fields: [{ field, reason }] })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw refused('body', 'not-utf-8')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refused('body', 'not-json')
  }
}

/** Walks text already known to be JSON; only quotes and brackets matter. One pass, no recursion. */
function assertPlainStructure(text: string): void {
  const open: (Set<string> | null)[] = []
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : null)
      if (open.length > DEEPEST) throw refused('body', 'too-deep')
    } else if (char === '}' || char === ']') {
      open.pop()
    } else if (char === '"') {
      const end = endOfString(text, at)
      if (isName(text, end)) claimName(JSON.parse(text.slice(at, end + 1)) as string, open.at(-1))
      at = end
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

function isName(text: string, end: number): boolean {
  let at = end + 1
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++
  return text[at] === ':'
}

function claimName(name: string, names: Set<string> | null | undefined): void {
  if (FORBIDDEN_NAMES.has(name)) throw refused('body', 'forbidden-name')
  if (names?.has(name)) throw refused('body', 'name-given-twice')
  names?.add(name)
}
