/** Between 1601-01-01, where FILETIME starts, and 1970-01-01, in its units of 100 ns. */
const EPOCH = 116_444_736_000_000_000n
const PER_MS = 10_000n
const NEVER = 0x7fff_ffff_ffff_ffffn

/** A point in time; null for 0 and for the values that mean never. */
export function fileTimeToDate(value: string | null): Date | null {
  const ticks = ticksOf(value)
  if (ticks === null || ticks <= 0n || ticks >= NEVER) return null
  const ms = Number((ticks - EPOCH) / PER_MS)
  // beyond what a Date holds is as good as never
  return Math.abs(ms) > 8.64e15 ? null : new Date(ms)
}

export const dateToFileTime = (date: Date): string => (BigInt(date.getTime()) * PER_MS + EPOCH).toString()

/** A duration, stored negated; null for none: 0, or the lowest number for "never". Rounded up, as a rule may not look shorter. */
export function intervalToSeconds(value: string | null): number | null {
  const ticks = ticksOf(value)
  if (ticks === null || ticks >= 0n || ticks <= -NEVER) return null
  return Number((-ticks + 9_999_999n) / 10_000_000n)
}

function ticksOf(value: string | null): bigint | null {
  return value !== null && /^-?\d{1,20}$/.test(value) ? BigInt(value) : null
}
