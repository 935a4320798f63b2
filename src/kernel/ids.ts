import { randomUUID } from 'node:crypto'

/**
 * UUID version 7 (RFC 9562 §5.7): time-ordered, so primary-key indexes grow at their right edge. Not a secret.
 * Its random part is that of a version 4, which Node makes many of at once: an import needs hundreds of thousands.
 */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
