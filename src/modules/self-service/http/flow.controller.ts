import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { PasswordCheck, PolicyView } from '../../../contract/password-policy.contract.js'
import {
  AnswerVerification, CheckPassword, FlowView, RerunAccounts, StartFlow as StartFlowBody, StartVerification,
  SubmitPassword, SubmitUnlock, SuggestPassword, Suggestion, type FlowKind, type Language,
} from '../../../contract/self-service.contract.js'
import { SecretText } from '../../../kernel/secret-text.js'
import { Answers, ClientAddress, Cookies, CorrelationId, RequestLanguage, SelfService } from '../../../platform/http/index.js'
import { AskAgain } from '../domain/ask-again.js'
import type { FlowTicket } from '../domain/flow-access.js'
import { FlowViews } from '../domain/flow-views.js'
import { PasswordAids } from '../domain/password-aids.js'
import { SendCode } from '../domain/send-code.js'
import { StartFlow } from '../domain/start-flow.js'
import { SubmitFlow } from '../domain/submit-flow.js'
import { TakeAnswer } from '../domain/take-answer.js'
import { Nothing, PASSWORD_PROBLEMS, PROOF_PROBLEMS, RERUN_PROBLEMS, STEP_PROBLEMS, SUBMIT_PROBLEMS, type AccountsChoice } from './flow-problems.js'

const FlowId = z.uuid()
/** A browser that has proved its person is known for half a year (decisions.md 14). */
const DEVICE_SECONDS = 180 * 24 * 60 * 60

/** Both kinds of flow share the steps up to the proof; the path names the kind, and a flow of the other kind is not here. */
abstract class FlowSteps {
  protected abstract readonly kind: FlowKind

  constructor(
    protected readonly starting: StartFlow,
    protected readonly sending: SendCode,
    protected readonly answering: TakeAnswer,
    protected readonly submitting: SubmitFlow,
    protected readonly again: AskAgain,
    protected readonly views: FlowViews,
    protected readonly cookies: Cookies,
  ) {}

  @Post()
  @Answers(FlowView, { status: 201, description: 'The opened flow; the same for whoever was typed', problems: ['REQUEST_INVALID', 'RATE_LIMITED', 'NOT_ENTITLED', 'AUDIT_UNAVAILABLE'] })
  async start(
    @Body({ schema: StartFlowBody }) body: z.infer<typeof StartFlowBody>,
    @RequestLanguage() language: Language, @ClientAddress() address: string, @CorrelationId() correlationId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<FlowView> {
    const { flow, cookie } = await this.starting.start({ kind: this.kind, identifier: body.identifier, language, address, correlationId })
    this.cookies.set(response, 'flow', cookie)
    return flow
  }

  @Get(':id')
  @Answers(FlowView, { description: 'The flow of this browser', problems: STEP_PROBLEMS })
  async read(@Param('id', { schema: FlowId }) id: string, @Req() request: Request, @CorrelationId() correlationId: string): Promise<FlowView> {
    return this.views.view(this.ticket(id, request, correlationId))
  }

  @Post(':id/verification')
  @Answers(FlowView, { status: 202, description: 'If the person is known, a code is on its way', problems: [...STEP_PROBLEMS, ...PROOF_PROBLEMS] })
  async verify(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: StartVerification }) body: z.infer<typeof StartVerification>,
    @Req() request: Request, @CorrelationId() correlationId: string,
  ): Promise<FlowView> {
    const ticket = this.ticket(id, request, correlationId)
    await this.sending.start(ticket, body, { token: this.cookies.read(request, 'device') })
    return this.views.view(ticket)
  }

  @Post(':id/verification/resend')
  @Answers(FlowView, { status: 202, description: 'A new code replaces the earlier one', problems: [...STEP_PROBLEMS, ...PROOF_PROBLEMS] })
  async resend(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: Nothing }) _body: object,
    @Req() request: Request, @CorrelationId() correlationId: string,
  ): Promise<FlowView> {
    const ticket = this.ticket(id, request, correlationId)
    await this.sending.resend(ticket, { token: this.cookies.read(request, 'device') })
    return this.views.view(ticket)
  }

  @Post(':id/verification/answer')
  @Answers(FlowView, { description: 'Proved: the accounts and their rules', problems: [...STEP_PROBLEMS, 'OTP_INVALID', 'OTP_EXPIRED', 'OTP_LOCKED'] })
  async answer(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: AnswerVerification }) body: z.infer<typeof AnswerVerification>,
    @Req() request: Request, @CorrelationId() correlationId: string, @Res({ passthrough: true }) response: Response,
  ): Promise<FlowView> {
    const ticket = this.ticket(id, request, correlationId)
    const proved = await this.answering.answer(ticket, body.code, { token: this.cookies.read(request, 'device') })
    this.cookies.set(response, 'flow', proved.flow)
    this.cookies.set(response, 'device', proved.device, DEVICE_SECONDS)
    return this.views.view({ ...ticket, cookie: proved.flow })
  }

  @Post(':id/rerun')
  @Answers(FlowView, { status: 202, description: 'The same is sent once more where it certainly was not applied', problems: [...STEP_PROBLEMS, ...RERUN_PROBLEMS] })
  async rerun(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: RerunAccounts }) body: AccountsChoice,
    @Req() request: Request, @CorrelationId() correlationId: string,
  ): Promise<FlowView> {
    const ticket = this.ticket(id, request, correlationId)
    await this.again.ofFlow(ticket, body.accounts)
    return this.views.view(ticket)
  }

  protected ticket(id: string, request: Request, correlationId: string): FlowTicket {
    return { kind: this.kind, id, cookie: this.cookies.read(request, 'flow'), correlationId }
  }
}

@ApiTags('self-service')
@SelfService()
@Controller('api/v1/self-service/password-resets')
export class PasswordResetController extends FlowSteps {
  protected override readonly kind = 'reset'

  constructor(
    starting: StartFlow, sending: SendCode, answering: TakeAnswer, submitting: SubmitFlow, again: AskAgain, views: FlowViews,
    cookies: Cookies,
    private readonly aids: PasswordAids,
  ) {
    super(starting, sending, answering, submitting, again, views, cookies)
  }

  @Post(':id/policy')
  @Answers(PolicyView, { description: 'The rules of the chosen accounts together', problems: PASSWORD_PROBLEMS })
  policy(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: RerunAccounts }) body: AccountsChoice,
    @Req() request: Request, @CorrelationId() correlationId: string,
  ): Promise<PolicyView> {
    return this.aids.policy(this.ticket(id, request, correlationId), body.accounts)
  }

  @Post(':id/password-check')
  @Answers(PasswordCheck, { description: 'How a password stands while it is typed', problems: PASSWORD_PROBLEMS })
  check(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: CheckPassword }) body: z.infer<typeof CheckPassword>,
    @Req() request: Request, @CorrelationId() correlationId: string,
  ): Promise<PasswordCheck> {
    return this.aids.check(this.ticket(id, request, correlationId), new SecretText(body.password), body.accounts)
  }

  @Post(':id/password-suggestion')
  @Answers(Suggestion, { description: 'A password that meets the rules', problems: PASSWORD_PROBLEMS })
  suggest(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: SuggestPassword }) body: z.infer<typeof SuggestPassword>,
    @Req() request: Request, @RequestLanguage() language: Language, @CorrelationId() correlationId: string,
  ): Promise<Suggestion> {
    return this.aids.suggest(this.ticket(id, request, correlationId), body.accounts, body.kind, language)
  }

  @Post(':id/password')
  @Answers(FlowView, { status: 202, description: 'Accepted: the new password is being written', problems: [...SUBMIT_PROBLEMS, 'POLICY_VIOLATION', 'POLICY_UNREADABLE'] })
  async submit(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: SubmitPassword }) body: z.infer<typeof SubmitPassword>,
    @Req() request: Request, @CorrelationId() correlationId: string,
  ): Promise<FlowView> {
    const ticket = this.ticket(id, request, correlationId)
    await this.submitting.submitPassword(ticket, new SecretText(body.newPassword), body.accounts)
    return this.views.view(ticket)
  }
}

@ApiTags('self-service')
@SelfService()
@Controller('api/v1/self-service/unlocks')
export class UnlockController extends FlowSteps {
  protected override readonly kind = 'unlock'

  constructor(
    starting: StartFlow, sending: SendCode, answering: TakeAnswer, submitting: SubmitFlow, again: AskAgain, views: FlowViews,
    cookies: Cookies,
  ) {
    super(starting, sending, answering, submitting, again, views, cookies)
  }

  @Post(':id/unlock')
  @Answers(FlowView, { status: 202, description: 'Accepted: the accounts are being unlocked', problems: SUBMIT_PROBLEMS })
  async submit(
    @Param('id', { schema: FlowId }) id: string, @Body({ schema: SubmitUnlock }) body: AccountsChoice,
    @Req() request: Request, @CorrelationId() correlationId: string,
  ): Promise<FlowView> {
    const ticket = this.ticket(id, request, correlationId)
    await this.submitting.submitUnlock(ticket, body.accounts)
    return this.views.view(ticket)
  }
}
