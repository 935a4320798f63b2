import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { CursorExpired, type FeedRequest } from '../domain/account-feed.js'

/** What a read covers. A cursor made for something else says nothing about what is asked for now. */
export const scopeOf = (parts: readonly unknown[], { fields, correlation }: FeedRequest): string =>
  createHash('sha256').update(JSON.stringify([parts, fields ?? {}, [...correlation].sort()])).digest('base64url').slice(0, 22)

export function readCursor<T extends { scope: string }>(schema: z.ZodType<T>, cursor: string, scope: string): T {
  const parsed = schema.safeParse(jsonOf(cursor))
  if (!parsed.success) throw new CursorExpired('the mark is not one of this kind of directory')
  if (parsed.data.scope !== scope) throw new CursorExpired('what is read has been configured anew')
  return parsed.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
