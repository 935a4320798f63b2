/** Countdowns and ends are the server's times; a clock that is wrong on this machine must not shift them. */
let ahead = 0 // ms the server is ahead of this machine

export function observeServerTime(date: string | null): void {
  const at = date ? Date.parse(date) : NaN
  // The header counts whole seconds; a smaller difference is noise.
  if (!Number.isNaN(at)) ahead = Math.abs(at - Date.now()) < 2_000 ? 0 : at - Date.now()
}

/** Milliseconds since the epoch by the server's clock. */
export const serverNow = (): number => Date.now() + ahead
