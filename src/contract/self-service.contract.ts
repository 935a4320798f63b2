import { z } from 'zod'
import { ERROR_CODES } from './error-codes.js'
import { PasswordCheck, PolicyView } from './password-policy.contract.js'
import { TextParams } from './problem.contract.js'

/**
 * The self-service surface: what an unauthenticated or a signed-in person may send and see.
 * Until a flow is verified its view holds nothing that depends on whether the person exists.
 */
const Time = z.iso.datetime()
export const Language = z.enum(['en', 'fi', 'sv', 'de'])
export type Language = z.infer<typeof Language>

// -- requests ------------------------------------------------------------------------------------------------------
/** 256 covers the longest mail address (RFC 5321) and any login name; longer input, and control characters, are refused before a look. */
export const Identifier = z.string().trim().min(1).max(256).regex(/^\P{Cc}*$/u)
/** Refused above 256 code points by the policy, with its own text; this bound only keeps absurd bodies out (security.md). */
export const PasswordInput = z.string().min(1).max(4096)

export const StartFlow = z.object({ identifier: Identifier }).strict()
export const StartVerification = z.object({ method: z.string().max(40), target: z.string().max(64) }).strict()
export const AnswerVerification = z.object({ code: z.string().max(40) }).strict()
const AccountChoice = z.array(z.uuid()).min(1).max(50)
export const SubmitPassword = z.object({ newPassword: PasswordInput, accounts: AccountChoice }).strict()
export const CheckPassword = z.object({ password: z.string().max(4096), accounts: AccountChoice }).strict()
export const SubmitUnlock = z.object({ accounts: AccountChoice }).strict()
export const RerunAccounts = z.object({ accounts: AccountChoice }).strict()
export const SignIn = z.object({ identifier: Identifier, password: PasswordInput }).strict()
export const ChangePassword = z.object({ currentPassword: PasswordInput, newPassword: PasswordInput, accounts: AccountChoice }).strict()
export const SuggestPassword = z.object({ accounts: AccountChoice, kind: z.enum(['passphrase', 'random']) }).strict()

// -- views ---------------------------------------------------------------------------------------------------------
export const FlowKind = z.enum(['reset', 'unlock'])
export type FlowKind = z.infer<typeof FlowKind>
export const FlowState = z.enum([
  'choosing-method', 'awaiting-code', 'verified', 'applying', 'completed', 'partly-completed', 'failed', 'expired', 'locked',
])
export type FlowState = z.infer<typeof FlowState>

export const MethodOffer = z.object({
  method: z.string(),
  target: z.string().describe('Opaque id of the contact; never the contact itself'),
  masked: z.string().describe('For example a•••@posti.example'),
  available: z.boolean(),
  reason: z.enum(ERROR_CODES).optional(),
})
export type MethodOffer = z.infer<typeof MethodOffer>

export const ChallengeView = z.object({
  method: z.string(),
  masked: z.string(),
  codeLength: z.number().int(),
  sentAt: Time,
  validUntil: Time,
  validMinutes: z.number().int(),
  triesLeft: z.number().int(),
  resendAt: Time.nullable().describe('When a new code may be asked for; null when none is left'),
  resendsLeft: z.number().int(),
  resent: z.boolean(),
})
export type ChallengeView = z.infer<typeof ChallengeView>

export const AccountView = z.object({
  id: z.uuid(),
  directory: z.string().describe('The name people know, for example Windows and email'),
  description: z.string().describe('What it signs in to'),
  login: z.string(),
  selectable: z.boolean(),
  preselected: z.boolean(),
  closed: z.object({ code: z.enum(ERROR_CODES), params: TextParams.optional() }).nullable(),
  lock: z.object({ locked: z.boolean(), since: Time.nullable(), wrongPasswords: z.number().int().nullable(), unlocksAt: Time.nullable() }).nullable()
    .describe('Read live for unlock flows; null when it was not asked for or could not be read'),
  passwordExpiresAt: Time.nullable(),
  passwordExpired: z.boolean(),
  mustChange: z.boolean(),
})
export type AccountView = z.infer<typeof AccountView>

export const OutcomeState = z.enum(['waiting', 'writing', 'retrying', 'checking', 'succeeded', 'refused', 'failed', 'unknown'])
export type OutcomeState = z.infer<typeof OutcomeState>

export const AccountOutcome = z.object({
  accountId: z.uuid(),
  directory: z.string(),
  login: z.string(),
  state: OutcomeState,
  code: z.enum(ERROR_CODES).nullable(),
  params: TextParams.optional(),
  settledAt: Time.nullable(),
  attempts: z.number().int(),
  keepsTryingUntil: Time.nullable(),
  mayTryAgain: z.boolean().describe('The same password can be sent once more without typing it'),
  mayHaveChanged: z.boolean().describe('Closed without certainty: the new password may or may not work'),
  noChangeNeeded: z.boolean().describe('Unlock of an account that was not locked'),
})
export type AccountOutcome = z.infer<typeof AccountOutcome>

export const RequestKind = z.enum(['reset', 'change', 'unlock'])
export type RequestKind = z.infer<typeof RequestKind>
export const RequestState = z.enum(['applying', 'completed', 'partly-completed', 'failed'])
export type RequestState = z.infer<typeof RequestState>

/** A service request: what one submit asked for, with its outcome per account. */
export const RequestView = z.object({
  reference: z.string().describe('For example SR-20418'),
  kind: RequestKind,
  state: RequestState,
  createdAt: Time,
  byYourself: z.boolean(),
  proof: z.string().describe('The method that proved the person, for example mail-code or known-password'),
  outcomes: z.array(AccountOutcome),
  secretKeptUntil: Time.nullable(),
  answerAt: z.string().nullable().describe('Masked contact that gets the result'),
})
export type RequestView = z.infer<typeof RequestView>

export const FlowView = z.object({
  id: z.uuid(),
  kind: FlowKind,
  state: FlowState,
  expiresAt: Time.describe('The earlier of idle and absolute end'),
  methods: z.array(MethodOffer),
  challenge: ChallengeView.nullable(),
  lockedUntil: Time.nullable(),
  verifiedUntil: Time.nullable(),
  accounts: z.array(AccountView).nullable(),
  policy: PolicyView.nullable(),
  request: RequestView.nullable(),
})
export type FlowView = z.infer<typeof FlowView>

export const SessionView = z.object({
  displayName: z.string(),
  expiresAt: Time,
  accounts: z.array(AccountView),
  policy: PolicyView,
})
export type SessionView = z.infer<typeof SessionView>

export const RequestPage = z.object({ requests: z.array(RequestView), next: z.string().nullable() })
export type RequestPage = z.infer<typeof RequestPage>

export const Suggestion = z.object({ password: z.string(), check: PasswordCheck })
export type Suggestion = z.infer<typeof Suggestion>

/** What the page needs before anyone has typed anything. Safe to cache; holds nothing personal. */
/** What an organisation says, in each language it offers. */
const Words = z.partialRecord(Language, z.string())
export const SiteView = z.object({
  name: z.string(),
  languages: z.array(Language),
  serviceDesk: z.object({ phone: z.string(), phoneHref: z.string(), hours: Words, place: Words, placeHours: Words }),
  identifierExample: z.string(),
  signInUrl: z.string().nullable(),
  services: z.object({ reset: z.boolean(), change: z.boolean(), unlock: z.boolean(), requests: z.boolean() }),
  demo: z.boolean().describe('Mails can be read at /inbox: a demo that sends none'),
})
export type SiteView = z.infer<typeof SiteView>

// -- demo ----------------------------------------------------------------------------------------------------------
export const InboxMessage = z.object({ id: z.string(), at: Time, to: z.string(), subject: z.string(), text: z.string() })
export const InboxView = z.object({ messages: z.array(InboxMessage) })
export type InboxView = z.infer<typeof InboxView>
