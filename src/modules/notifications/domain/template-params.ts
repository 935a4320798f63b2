/** Every mail the product can send. A new one needs its variables here and its text in every language. */
export const TEMPLATES = [
  'one-time-code', 'password-changed', 'account-unlocked', 'reset-not-possible', 'provisioning-failed', 'outcome-settled',
  'reset-attempts', 'contact-changed',
] as const
export type Template = (typeof TEMPLATES)[number]

/** An instant as ISO 8601; the mail shows it as a clock time in the configured zone, and says which zone that is. */
export type Instant = string

/**
 * What each template may say: the allow-list. Nothing else can get into a mail, and what is named here must be given.
 * Account and directory names are the ones people know ("Windows and email").
 */
export type TemplateParams = {
  'one-time-code': {
    readonly purpose: 'password-reset' | 'account-unlock' | 'self-service-sign-in' | 'password-change'
    readonly askedAt: Instant
    readonly validUntil: Instant
    readonly validMinutes: number
  }
  'password-changed': {
    readonly accounts: readonly string[]
    readonly at: Instant
    readonly by: 'self-service' | 'service-desk' | 'administrator'
    readonly reference: string
  }
  'account-unlocked': {
    readonly accounts: readonly string[]
    readonly at: Instant
    readonly by: 'self-service' | 'service-desk' | 'administrator'
    readonly reference: string
  }
  /** Goes to the person on record, at most once a day, while the page shows a stranger nothing (decisions.md 15). */
  'reset-not-possible': {
    readonly operation: 'reset' | 'unlock'
    readonly reason: 'protected' | 'disabled' | 'no-contact' | 'locked'
    readonly at: Instant
  }
  /** To those who run the product, not to the person. */
  'provisioning-failed': {
    readonly operation: 'reset' | 'change' | 'unlock' | 'activate' | 'deactivate'
    readonly reference: string
    readonly directory: string
    readonly errorCode: string
    readonly attempts: number
    readonly at: Instant
  }
  /** The end of a request whose page may have been closed. An empty list leaves its line out. */
  'outcome-settled': {
    readonly operation: 'reset' | 'change' | 'unlock'
    readonly outcome: 'completed' | 'partly-completed' | 'failed'
    readonly done: readonly string[]
    readonly notDone: readonly string[]
    readonly unknown: readonly string[]
    readonly reference: string
    readonly at: Instant
  }
  /** The daily digest when the budget for wrong codes is spent. */
  'reset-attempts': { readonly wrongCodes: number; readonly at: Instant; readonly until: Instant }
  /** To the old value, when one that people can write themselves was changed. Never says the new one (decisions.md 9). */
  'contact-changed': { readonly contact: 'mail' | 'phone'; readonly at: Instant }
}

/** How a value becomes words. `secret` is the one-time code, which travels beside the params, never in them. */
export type VariableKind = 'secret' | 'time' | 'clock' | 'minutes' | 'number' | 'list' | 'choice' | 'text'

type VariablesOf<T extends Template> = { readonly [Name in keyof TemplateParams[T]]: VariableKind } & { readonly code?: 'secret' }

export const VARIABLES: { readonly [T in Template]: VariablesOf<T> } = {
  'one-time-code': { code: 'secret', purpose: 'choice', askedAt: 'time', validUntil: 'clock', validMinutes: 'minutes' },
  'password-changed': { accounts: 'list', at: 'time', by: 'choice', reference: 'text' },
  'account-unlocked': { accounts: 'list', at: 'time', by: 'choice', reference: 'text' },
  'reset-not-possible': { operation: 'choice', reason: 'choice', at: 'time' },
  'provisioning-failed': {
    operation: 'choice', reference: 'text', directory: 'text', errorCode: 'text', attempts: 'number', at: 'time',
  },
  'outcome-settled': {
    operation: 'choice', outcome: 'choice', done: 'list', notDone: 'list', unknown: 'list', reference: 'text', at: 'time',
  },
  'reset-attempts': { wrongCodes: 'number', at: 'time', until: 'time' },
  'contact-changed': { contact: 'choice', at: 'time' },
}
