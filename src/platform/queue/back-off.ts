/**
 * Exponential back-off with full jitter: a uniform pick from 0 to min(cap, base·2^(failures-1)). Everything that failed
 * in the same second (a directory or Postgres that went away) comes back spread out instead of in one wave.
 *
 * @param failures how often it has failed so far, 1 for the first time
 */
export function fullJitter(failures: number, baseMs: number, capMs: number, random: () => number = Math.random): number {
  // 2^30 is past every sensible cap; without the bound a long outage would reach Infinity
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30))
  return Math.round(random() * ceiling)
}
