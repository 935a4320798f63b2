import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { Request } from 'express'
import { contextOf, type RequestContext } from './request-context.js'

const fact = <Key extends keyof RequestContext>(key: Key) =>
  createParamDecorator((_: unknown, host: ExecutionContext) => contextOf(host.switchToHttp().getRequest<Request>())[key])

/** The caller's network address as text, for limits. Never stored raw: hash it under the purpose `address`. */
export const ClientAddress = fact('clientAddress')
/** The id that log lines, audit rows, tasks and the problem document of this request share. */
export const CorrelationId = fact('correlationId')
/** The best language for this caller, from Accept-Language; English when nothing fits. */
export const RequestLanguage = fact('language')
