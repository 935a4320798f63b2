import type { Problem } from '@contract/problem.contract.js'
import { currentLanguage } from './language.js'
import { observeServerTime } from './server-clock.js'

/**
 * What a call ended with. `reached` is false when no server of ours answered: then it is not known whether the request
 * arrived, and no text may say that nothing happened.
 */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem; readonly reached: boolean }

const BASE = '/api/v1'
/** Longer than the server's own bound of 15 s for anything it waits for. */
const PATIENCE_MS = 20_000

type Method = 'GET' | 'POST' | 'DELETE'

export async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer<T>> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  try {
    const response = await fetch(BASE + path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      headers: {
        accept: 'application/json, application/problem+json',
        'accept-language': currentLanguage(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    })
    observeServerTime(response.headers.get('date'))
    if (response.status === 204) return { ok: true, value: undefined as T }
    const json: unknown = await response.json().catch(() => undefined)
    if (response.ok && json !== undefined) return { ok: true, value: json as T }
    return isProblem(json) ? { ok: false, problem: json, reached: true } : notReached(response.status)
  } catch (error) {
    if (signal?.aborted) throw error
    return notReached(0)
  }
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, undefined, signal)
export const post = <T>(path: string, body: unknown, signal?: AbortSignal) => call<T>('POST', path, body, signal)

function notReached(status: number): Answer<never> {
  const problem: Problem = {
    type: '/problems/request/service-unavailable', title: '', status, code: 'SERVICE_UNAVAILABLE', detail: '', correlationId: '',
  }
  return { ok: false, problem, reached: false }
}

/** A proxy in front of a stopped server answers in its own words; only ours carries a code. */
const isProblem = (json: unknown): json is Problem =>
  typeof json === 'object' && json !== null && typeof (json as Problem).code === 'string'
