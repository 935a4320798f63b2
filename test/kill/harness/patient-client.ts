import { setTimeout as pause } from 'node:timers/promises'

const TRAIL_IS_BACK_WITHIN_MS = 20_000
const TRIES_AGAIN_MS = 40

export type Answer = {
  status: number
  body: Record<string, unknown>
  /** How often the server died under this request. */
  losses: number
}

/**
 * The person's browser: keeps cookies, and when the server dies under a request waits until it is back and presses the
 * button again, as people do. What the product promises must hold for exactly that.
 */
export class PatientClient {
  readonly #cookies = new Map<string, string>()
  /** @param back resolves when somebody listens at the address (again). */
  constructor(
    private readonly origin: string,
    private readonly back: (afterLoss: boolean) => Promise<void>,
    private readonly headers: Record<string, string> = {},
  ) {}

  get(path: string): Promise<Answer> {
    return this.send('GET', path)
  }
  /** While the trail cannot be kept nothing is accepted and the page says to try again: after a death that lasts a moment. */
  async post(path: string, body: object = {}): Promise<Answer> {
    const end = performance.now() + TRAIL_IS_BACK_WITHIN_MS
    for (let losses = 0; ;) {
      const answer = await this.send('POST', path, body)
      losses += answer.losses
      if (answer.body['code'] !== 'AUDIT_UNAVAILABLE' || performance.now() > end) return { ...answer, losses }
      await pause(TRIES_AGAIN_MS)
    }
  }

  async send(method: string, path: string, body?: object): Promise<Answer> {
    for (let losses = 0; losses < 10; losses++) {
      await this.back(losses > 0)
      try {
        return { ...(await this.#once(method, path, body)), losses }
      } catch (error) {
        // fetch throws a TypeError (of another realm than the tests') for a lost connection; the rest is our mistake.
        if ((error as Error).name !== 'TypeError') throw error
      }
    }
    throw new Error(`${method} ${path}: the server died ten times in a row`)
  }

  async #once(method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.origin}${path}`, {
      method,
      headers: {
        origin: this.origin,
        connection: 'close', // a kept connection would belong to the dead
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(this.#cookies.size ? { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
        ...this.headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await response.text()
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie)
    return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} }
  }

  #keep(cookie: string): void {
    const [pair, ...attributes] = cookie.split(';')
    const at = pair!.indexOf('=')
    const gone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute) || /expires=Thu, 01 Jan 1970/i.test(attribute))
    if (gone) this.#cookies.delete(pair!.slice(0, at))
    else this.#cookies.set(pair!.slice(0, at), pair!.slice(at + 1))
  }
}
