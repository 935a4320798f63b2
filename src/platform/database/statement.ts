import type { QueryConfig } from 'pg'

/** More texts than the product has. Whoever builds endless variants gets them answered, but not kept by every connection. */
const NAMED_AT_MOST = 1_000

const names = new Map<string, string>()

/**
 * A statement as pg takes it. With a name each connection has it parsed and planned once, which costs Postgres more than
 * running it; texts without parameters go the simple way, which alone takes several statements in one text.
 */
export function statement(text: string, values: unknown[]): QueryConfig {
  if (values.length === 0) return { text }
  const name = nameOf(text)
  return name === undefined ? { text, values } : { name, text, values }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= NAMED_AT_MOST) return known
  const name = `s${names.size + 1}`
  names.set(text, name)
  return name
}
