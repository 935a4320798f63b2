import { Controller, Get, Req } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { InboxView } from '../contract/self-service.contract.js'
import { DomainError } from '../kernel/domain-error.js'
import { DemoInbox } from '../modules/notifications/index.js'
import { Answers, isDirectLoopback, Public } from '../platform/http/index.js'

/** The mails that would have been sent. Exists in a demo only, and answers programs on this very machine only (decisions.md 1). */
@ApiTags('demo')
@Public()
@Controller('api/v1/demo/inbox')
export class InboxController {
  constructor(private readonly inbox: DemoInbox) {}

  @Get()
  @Answers(InboxView, { description: 'Newest first', problems: ['NOT_FOUND'] })
  async list(@Req() request: Request): Promise<InboxView> {
    if (!isDirectLoopback(request)) throw new DomainError('NOT_FOUND')
    const mails = await this.inbox.list()
    return { messages: mails.map(({ id, receivedAt, recipient, subject, text }) => ({ id, at: receivedAt.toISOString(), to: recipient, subject, text })) }
  }
}
