import type { FlowView, RequestView } from '../../../src/contract/self-service.contract.js'
import type { MisbehavingSmtp } from '../../smtp/misbehaving-smtp.js'
import type { BrowserClient } from './browser-client.js'
import { until } from './until.js'

/** The steps of the reference walk as a person's browser takes them. Each fails loudly when its step does not go well. */
export type FlowPath = 'password-resets' | 'unlocks'

export async function start(browser: BrowserClient, identifier: string, path: FlowPath = 'password-resets'): Promise<FlowView> {
  const answer = await browser.post<FlowView>(`/self-service/${path}`, { identifier })
  expect(answer.status).toBe(201)
  return answer.body
}

/** Asks for a code by the first offered contact. */
export async function askForCode(browser: BrowserClient, flow: FlowView, path: FlowPath = 'password-resets'): Promise<FlowView> {
  const [offer] = flow.methods
  const answer = await browser.post<FlowView>(`/self-service/${path}/${flow.id}/verification`, { method: offer!.method, target: offer!.target })
  expect(answer.status).toBe(202)
  return answer.body
}

export function codeIn(text: string): string {
  const code = /(?<!\d)\d{8,10}(?!\d)/.exec(text.replace(/(\d{4})[ \u00a0](\d{4})/g, '$1$2'))?.[0]
  if (!code) throw new Error('the mail holds no code')
  return code
}

/** Walks to a verified flow. `mailbox` is where the code is expected. */
export async function verify(
  browser: BrowserClient, smtp: MisbehavingSmtp, identifier: string, mailbox: string, path: FlowPath = 'password-resets',
): Promise<FlowView> {
  const flow = await start(browser, identifier, path)
  const after = smtp.mails.filter((mail) => mail.to.includes(mailbox)).length
  await askForCode(browser, flow, path)
  const mail = await smtp.nextMail({ to: mailbox, after, withinMs: 15_000 })
  const answer = await browser.post<FlowView>(`/self-service/${path}/${flow.id}/verification/answer`, { code: codeIn(mail.text) })
  expect(answer.status).toBe(200)
  expect(answer.body.state).toBe('verified')
  return answer.body
}

export async function submit(browser: BrowserClient, flow: FlowView, newPassword: string): Promise<FlowView> {
  const accounts = flow.accounts!.filter((account) => account.selectable).map((account) => account.id)
  const answer = await browser.post<FlowView>(`/self-service/password-resets/${flow.id}/password`, { newPassword, accounts })
  expect(answer.status).toBe(202)
  return answer.body
}

/** Polls as the page does until nothing is open any more. */
export async function settled(browser: BrowserClient, flow: FlowView, path: FlowPath = 'password-resets'): Promise<FlowView> {
  return until(async () => {
    const { body } = await browser.get<FlowView>(`/self-service/${path}/${flow.id}`)
    return body.state !== 'applying' ? body : null
  })
}

export async function settledRequest(browser: BrowserClient, reference: string): Promise<RequestView> {
  return until(async () => {
    const { body } = await browser.get<RequestView>(`/self-service/session/requests/${reference}`)
    return body.state !== 'applying' ? body : null
  })
}
