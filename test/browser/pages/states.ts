import type { Page } from 'playwright-core'
import * as given from '../../../web/src/testing/fixtures.js'
import { ok, refuse, silent, unreachable, type Answers } from './answers.js'

/** One picture of the design: where it is, what the server says, what the person does to get there. */
export type State = { readonly name: string; readonly path: string; readonly answers: Answers; readonly act?: Act }
type Act = (page: Page) => Promise<unknown>
type SessionOver = Parameters<typeof given.session>[0]
type FlowOver = Parameters<typeof given.flow>[0]
type RequestOver = NonNullable<Parameters<typeof given.request>[0]>

export const FLOW = `/self-service/password-resets/${given.FLOW_ID}`
export const UNLOCK = `/self-service/unlocks/${given.FLOW_ID}`
export const SESSION = '/self-service/session'
export const RESET_PATH = `/reset/${given.FLOW_ID}`
export const UNLOCK_PATH = `/unlock/${given.FLOW_ID}`

export const submit = (page: Page): Promise<void> => page.locator('form button[type=submit]').click()
export const seen = (selector: string): Act => (page) => page.locator(selector).first().waitFor()
const failed = seen('.error-summary')
const metered = seen('.strength:not([data-score="0"])')
/** One after the other. */
const steps = (...acts: Act[]): Act => async (page) => {
  for (const act of acts) await act(page)
}
export const fill = (fields: Readonly<Record<string, string>>): Act => async (page) => {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value)
}
const show: Act = (page) => page.locator('.end-btn').first().click()
const twice = (first: string, second = first) => fill({ new: first, again: second })

const at = (name: string, path: string, answers: Answers = {}, act?: Act): State => ({ name, path, answers, ...(act && { act }) })
const onFlow = (name: string, flow: unknown, act?: Act, answers: Answers = {}): State =>
  at(name, RESET_PATH, { [`GET ${FLOW}`]: ok(flow), ...answers }, act)
const onUnlock = (name: string, over: FlowOver): State =>
  at(name, UNLOCK_PATH, { [`GET ${UNLOCK}`]: ok(given.verified({ kind: 'unlock', policy: null, ...over })) })
const withResult = (name: string, over: RequestOver): State => onFlow(name, given.applied(over, over.state))
const afterUnlock = (name: string, over: RequestOver): State =>
  onUnlock(name, given.applied({ kind: 'unlock', ...over }, over.state))
const start = (name: string, answer: Answers[string], act: Act): State =>
  at(name, '/', { 'POST /self-service/password-resets': answer }, steps(fill({ identifier: 'aino.korhonen' }), submit, act))
const signIn = (name: string, answer: Answers[string]): State =>
  at(name, '/sign-in', { [`POST ${SESSION}`]: answer }, steps(fill({ identifier: 'mikael', password: 'x' }), submit, failed))
const inside = (name: string, path: string, answers: Answers = {}, act?: Act, over: SessionOver = {}): State =>
  at(name, path, { [`GET ${SESSION}`]: ok(given.session(over)), ...answers }, act)

const single = given.verified({ accounts: [given.account()] })
const good = { [`POST ${FLOW}/password-check`]: ok(given.goodCheck) }
const strong = { [`POST ${SESSION}/password-check`]: ok(given.strongCheck) }
const code = { [`POST ${FLOW}/verification/answer`]: refuse('OTP_INVALID', 422, { params: { triesLeft: 3 } }) }
const spent = { [`POST ${FLOW}/verification/answer`]: refuse('OTP_INVALID', 422, { params: { triesLeft: 0 } }) }
const old = { [`POST ${FLOW}/verification/answer`]: refuse('OTP_EXPIRED', 410) }
const sendable = given.awaitingCode({ resendAt: given.NOW })
const wrongCode = steps(fill({ code: '11111111' }), submit, failed)
const smsDown = { ...given.methods[1]!, available: false, reason: 'METHOD_UNAVAILABLE' } as const
const demo = { 'GET /self-service/site': ok({ ...given.site, demo: true }) }
const noUnlock = { 'GET /self-service/site': ok({ ...given.site, services: { ...given.site.services, unlock: false } }) }
const unreached = { state: 'failed', code: 'CONNECTOR_UNAVAILABLE', attempts: 3 } as const
const waiting = { settledAt: null, keepsTryingUntil: given.inMinutes(14) } as const
const refusedBefore = given.request({
  state: 'failed',
  outcomes: [given.outcome({ state: 'refused', code: 'DIRECTORY_POLICY_REJECTED', params: { rule: 'history' } })],
})
const locked = { locked: true, since: '2026-11-20T11:52:00.000Z', wrongPasswords: 10, unlocksAt: null }
const open = { locked: false, since: null, wrongPasswords: 0, unlocksAt: null }
const m365 = given.account({
  directory: 'Microsoft 365',
  selectable: false,
  closed: { code: 'OPERATION_NOT_SUPPORTED', params: { directory: 'Microsoft 365' } },
})
const requests = [
  given.request({
    kind: 'change', proof: 'known-password', state: 'applying', createdAt: given.NOW,
    outcomes: [given.archiveOutcome({ state: 'writing', settledAt: null }), given.outcome()],
  }),
  given.request({ reference: 'SR-20111', kind: 'unlock', createdAt: '2026-11-03T06:12:00.000Z', outcomes: [given.outcome()] }),
  given.request({
    reference: 'SR-19877', state: 'failed', createdAt: '2025-11-02T14:40:00.000Z',
    outcomes: [given.outcome({ state: 'refused', code: 'ACCOUNT_DISABLED' })],
  }),
]
const list = (answer: Answers[string]): Answers => ({ [`GET ${SESSION}/requests`]: answer })

export const STATES: readonly State[] = [
  at('01-start', '/'),
  at('01-start--error', '/', {}, steps(submit, failed)),
  at('01-start--timed-out', RESET_PATH, { [`GET ${FLOW}`]: refuse('FLOW_EXPIRED', 410) }, seen('.banner')),
  at('01-start--elsewhere', RESET_PATH, { [`GET ${FLOW}`]: refuse('FLOW_NOT_HERE', 401) }, seen('.banner')),
  start('01-start--too-many', refuse('RATE_LIMITED', 429, { retryAt: given.inMinutes(15) }), seen('h1:has-text("15")')),
  start('01-start--unreached', unreachable, failed),
  at('01-unlock', '/unlock'),
  at('01-not-in-use', '/unlock', noUnlock),

  start('02-method', ok(given.flow(), 201), seen('.choices')),
  onFlow('02-method--provider-down', given.flow({ methods: [given.methods[0]!, smsDown] })),
  onFlow('02-method--none', given.flow({ methods: [] })),
  onFlow('02-method--all-down', given.flow({ methods: [smsDown] })),
  at('02-help', '/help'),

  onFlow('03-code', given.awaitingCode(), (page) => page.locator('#code').pressSequentially('4071')),
  onFlow('03-code--wrong', sendable, wrongCode, code),
  onFlow('03-code--expired', sendable, wrongCode, old),
  onFlow('03-code--shape', given.awaitingCode(), steps(fill({ code: '12ab' }), submit, failed)),
  onFlow('03-code--resent', given.awaitingCode({ resent: true, resendsLeft: 1, resendAt: given.inMinutes(0.97) })),
  onFlow('03-code--spent', given.awaitingCode({ triesLeft: 0, resendAt: given.inMinutes(4.5) }), wrongCode, spent),
  onFlow('03-code--spent-no-more', given.awaitingCode({ triesLeft: 0, resendAt: null, resendsLeft: 0 })),
  onFlow('03-code--no-more', given.awaitingCode({ resendAt: null, resendsLeft: 0 })),
  onFlow('03-code--demo', given.awaitingCode(), undefined, demo),
  onFlow('03-code--ending-soon', { ...given.awaitingCode(), expiresAt: given.inMinutes(0.9) }),
  onFlow('03-code--locked', given.flow({ state: 'locked', methods: [], lockedUntil: given.inMinutes(24 * 60) })),

  onFlow('04-accounts', given.verified()),
  onFlow('04-accounts--error', given.verified({
    accounts: [given.account({ preselected: false }), given.archive({ preselected: false }), given.saga],
  }), steps(submit, failed)),
  onFlow('04-accounts--none', given.verified({ accounts: [given.saga] })),

  onFlow('05-password', given.verified({ accounts: [given.account(), given.archive()] }), steps(submit, seen('#new'))),
  onFlow('05-password--typing', single, steps(show, fill({ new: 'Majakka lautta 7 puolukka' }), metered), good),
  onFlow('05-password--checking', single, steps(show, fill({ new: 'Majakka lautta 7 puolukka' }), metered, fill({ new: 'Kesä' })), {
    [`POST ${FLOW}/password-check`]: [ok(given.goodCheck), silent],
  }),
  onFlow('05-password--unmeasured', single, steps(show, fill({ new: 'Majakka lautta 7 puolukka' }), seen('.rules .met')), {
    [`POST ${FLOW}/password-check`]: ok({ ...given.goodCheck, score: null }),
  }),
  onFlow('05-password--weak', single, steps(show, twice('Kesäloma2026!'), metered, submit, failed), {
    [`POST ${FLOW}/password-check`]: ok(given.weakCheck),
    [`POST ${FLOW}/password`]: refuse('POLICY_VIOLATION', 422, { violations: [{ rule: 'not-common' }] }),
  }),
  onFlow('05-password--differ', single, steps(twice('Majakka lautta 7 puolukka', 'Majakka'), metered, submit, failed), good),
  onFlow('05-password--suggested', single, steps((page) => page.locator('.links button').click(), metered), {
    [`POST ${FLOW}/password-suggestion`]: ok({ password: 'Kanerva-tuuli-47-lautta-sini', check: given.strongCheck }),
  }),
  onFlow('05-password--refused', given.verified({ accounts: [given.account()], request: refusedBefore }), failed),

  withResult('06-progress', { outcomes: [given.outcome(), given.archiveOutcome({ state: 'writing', settledAt: null })] }),
  withResult('06-progress--slow', {
    createdAt: given.inMinutes(-0.4), outcomes: [given.outcome(), given.archiveOutcome({ state: 'retrying', ...waiting })],
  }),
  withResult('07-outcome--success', { state: 'completed' }),
  withResult('07-outcome--partly', {
    state: 'partly-completed',
    secretKeptUntil: given.inMinutes(9),
    outcomes: [given.outcome(), given.archiveOutcome({ ...unreached, mayTryAgain: true })],
  }),
  withResult('07-outcome--partly-refused', {
    state: 'partly-completed',
    outcomes: [given.outcome({ state: 'refused', code: 'DIRECTORY_POLICY_REJECTED', params: { rule: 'history' } }), given.archiveOutcome()],
  }),
  withResult('07-outcome--expired', { state: 'failed', outcomes: [given.outcome({ state: 'refused', code: 'ACCOUNT_EXPIRED' })] }),
  withResult('07-outcome--elsewhere', {
    state: 'failed', outcomes: [given.outcome({ state: 'failed', code: 'ACTION_IN_PROGRESS', params: { elsewhere: true } })],
  }),
  withResult('07-outcome--failed', {
    state: 'failed', outcomes: [given.outcome({ state: 'refused', code: 'ACCOUNT_DISABLED' })],
  }),
  withResult('07-outcome--unknown', {
    createdAt: given.inMinutes(-1), outcomes: [given.outcome({ state: 'checking', code: 'OUTCOME_UNKNOWN', ...waiting })],
  }),
  withResult('07-outcome--maybe', {
    state: 'failed', outcomes: [given.outcome({ state: 'unknown', code: 'OUTCOME_UNKNOWN', mayHaveChanged: true })],
  }),

  at('08-sign-in', '/sign-in'),
  signIn('08-sign-in--refused', refuse('SIGN_IN_REFUSED', 422)),
  signIn('08-sign-in--locked', refuse('SIGN_IN_LOCKED', 429, { retryAt: given.inMinutes(24 * 60) })),
  inside('08-change', '/change', strong, steps(fill({ current: 'x9xxxxxxxx' }), twice('Regn över sju gröna tak'), metered)),
  inside('08-change--error', '/change', {
    ...strong, [`POST ${SESSION}/password`]: refuse('CURRENT_PASSWORD_WRONG', 422, { params: { triesLeft: 3 } }),
  }, steps(fill({ current: 'x' }), twice('Regn över sju gröna tak'), submit, failed)),
  inside('08-change--expired', '/change', {}, undefined, {
    accounts: [given.account({ passwordExpired: true, passwordExpiresAt: '2026-11-18T06:00:00.000Z' })],
  }),
  inside('08-change--must', '/change', {}, undefined, { accounts: [given.account({ mustChange: true })] }),
  inside('08-change--accounts', '/change', {}, undefined, {
    accounts: [given.account(), given.archive({ preselected: false }), given.saga],
  }),
  inside('08-change--none', '/change', {}, undefined, { accounts: [given.saga] }),

  onUnlock('09-unlock', { accounts: [given.account({ lock: locked }), given.archive({ lock: open })] }),
  onUnlock('09-unlock--cannot', { accounts: [m365] }),
  onUnlock('09-unlock--not-locked', { accounts: [given.account({ lock: open })] }),
  onUnlock('09-unlock--unread', {
    accounts: [given.account(), given.archive({ lock: { ...locked, unlocksAt: given.inMinutes(20) } })],
  }),
  afterUnlock('09-unlock--done', { state: 'completed', outcomes: [given.outcome()] }),
  afterUnlock('09-unlock--failed', { state: 'failed', outcomes: [given.archiveOutcome({ ...unreached, mayTryAgain: true })] }),

  inside('10-requests', '/requests', list(ok({ requests, next: 'SR-19877' })), seen('.req')),
  inside('10-requests--empty', '/requests', list(ok({ requests: [], next: null })), seen('.empty')),
  inside('10-requests--loading', '/requests', list(silent), seen('.sk')),
  inside('10-requests--error', '/requests', list(refuse('INTERNAL', 500)), seen('.banner.bad')),
  inside('10-request', '/requests/SR-20418', { [`GET ${SESSION}/requests/SR-20418`]: ok(given.request({ kind: 'change' })) }),
  inside('10-request--missing', '/requests/SR-1', { [`GET ${SESSION}/requests/SR-1`]: refuse('NOT_FOUND', 404) }),

  at('inbox', '/inbox', { 'GET /demo/inbox': ok(given.inbox) }),
  at('inbox--empty', '/inbox', { 'GET /demo/inbox': ok({ messages: [] }) }),
  at('inbox--closed', '/inbox', { 'GET /demo/inbox': refuse('NOT_FOUND', 404) }),
  at('not-found', '/no/such/page'),
  at('unavailable', '/', { 'GET /self-service/site': unreachable }),
  at('unavailable--flow', RESET_PATH, { [`GET ${FLOW}`]: refuse('INTERNAL', 500) }),
]
