import type { Server } from 'node:http'
import supertest from 'supertest'
import type { Problem } from '../../../src/contract/problem.contract.js'

export const ORIGIN = 'http://127.0.0.1:8080'
export type Answer<Body> = { status: number; body: Body; headers: Record<string, string | string[] | undefined> }

/**
 * One browser as the server sees it: keeps its cookies, sends its Origin. Two clients are two browsers. Answers are
 * returned, not asserted: what a status must be is the test's business.
 */
export class BrowserClient {
  readonly #cookies = new Map<string, string>()

  constructor(
    private readonly server: Server,
    private readonly headers: Record<string, string> = {},
  ) {}

  get<Body = Problem>(path: string): Promise<Answer<Body>> {
    return this.send('get', path)
  }

  post<Body = Problem>(path: string, body: object = {}): Promise<Answer<Body>> {
    return this.send('post', path, body)
  }

  put<Body = Problem>(path: string, body: object = {}): Promise<Answer<Body>> {
    return this.send('put', path, body)
  }

  delete<Body = Problem>(path: string): Promise<Answer<Body>> {
    return this.send('delete', path)
  }

  /** What a thief of this cookie would hold. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name)
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, value)
  }

  private async send<Body>(method: 'get' | 'post' | 'put' | 'delete', path: string, body?: object): Promise<Answer<Body>> {
    let request = supertest(this.server)[method](`/api/v1${path}`).set({ origin: ORIGIN, ...this.headers })
    if (this.#cookies.size) request = request.set('cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await (body ? request.send(body) : request)
    const set = answer.headers['set-cookie'] as unknown as string[] | undefined
    for (const line of set ?? []) {
      const [pair] = line.split(';')
      const at = pair!.indexOf('=')
      const [name, value] = [pair!.slice(0, at), pair!.slice(at + 1)]
      if (value) this.#cookies.set(name, decodeURIComponent(value))
      else this.#cookies.delete(name)
    }
    return { status: answer.status, body: answer.body as Body, headers: answer.headers as Answer<Body>['headers'] }
  }
}
