import { timingSafeEqual } from 'node:crypto'

/** Compares two equal-length digests without an early exit. Different lengths are unequal; lengths are no secret here. */
export function equalDigests(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
