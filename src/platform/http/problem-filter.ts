import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import type { Request, Response } from 'express'
import type { DomainError } from '../../kernel/domain-error.js'
import { Log } from '../telemetry/index.js'
import { domainErrorOf } from './domain-error-of.js'
import { problemOf, PROBLEM_TYPE } from './problem.js'
import { contextOf } from './request-context.js'

/** The only writer of error answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    this.answer(domainErrorOf(thrown), http.getRequest<Request>(), http.getResponse<Response>())
  }

  private answer(error: DomainError, request: Request, response: Response): void {
    const { language, correlationId } = contextOf(request)
    response.locals['problem'] = error.code
    if (error.kind === 'internal' || error.kind === 'unavailable') this.report(error, correlationId)
    // Half an answer is out: the only honest end is to break it off.
    if (response.headersSent) return void response.destroy()
    const problem = problemOf(error.code, error.detail, language, correlationId)
    if (problem.status === 429) response.setHeader('Retry-After', secondsUntil(error.detail.retryAt))
    if (problem.status === 503) response.setHeader('Retry-After', '30')
    response
      .status(problem.status)
      .setHeader('Content-Type', PROBLEM_TYPE)
      .setHeader('Content-Language', language)
      .setHeader('Vary', 'Accept-Language')
      .send(Buffer.from(JSON.stringify(problem)))
  }

  private report(error: DomainError, correlationId: string): void {
    const { diagnostic, cause } = error.detail
    const facts = { correlationId, problem: error.code, diagnostic, error: cause ?? error }
    if (error.kind === 'internal') this.log.error(facts, 'a request ended in an unexpected exception')
    else this.log.warn(facts, 'a request found something unavailable')
  }
}

/** Whole seconds, at least one: a zero would invite an immediate repeat. */
const secondsUntil = (retryAt: Date | undefined): string =>
  String(Math.max(1, Math.ceil(((retryAt?.getTime() ?? 0) - Date.now()) / 1000)))
