import { LdapFailure } from './ldap-failure.js'

/** A fixed number of places, given in the order of asking. */
export class Places {
  #taken = 0
  readonly #waiting: (() => void)[] = []

  constructor(private readonly places: number, private readonly of: string) {}

  get taken(): number {
    return this.#taken
  }

  /** Resolves with the release of the place; LdapFailure `throttled` when the turn does not come before the deadline. */
  async enter(deadline: Date): Promise<() => void> {
    if (this.#taken >= this.places) await this.#turn(deadline)
    else this.#taken += 1
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.#waiting.shift()
      if (next) next()
      else this.#taken -= 1
    }
  }

  #turn(deadline: Date): Promise<void> {
    return new Promise((resolve, reject) => {
      const mine = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(mine), 1)
        reject(new LdapFailure({ kind: 'throttled', diagnostic: `${this.of}: all ${this.places} connections are in use` }))
      }, Math.max(0, deadline.getTime() - Date.now()))
      this.#waiting.push(mine)
    })
  }
}
