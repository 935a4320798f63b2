import type { IncomingMessage } from 'node:http'
import { DomainError } from '../../kernel/domain-error.js'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Against requests that another site makes a browser send. Every unsafe method names an origin of ours; a browser that
 * leaves Origin out must say same-origin in Sec-Fetch-Site, which no page can write. What we compare with comes from
 * the configuration: Host and X-Forwarded-* are the caller's words (security.md rule 4).
 */
export function assertOwnOrigin(request: IncomingMessage, origins: ReadonlySet<string>): void {
  if (SAFE.has(request.method ?? '')) return
  const { origin } = request.headers
  const own = origin === undefined ? request.headers['sec-fetch-site'] === 'same-origin' : origins.has(origin)
  if (!own) throw new DomainError('ORIGIN_REFUSED')
}
