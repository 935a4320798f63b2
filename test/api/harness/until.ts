/** Asks again and again, as fast as it answers, until it answers something; gives up loudly. */
export async function until<T>(ask: () => Promise<T | null>, withinMs = 15_000): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    await new Promise((resolve) => setImmediate(resolve))
    if (performance.now() > end) throw new Error(`nothing came of it within ${withinMs} ms`)
  }
}
