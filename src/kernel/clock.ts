/**
 * Time for what this process does by itself (timers, back-off, log lines). What is compared between processes, above
 * all every expiry, is decided by the database's clock in the statement that acts on it (security.md, Numbers).
 */
export interface Clock {
  now(): Date
}
export const CLOCK = Symbol('Clock')
export const systemClock: Clock = { now: () => new Date() }
