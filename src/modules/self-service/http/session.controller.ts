import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { ErrorCode } from '../../../contract/error-codes.js'
import { PasswordCheck, PolicyView } from '../../../contract/password-policy.contract.js'
import {
  ChangePassword as ChangeBody, CheckPassword, RequestPage, RequestView, RerunAccounts, SessionView, SignIn, SuggestPassword, Suggestion,
  type Language,
} from '../../../contract/self-service.contract.js'
import { SecretText } from '../../../kernel/secret-text.js'
import { Answers, ClientAddress, Cookies, CorrelationId, RequestLanguage, SelfService } from '../../../platform/http/index.js'
import { Admission } from '../domain/admission.js'
import { AskAgain } from '../domain/ask-again.js'
import { ChangeAids } from '../domain/change-aids.js'
import { ChangePassword } from '../domain/change-password.js'
import { ServiceRequests } from '../domain/service-requests.js'
import { Sessions, type Session } from '../domain/sessions.js'
import { PASSWORD_PROBLEMS, RERUN_PROBLEMS, SUBMIT_PROBLEMS, type AccountsChoice } from './flow-problems.js'

const Reference = z.string().max(24)
const Cursor = z.object({ cursor: z.string().regex(/^SR-\d{1,18}$/).optional() })
const SESSION: readonly ErrorCode[] = ['SIGN_IN_REQUIRED', 'REQUEST_INVALID']

@ApiTags('self-service')
@SelfService()
@Controller('api/v1/self-service/session')
export class SessionController {
  constructor(
    private readonly sessions: Sessions,
    private readonly aids: ChangeAids,
    private readonly changing: ChangePassword,
    private readonly requests: ServiceRequests,
    private readonly again: AskAgain,
    private readonly admission: Admission,
    private readonly cookies: Cookies,
  ) {}

  @Post()
  @Answers(SessionView, { status: 201, description: 'Signed in to self-service', problems: ['REQUEST_INVALID', 'SIGN_IN_REFUSED', 'SIGN_IN_LOCKED', 'CONNECTOR_UNAVAILABLE', 'RATE_LIMITED', 'AUDIT_UNAVAILABLE'] })
  async signIn(
    @Body({ schema: SignIn }) body: z.infer<typeof SignIn>, @RequestLanguage() language: Language, @ClientAddress() address: string,
    @CorrelationId() correlationId: string, @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    await this.admission.countSignIn(address)
    const { token, session } = await this.sessions.signIn({
      identifier: body.identifier, password: new SecretText(body.password), language, correlationId,
    })
    this.cookies.set(response, 'session', token)
    return this.aids.page(session, correlationId)
  }

  @Get()
  @Answers(SessionView, { description: 'The signed-in person and their accounts', problems: SESSION })
  async read(@Req() request: Request, @CorrelationId() correlationId: string): Promise<SessionView> {
    return this.aids.page(await this.signedIn(request), correlationId)
  }

  @Delete()
  @Answers(null, { description: 'Signed out' })
  async signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.sessions.end(this.cookies.read(request, 'session'))
    this.cookies.clear(response, 'session')
  }

  @Post('policy')
  @Answers(PolicyView, { status: 200, description: 'The rules of the chosen accounts together', problems: [...SESSION, ...PASSWORD_PROBLEMS] })
  async policy(@Body({ schema: RerunAccounts }) body: AccountsChoice, @Req() request: Request): Promise<PolicyView> {
    return this.aids.policy(await this.typing(request), body.accounts)
  }

  @Post('password-check')
  @Answers(PasswordCheck, { status: 200, description: 'How a password stands while it is typed', problems: [...SESSION, ...PASSWORD_PROBLEMS] })
  async check(@Body({ schema: CheckPassword }) body: z.infer<typeof CheckPassword>, @Req() request: Request): Promise<PasswordCheck> {
    return this.aids.check(await this.typing(request), new SecretText(body.password), body.accounts)
  }

  @Post('password-suggestion')
  @Answers(Suggestion, { status: 200, description: 'A password that meets the rules', problems: [...SESSION, ...PASSWORD_PROBLEMS] })
  async suggest(
    @Body({ schema: SuggestPassword }) body: z.infer<typeof SuggestPassword>, @Req() request: Request, @RequestLanguage() language: Language,
  ): Promise<Suggestion> {
    return this.aids.suggest(await this.typing(request), body.accounts, body.kind, language)
  }

  @Post('password')
  @Answers(RequestView, { status: 202, description: 'Accepted: the new password is being written', problems: [...SESSION, ...SUBMIT_PROBLEMS, 'CURRENT_PASSWORD_WRONG', 'SIGN_IN_LOCKED', 'POLICY_VIOLATION'] })
  async change(
    @Body({ schema: ChangeBody }) body: z.infer<typeof ChangeBody>, @Req() request: Request, @CorrelationId() correlationId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RequestView> {
    const session = await this.signedIn(request)
    await this.admission.assertOpen('change')
    const passwords = { current: new SecretText(body.currentPassword), next: new SecretText(body.newPassword) }
    const changed = await this.changing.change(session, passwords, body.accounts, correlationId)
    this.cookies.set(response, 'session', changed.token)
    return changed.request
  }

  @Get('requests')
  @Answers(RequestPage, { description: 'My requests, newest first', problems: [...SESSION, 'NOT_ENTITLED'] })
  async list(@Query({ schema: Cursor }) query: z.infer<typeof Cursor>, @Req() request: Request): Promise<RequestPage> {
    const session = await this.signedIn(request)
    await this.admission.assertPublished('requests')
    return this.requests.page(session.person_id, query.cursor ?? null)
  }

  @Get('requests/:reference')
  @Answers(RequestView, { description: 'One of my requests', problems: [...SESSION, 'NOT_FOUND'] })
  async one(@Param('reference', { schema: Reference }) reference: string, @Req() request: Request): Promise<RequestView> {
    const session = await this.signedIn(request)
    return this.requests.viewOwn(session.person_id, reference)
  }

  @Post('requests/:reference/rerun')
  @Answers(RequestView, { status: 202, description: 'The same is sent once more', problems: [...SESSION, ...RERUN_PROBLEMS, 'NOT_FOUND'] })
  async rerun(
    @Param('reference', { schema: Reference }) reference: string, @Body({ schema: RerunAccounts }) body: AccountsChoice,
    @Req() request: Request,
  ): Promise<RequestView> {
    return this.again.ofSession(await this.signedIn(request), reference, body.accounts)
  }

  private signedIn(request: Request): Promise<Session> {
    return this.sessions.require(this.cookies.read(request, 'session'))
  }

  private async typing(request: Request): Promise<Session> {
    const session = await this.signedIn(request)
    await this.admission.countCheck({ kind: 'session', id: session.id })
    return session
  }
}
