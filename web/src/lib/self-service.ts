import type { PasswordCheck, PolicyView } from '@contract/password-policy.contract.js'
import type {
  FlowKind, FlowView, InboxView, RequestPage, RequestView, SessionView, SiteView, Suggestion,
} from '@contract/self-service.contract.js'
import { call, get, post } from './api.js'

/** One line a request of the self-service API. */
export type SuggestionKind = 'passphrase' | 'random'

const flowPath = (kind: FlowKind, id = '') => `/self-service/${kind === 'reset' ? 'password-resets' : 'unlocks'}${id && `/${id}`}`
const session = '/self-service/session'
const requestPath = (reference: string) => `${session}/requests/${encodeURIComponent(reference)}`

export const readSite = () => get<SiteView>('/self-service/site')
export const readInbox = (signal?: AbortSignal) => get<InboxView>('/demo/inbox', signal)

export const startFlow = (kind: FlowKind, identifier: string) => post<FlowView>(flowPath(kind), { identifier })

/** The calls of one flow. */
export function flowCalls(kind: FlowKind, id: string) {
  const at = flowPath(kind, encodeURIComponent(id))
  return {
    read: (signal?: AbortSignal) => get<FlowView>(at, signal),
    sendCode: (method: string, target: string) => post<FlowView>(`${at}/verification`, { method, target }),
    resend: () => post<FlowView>(`${at}/verification/resend`, {}),
    answer: (code: string) => post<FlowView>(`${at}/verification/answer`, { code }),
    policy: (accounts: string[], signal?: AbortSignal) => post<PolicyView>(`${at}/policy`, { accounts }, signal),
    check: (password: string, accounts: string[], signal?: AbortSignal) =>
      post<PasswordCheck>(`${at}/password-check`, { password, accounts }, signal),
    suggest: (accounts: string[], of: SuggestionKind) => post<Suggestion>(`${at}/password-suggestion`, { accounts, kind: of }),
    setPassword: (newPassword: string, accounts: string[]) => post<FlowView>(`${at}/password`, { newPassword, accounts }),
    unlock: (accounts: string[]) => post<FlowView>(`${at}/unlock`, { accounts }),
    rerun: (accounts: string[]) => post<FlowView>(`${at}/rerun`, { accounts }),
  }
}
export type FlowCalls = ReturnType<typeof flowCalls>

/** The calls of a person who has signed in to self-service. */
export const sessionCalls = {
  signIn: (identifier: string, password: string) => post<SessionView>(session, { identifier, password }),
  read: (signal?: AbortSignal) => get<SessionView>(session, signal),
  signOut: () => call<void>('DELETE', session),
  policy: (accounts: string[], signal?: AbortSignal) => post<PolicyView>(`${session}/policy`, { accounts }, signal),
  check: (password: string, accounts: string[], signal?: AbortSignal) =>
    post<PasswordCheck>(`${session}/password-check`, { password, accounts }, signal),
  suggest: (accounts: string[], of: SuggestionKind) => post<Suggestion>(`${session}/password-suggestion`, { accounts, kind: of }),
  changePassword: (currentPassword: string, newPassword: string, accounts: string[]) =>
    post<RequestView>(`${session}/password`, { currentPassword, newPassword, accounts }),
  listRequests: (cursor: string | null, signal?: AbortSignal) =>
    get<RequestPage>(`${session}/requests${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`, signal),
  readRequest: (reference: string, signal?: AbortSignal) => get<RequestView>(requestPath(reference), signal),
  rerun: (reference: string, accounts: string[]) => post<RequestView>(`${requestPath(reference)}/rerun`, { accounts }),
}
