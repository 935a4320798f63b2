import { Injectable } from '@nestjs/common'
import type { Request, Response } from 'express'
import { Log, Metrics } from '../telemetry/index.js'
import { contextOf } from './request-context.js'

/** Seconds; tight where the walk answers (some 5 to 50 ms), wide where a directory is slow (15 s is its end). */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]

/** What the frame tells about itself: one log line and one measurement a request. */
@Injectable()
export class HttpVitals {
  readonly #durations
  readonly #inFlight

  constructor(
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.#durations = metrics.histogram({
      name: 'latchkey_http_request_duration_seconds',
      help: 'From the last header of the request to the last byte of the answer',
      labels: ['method', 'route', 'status'],
      buckets: BUCKETS,
    })
    this.#inFlight = metrics.gauge({ name: 'latchkey_http_requests_in_flight', help: 'Requests without an answer yet' })
  }

  /** One line and one measurement when the answer is out or the caller is gone. Never a path, a query or a body. */
  watch(request: Request, response: Response): void {
    const began = performance.now()
    this.#inFlight.inc()
    response.once('close', () => {
      this.#inFlight.dec()
      this.tell(request, response, (performance.now() - began) / 1000)
    })
  }

  private tell(request: Request, response: Response, seconds: number): void {
    const route = routeOf(request, response)
    const status = response.writableFinished ? String(response.statusCode) : 'broken-off'
    this.#durations.observe({ method: request.method, route, status }, seconds)
    const facts = {
      correlationId: contextOf(request).correlationId,
      method: request.method,
      route,
      status,
      ms: Math.round(seconds * 10_000) / 10,
      problem: response.locals['problem'] as string | undefined,
    }
    if (response.statusCode >= 500) this.log.error(facts, 'request')
    else this.log.info(facts, 'request')
  }
}

/** The template (/flows/:id), not the path: paths carry ids and what strangers type, and there is no end of them. */
function routeOf(request: Request, response: Response): string {
  if (response.locals['page']) return '(web)'
  const path = (request.route as { path?: unknown } | undefined)?.path
  return typeof path === 'string' ? path : '(none)'
}
