import { ConnectorError } from './connector.js'

type Waiting = { readonly enter: () => void }

/** A fixed number of places for conversations with one directory, and a short, fair queue before them. */
export class Bulkhead {
  #taken = 0
  readonly #waiting: Waiting[] = []

  constructor(
    private places: number,
    private readonly queue: number,
  ) {}

  get taken(): number {
    return this.#taken
  }
  get waiting(): number {
    return this.#waiting.length
  }

  /** From now on so many. Places that are taken above that are not given on when they become free. */
  resize(places: number): void {
    this.places = places
    while (this.#taken < this.places && this.#waiting.length > 0) {
      this.#taken += 1
      this.#waiting.shift()!.enter()
    }
  }

  /** Resolves with the release of the place; throws throttled when the queue is full, timed-out when the turn never came. */
  async enter(deadline: Date): Promise<() => void> {
    if (this.#taken < this.places) {
      this.#taken += 1
      return this.#releaseOnce()
    }
    if (this.#waiting.length >= this.queue) throw new ConnectorError('throttled', `${this.places} calls under way and ${this.queue} waiting`)
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        enter: () => {
          clearTimeout(timer)
          resolve(this.#releaseOnce())
        },
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        // our queue, not the directory: it must not open the circuit
        reject(new ConnectorError('throttled', `no turn among ${this.places} calls before the deadline`))
      }, Math.max(0, deadline.getTime() - Date.now()))
      this.#waiting.push(waiting)
    })
  }

  /** The place goes to the next in line, or becomes free; a second release of the same place does nothing. */
  #releaseOnce(): () => void {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.#taken <= this.places ? this.#waiting.shift() : undefined
      if (next) next.enter()
      else this.#taken -= 1
    }
  }
}
