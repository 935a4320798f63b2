import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import type { Language } from '../../contract/self-service.contract.js'

/** What the frame found out about one request before any handler saw it. */
export type RequestContext = {
  /** Our own, one a request; an incoming correlation header is not believed (it would let callers write our logs). */
  readonly correlationId: string
  readonly clientAddress: string
  readonly language: Language
}

const contexts = new WeakMap<IncomingMessage, RequestContext>()
const current = new AsyncLocalStorage<RequestContext>()

export function enterRequest(request: IncomingMessage, context: RequestContext, next: () => void): void {
  contexts.set(request, context)
  current.run(context, next)
}

export function contextOf(request: IncomingMessage): RequestContext {
  const context = contexts.get(request)
  if (!context) throw new Error('the request did not pass through the frame')
  return context
}

/** For log lines written far below the handler; undefined in background work. */
export const currentCorrelationId = (): string | undefined => current.getStore()?.correlationId
