import {
  StandardSchemaValidationPipe, type DynamicModule, type StandardSchemaValidationPipeOptions, type Type,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import cookieParser from 'cookie-parser'
import type { NextFunction, Request, Response } from 'express'
import { DomainError } from '../../kernel/domain-error.js'
import { newId } from '../../kernel/ids.js'
import { Log, NestLog, TelemetryModule } from '../telemetry/index.js'
import { readBody } from './body.js'
import { ClientAddresses } from './client-address.js'
import { FrameAdapter, type ServerBounds } from './frame-adapter.js'
import { GracefulStop } from './graceful-stop.js'
import { allowedOrigins, type HttpSettings } from './http-settings.js'
import { HttpVitals } from './http-vitals.js'
import { HttpModule } from './http.module.js'
import { OpenApi } from './open-api.js'
import { assertOwnOrigin } from './origin-check.js'
import { currentCorrelationId, enterRequest } from './request-context.js'
import { languageOf } from './request-language.js'
import { securityHeaders } from './security-headers.js'
import { webFiles } from './web-files.js'

export type ApplicationOptions = {
  /** Absent: lines of level info on standard output. */
  readonly log?: Log
  /** For tests of the bounds themselves. */
  readonly bounds?: ServerBounds
}

/**
 * The HTTP process around a module, ready to `listen`. Brings TelemetryModule and HttpModule; `close()` drains. Anything
 * wrong (a route without a declaration, a setting that is none) is thrown, not logged and ended.
 */
export async function createApplication(
  module: Type | DynamicModule,
  settings: HttpSettings,
  { log = new Log({ version: settings.version, correlationId: currentCorrelationId }), bounds }: ApplicationOptions = {},
): Promise<NestExpressApplication> {
  const root: DynamicModule = { module: class Frame {}, imports: [TelemetryModule.with(log), HttpModule.with(settings), module] }
  const app = await NestFactory.create<NestExpressApplication>(root, new FrameAdapter(bounds), {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLog(log),
  })
  try {
    frame(app, settings)
    await app.init()
    app.get(OpenApi).describe(app, settings.version)
    return app
  } catch (error) {
    // What did open (pools, timers) would keep the process from ending.
    await app.close().catch(() => {})
    throw error
  }
}

/** The road every request takes before a handler, in this order: who, headers, stop, method, origin, pages, body, cookies. */
function frame(app: NestExpressApplication, settings: HttpSettings): void {
  const origins = allowedOrigins(settings)
  const addresses = new ClientAddresses(settings.trustedProxies)
  const vitals = app.get(HttpVitals)
  const stop = app.get(GracefulStop)

  app.use((request: Request, response: Response, next: NextFunction) => {
    const language = languageOf(request)
    const correlationId = newId()
    response.setHeader('X-Correlation-Id', correlationId)
    enterRequest(request, { correlationId, clientAddress: addresses.of(request), language }, () => {
      vitals.watch(request, response)
      next()
    })
  })
  app.use(securityHeaders(settings.publicOrigin.startsWith('https:')))
  app.use((request: Request, response: Response, next: NextFunction) => {
    // A kept-alive line would bring the next request to a process that is leaving.
    if (stop.stopping) response.setHeader('Connection', 'close')
    if (!METHODS.has(request.method)) throw new DomainError('NOT_FOUND')
    assertOwnOrigin(request, origins)
    next()
  })
  if (settings.webRoot !== null) app.use(webFiles(settings.webRoot))
  app.use(readBody)
  app.use(cookieParser())
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: refuseFields }))
}

/** OPTIONS is not among them: no other origin may call us, so there is nothing to negotiate. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
const MOST_FIELDS = 20
type Issues = Parameters<NonNullable<StandardSchemaValidationPipeOptions['exceptionFactory']>>[0]
type Issue = Issues[number]

/** Where and what kind of mistake, in zod's own words for kinds; never the value. */
function refuseFields(issues: Issues): DomainError {
  const fields = issues.slice(0, MOST_FIELDS).map((issue) => ({ field: fieldOf(issue), reason: reasonOf(issue) }))
  return new DomainError('REQUEST_INVALID', { fields })
}

const fieldOf = ({ path = [] }: Issue): string =>
  path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.').slice(0, 100) || 'request'
/** zod adds `code`; its messages are not used, since some quote names or values of the input. */
const reasonOf = (issue: Issue): string =>
  'code' in issue && typeof issue.code === 'string' ? issue.code.replaceAll('_', '-') : 'invalid'
