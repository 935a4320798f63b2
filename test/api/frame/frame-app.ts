import type { AddressInfo } from 'node:net'
import { Body, Controller, Get, Module, Param, Post, Req, Res } from '@nestjs/common'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { DomainError } from '../../../src/kernel/domain-error.js'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { Answers, ClientAddress, Cookies, CorrelationId, createApplication, Public, RequestLanguage, Requires, SelfService } from '../../../src/platform/http/index.js'
import type { ApplicationOptions, HttpSettings } from '../../../src/platform/http/index.js'
import { Log } from '../../../src/platform/telemetry/index.js'

export const ORIGIN = 'https://password.posti.example'
export const SETTINGS: HttpSettings = {
  publicOrigin: ORIGIN,
  trustedProxies: [],
  secureCookies: true,
  demo: false,
  webRoot: null,
  version: '0.0.0-test',
}

const Echo = z.object({ text: z.string().max(20), amount: z.number().int().optional() }).strict()
const Facts = z.object({ text: z.string(), address: z.string(), correlationId: z.string(), language: z.string() })

@Controller('api/v1/sample')
export class SampleController {
  static held: { release(): void } | null = null
  constructor(private readonly cookies: Cookies) {}

  @Post('echo')
  @Public()
  @Answers(Facts, { description: 'What the frame knows', problems: ['RATE_LIMITED', 'OTP_LOCKED', 'FLOW_EXPIRED'] })
  echo(@Body({ schema: Echo }) body: z.infer<typeof Echo>, @ClientAddress() address: string, @CorrelationId() correlationId: string, @RequestLanguage() language: string): object {
    return { text: body.text, address, correlationId, language, secretColumn: 'must not leave' }
  }

  @Get('items/:id')
  @SelfService()
  @Answers(z.object({ id: z.uuid() }), { description: 'One' })
  item(@Param('id', { schema: z.uuid() }) id: string): object {
    return { id }
  }

  @Get('operator')
  @Requires('directories.read')
  @Answers(null, { description: 'Never reached without a permission gate' })
  operator(): void {}

  @Get('mismatch')
  @Public()
  @Answers(z.object({ id: z.uuid() }), { description: 'Answers what its schema does not allow' })
  mismatch(): object {
    return { id: 'hunter2-leaks-here' }
  }

  @Post('fail/:how')
  @Public()
  @Answers(null, { description: 'Fails as asked' })
  fail(@Param('how') how: string): void {
    if (how === 'unknown') throw new Error('hunter2 in a message from a library')
    if (how === 'limited') throw new DomainError('RATE_LIMITED', { retryAt: new Date(Date.now() + 90_000) })
    if (how === 'diagnostic') throw new DomainError('CONNECTOR_UNAVAILABLE', { diagnostic: 'ldaps://dc1.internal refused', params: { directory: 'Windows and email' } })
    if (how === 'database') throw Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' })
    if (how === 'nul') throw Object.assign(new Error('query failed'), { driverError: Object.assign(new Error('invalid byte sequence'), { code: '22021' }) })
    if (how === 'secret') throw new Error(`rejected: ${new SecretText('hunter2').toString()}`)
    if (how === 'undefined') throw undefined
  }

  @Post('cookies/:name')
  @Public()
  @Answers(z.object({ before: z.string().nullable() }), { description: 'Sets a cookie and tells the one before' })
  cookie(@Param('name') name: 'flow' | 'session' | 'device', @Req() request: Request, @Res({ passthrough: true }) response: Response): object {
    if (name === 'device') this.cookies.set(response, name, 'token', 60)
    else if (name === 'session') this.cookies.clear(response, name)
    else this.cookies.set(response, name, 'token')
    return { before: this.cookies.read(request, name) }
  }

  @Get('slow')
  @Public()
  @Answers(z.object({ done: z.boolean() }), { description: 'Answers when released' })
  async slow(): Promise<object> {
    await new Promise<void>((release) => {
      SampleController.held = { release }
    })
    return { done: true }
  }
}

@Module({ controllers: [SampleController] })
export class SampleModule {}

export type Running = { app: NestExpressApplication; url: string; port: number; lines: string[]; close(): Promise<void> }

/** The sample behind the whole frame on a free port of loopback, with everything it logged. */
export async function runFrame(settings: Partial<HttpSettings> = {}, options: Omit<ApplicationOptions, 'log'> & { module?: typeof SampleModule } = {}): Promise<Running> {
  const lines: string[] = []
  const log = new Log({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const app = await createApplication(options.module ?? SampleModule, { ...SETTINGS, ...settings }, { ...options, log })
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  return { app, port, url: `http://127.0.0.1:${port}`, lines, close: () => app.close() }
}
