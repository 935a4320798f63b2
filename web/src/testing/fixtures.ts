import type { PasswordCheck, PolicyView } from '../../../src/contract/password-policy.contract.js'
import type { Problem } from '../../../src/contract/problem.contract.js'
import type {
  AccountOutcome, AccountView, ChallengeView, FlowView, InboxView, MethodOffer, RequestView, SessionView, SiteView,
} from '../../../src/contract/self-service.contract.js'

/** Answers of the server for tests of the pages, typed by the contract: what the contract forbids does not compile. */
export const NOW = '2026-11-20T12:04:00.000Z' // 14:04 in Helsinki, where the tests' browser lives
export const inMinutes = (minutes: number): string => new Date(Date.parse(NOW) + minutes * 60_000).toISOString()
export const FLOW_ID = '0198c0de-0000-4000-8000-000000000001'

const AD = '0198c0de-0000-4000-8000-00000000000a'
const LDAP = '0198c0de-0000-4000-8000-00000000000b'
const SAGA = '0198c0de-0000-4000-8000-00000000000c'

export const site: SiteView = {
  name: 'Norrhavn',
  languages: ['en', 'fi', 'sv', 'de'],
  serviceDesk: {
    phone: '09 000 00100',
    phoneHref: 'tel:+358900000100',
    hours: { en: 'open 24 hours', fi: 'avoinna ympäri vuorokauden', sv: 'öppet dygnet runt', de: 'rund um die Uhr erreichbar' },
    place: {
      en: 'Service point, Satamakatu 3, Helsinki', fi: 'Palvelupiste, Satamakatu 3, Helsinki',
      sv: 'Servicedesken, Hamngatan 3, Helsingfors', de: 'Servicedesk, Satamakatu 3, Helsinki',
    },
    placeHours: {
      en: 'Monday to Friday 8 to 16. Bring an identity card.',
      fi: 'Maanantaista perjantaihin klo 8–16. Ota henkilökortti mukaan.',
      sv: 'Måndag till fredag kl. 8–16. Ta med ett id-kort.',
      de: 'Montag bis Freitag 8 bis 16 Uhr. Bringen Sie einen Ausweis mit.',
    },
  },
  identifierExample: 'aino.korhonen@norrhavn.example',
  signInUrl: '/sign-in',
  services: { reset: true, change: true, unlock: true, requests: true },
  demo: false,
}

export const methods: MethodOffer[] = [
  { method: 'mail-code', target: 't1', masked: 'a•••@posti.example', available: true },
  { method: 'sms-code', target: 't2', masked: '+358 •• ••• ••42', available: true },
]

export const challenge = (over: Partial<ChallengeView> = {}): ChallengeView => ({
  method: 'mail-code',
  masked: 'a•••@posti.example',
  codeLength: 8,
  sentAt: NOW,
  validUntil: inMinutes(5),
  validMinutes: 5,
  triesLeft: 5,
  resendAt: inMinutes(0.45),
  resendsLeft: 2,
  resent: false,
  ...over,
})

export const account = (over: Partial<AccountView> = {}): AccountView => ({
  id: AD,
  directory: 'Windows and email',
  description: 'signs in to your computer, Outlook, Teams',
  login: 'aino.korhonen',
  selectable: true,
  preselected: true,
  closed: null,
  lock: null,
  passwordExpiresAt: null,
  passwordExpired: false,
  mustChange: false,
  ...over,
})
export const archive = (over: Partial<AccountView> = {}): AccountView =>
  account({ id: LDAP, directory: 'Design archive', description: 'Linux and drawing servers', login: 'akorhonen', ...over })
export const saga: AccountView = account({
  id: SAGA,
  directory: 'Saga HR',
  description: '',
  selectable: false,
  preselected: false,
  closed: { code: 'OPERATION_NOT_SUPPORTED', params: { directory: 'Saga HR' } },
})

export const policy: PolicyView = {
  version: '1',
  rules: [
    { rule: 'min-length', params: { min: 12 }, checkedBy: 'here', directories: ['Windows and email'], atLeast: false },
    { rule: 'character-classes', params: { min: 3 }, checkedBy: 'here', directories: ['Windows and email'], atLeast: false },
    { rule: 'not-person', checkedBy: 'here', directories: [], atLeast: false },
    { rule: 'not-common', checkedBy: 'here', directories: [], atLeast: false },
    { rule: 'history', params: { count: 24 }, checkedBy: 'directory', directories: ['Windows and email'], atLeast: false },
    { rule: 'min-age', params: { seconds: 86_400 }, checkedBy: 'not-enforced', directories: ['Saga HR'], atLeast: false },
  ],
}
const met = (value: boolean): PasswordCheck['rules'] => [
  { rule: 'min-length', met: value },
  { rule: 'character-classes', met: value },
  { rule: 'not-person', met: true },
  { rule: 'not-common', met: value },
  { rule: 'history', met: null },
]
export const goodCheck: PasswordCheck = { acceptable: true, rules: met(true), score: 3, reason: null }
export const strongCheck: PasswordCheck = { ...goodCheck, score: 4 }
export const weakCheck: PasswordCheck = {
  acceptable: false,
  rules: met(true).map((rule) => (rule.rule === 'not-common' ? { ...rule, met: false } : rule)),
  score: 1,
  reason: 'year',
}

export const flow = (over: Partial<FlowView> = {}): FlowView => ({
  id: FLOW_ID,
  kind: 'reset',
  state: 'choosing-method',
  expiresAt: inMinutes(5),
  methods,
  challenge: null,
  lockedUntil: null,
  verifiedUntil: null,
  accounts: null,
  policy: null,
  request: null,
  ...over,
})
export const awaitingCode = (over: Partial<ChallengeView> = {}): FlowView =>
  flow({ state: 'awaiting-code', challenge: challenge(over) })
export const verified = (over: Partial<FlowView> = {}): FlowView => flow({
  state: 'verified',
  methods: [],
  verifiedUntil: inMinutes(12),
  expiresAt: inMinutes(12),
  accounts: [account(), archive(), saga],
  policy,
  ...over,
})

export const outcome = (over: Partial<AccountOutcome> = {}): AccountOutcome => ({
  accountId: AD,
  directory: 'Windows and email',
  login: 'aino.korhonen',
  state: 'succeeded',
  code: null,
  settledAt: '2026-11-20T12:03:31.000Z',
  attempts: 1,
  keepsTryingUntil: null,
  mayTryAgain: false,
  mayHaveChanged: false,
  noChangeNeeded: false,
  ...over,
})
export const archiveOutcome = (over: Partial<AccountOutcome> = {}): AccountOutcome =>
  outcome({ accountId: LDAP, directory: 'Design archive', login: 'akorhonen', settledAt: '2026-11-20T12:03:33.000Z', ...over })

export const request = (over: Partial<RequestView> = {}): RequestView => ({
  reference: 'SR-20418',
  kind: 'reset',
  state: 'completed',
  createdAt: inMinutes(-0.5),
  byYourself: true,
  proof: 'mail-code',
  outcomes: [outcome(), archiveOutcome()],
  secretKeptUntil: null,
  answerAt: 'a•••@posti.example',
  ...over,
})
export const applied = (over: Partial<RequestView>, state: FlowView['state'] = 'applying'): FlowView =>
  flow({ state, methods: [], request: request({ state: 'applying', createdAt: NOW, ...over }) })

export const session = (over: Partial<SessionView> = {}): SessionView => ({
  displayName: 'Mikael Sundström',
  expiresAt: inMinutes(15),
  accounts: [account({ login: 'mikael.sundstrom' })],
  policy,
  ...over,
})

export const inbox: InboxView = {
  messages: [
    {
      id: 'm1', at: inMinutes(-9), to: 'aino.korhonen@posti.example', subject: 'Your code for a new password',
      text: 'Use this code:\n\n    11112222\n\nIt works until 13:59 and only once.\nRequest from the password page of Norrhavn.',
    },
    {
      id: 'm2', at: inMinutes(-1), to: 'aino.korhonen@posti.example', subject: 'Your code for a new password',
      text: 'Use this code:\n\n    40718852\n\nIt works until 14:08 and only once.\nIf this was not you, call 09 000 00100.',
    },
    {
      id: 'm3', at: NOW, to: 'mikael@posti.example', subject: 'Your password was changed',
      text: 'Windows and email: changed at 14:04.',
    },
  ],
}

export const problem = (code: Problem['code'], status: number, over: Partial<Problem> = {}): Problem => ({
  type: '/problems/test', title: code, status, code, detail: code, correlationId: '0198c0de-1111-4000-8000-000000000001', ...over,
})
