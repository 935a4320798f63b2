/** One at a time for each key, in the order of asking; different keys do not wait for each other. In this process only. */
export class Serialiser {
  readonly #last = new Map<string, Promise<void>>()

  /** Throws what `late` makes when the turn does not come before the deadline; then `work` never runs. */
  async run<T>(key: string, deadline: Date, work: () => Promise<T>, late: () => Error): Promise<T> {
    const before = this.#last.get(key)
    let finish!: () => void
    const mine = new Promise<void>((resolve) => { finish = resolve })
    this.#last.set(key, mine)
    const done = (): void => {
      finish()
      if (this.#last.get(key) === mine) this.#last.delete(key)
    }
    try {
      if (before) await inTime(before, deadline, late)
    } catch (error) {
      // those behind wait for whom this one waited for
      void before!.then(done)
      throw error
    }
    try {
      return await work()
    } finally {
      done()
    }
  }

  /** Keys with work under way or waiting. */
  get size(): number {
    return this.#last.size
  }
}

async function inTime(turn: Promise<void>, deadline: Date, late: () => Error): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const lateness = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(0, deadline.getTime() - Date.now()))
  })
  try {
    await Promise.race([turn, lateness])
  } finally {
    clearTimeout(timer)
  }
}
