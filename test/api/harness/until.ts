/** Leaves the core to what is waited for. */
const PAUSE_MS = 5

/** Asks again and again until it answers something; gives up loudly. */
export async function until<T>(ask: () => Promise<T | null>, withinMs = 15_000): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    if (performance.now() > end) throw new Error(`nothing came of it within ${withinMs} ms`)
  }
}
