import { randomBytes } from 'node:crypto'

/** 256 bits for a cookie (security.md asks for 128). Whoever makes one keeps its keyed hash only. */
export function newBrowserToken(): string {
  return randomBytes(32).toString('base64url')
}
