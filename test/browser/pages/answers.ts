import type { Page, Request } from 'playwright-core'
import * as given from '../../../web/src/testing/fixtures.js'
import type { Problem } from '../../../src/contract/problem.contract.js'

export type Answer = { readonly status: number; readonly body: unknown }
type Handler = Answer | ((request: Request) => Answer | Promise<Answer> | null)
/** "METHOD /path below /api/v1" to what the server says. A list is said one after the other, the last again and again. */
export type Answers = Readonly<Record<string, Handler | readonly Handler[]>>

export const ok = (body: unknown, status = 200): Answer => ({ status, body })
export const refuse = (code: Problem['code'], status: number, over: Partial<Problem> = {}): Answer =>
  ({ status, body: given.problem(code, status, over) })
/** The server cannot be reached at all. */
export const unreachable = (): null => null
/** No answer yet. */
export const silent = (): Promise<Answer> => new Promise(() => undefined)

/** Everything the page has asked of the server, in order. */
export type Asked = { readonly method: string; readonly path: string; readonly body: unknown }

/** Stands in for the server. A question nobody prepared an answer for is a fault of the test and shows as one. */
export async function answerWith(page: Page, answers: Answers): Promise<{ asked: Asked[]; set: (more: Answers) => void }> {
  const asked: Asked[] = []
  let prepared: Answers = { 'GET /self-service/site': ok(given.site), ...answers }
  const said = new Map<string, number>()
  await page.route('**/api/v1/**', async (route) => {
    const request = route.request()
    const path = new URL(request.url()).pathname.replace('/api/v1', '')
    const key = `${request.method()} ${path}`
    const found = prepared[key]
    if (found === undefined) throw new Error(`no answer prepared for ${key}`)
    asked.push({ method: request.method(), path, body: request.postData() ? (JSON.parse(request.postData()!) as unknown) : null })
    const turns = Array.isArray(found) ? (found as readonly Handler[]) : [found as Handler]
    const turn = said.get(key) ?? 0
    said.set(key, turn + 1)
    const handler = turns[Math.min(turn, turns.length - 1)]!
    const answer = typeof handler === 'function' ? await handler(request) : handler
    if (!answer) return route.abort('connectionrefused')
    const contentType = answer.status >= 400 ? 'application/problem+json' : 'application/json'
    await route.fulfill({ status: answer.status, contentType, body: JSON.stringify(answer.body) })
  })
  return {
    asked,
    set: (more) => {
      prepared = { ...prepared, ...more }
      Object.keys(more).forEach((key) => said.delete(key))
    },
  }
}
