import { Controller, Get, Inject, Redirect, Req, Res } from '@nestjs/common'
import { ApiResponse, type OpenAPIObject } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { DomainError } from '../../kernel/domain-error.js'
import { Metrics, Readiness } from '../telemetry/index.js'
import { Answers } from './answers.js'
import { isDirectLoopback } from './client-address.js'
import { HTTP_SETTINGS, type HttpSettings } from './http-settings.js'
import { OpenApi } from './open-api.js'
import { Public } from './requires.js'

const Liveness = z.object({ status: z.literal('ok'), version: z.string() })
const ReadinessView = z.object({ status: z.enum(['ok', 'unavailable']), failing: z.array(z.string()).readonly() })

/** For the machines that run the product. */
@Controller()
@Public()
export class FrameController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    private readonly openApi: OpenApi,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  /** The process answers. Says nothing of what it depends on: a restart would not mend that. */
  @Get('health/live')
  @Answers(Liveness, { description: 'The process is alive' })
  live(): z.infer<typeof Liveness> {
    return { status: 'ok', version: this.settings.version }
  }

  @Get('health/ready')
  @ApiResponse({ status: 200, description: 'Requests sent now are served', standardSchema: ReadinessView })
  @ApiResponse({ status: 503, description: 'Send requests elsewhere; names what is missing', standardSchema: ReadinessView })
  async ready(@Res() response: Response): Promise<void> {
    const { ready, failing } = await this.readiness.report()
    const view: z.input<typeof ReadinessView> = { status: ready ? 'ok' : 'unavailable', failing }
    response.status(ready ? 200 : 503).json(view)
  }

  /** Load and error counts tell an attacker how they are doing, so only this machine may read them. */
  @Get('metrics')
  @ApiResponse({
    status: 200,
    description: 'Prometheus text, for callers on this machine',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  async page(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (!isDirectLoopback(request, this.settings.publicOrigin)) throw new DomainError('NOT_FOUND')
    response.setHeader('Content-Type', this.metrics.registry.contentType).send(await this.metrics.page())
  }

  @Get('api/openapi.json')
  @ApiResponse({ status: 200, description: 'This document', content: { 'application/json': { schema: { type: 'object' } } } })
  document(): OpenAPIObject {
    return this.openApi.document()
  }

  /** Where password managers send people (W3C: A Well-Known URL for Changing Passwords). */
  @Get('.well-known/change-password')
  @Redirect('/change', 302)
  @ApiResponse({ status: 302, description: 'The page where a password is changed' })
  changePassword(): void {}
}
